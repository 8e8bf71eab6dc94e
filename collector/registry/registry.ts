/** Who is registered: looks up stations and gateways, and holds each gateway's public key ready for use. */
import { ed25519Verifier, type Verifier } from "@forecourt/protocol/batch/signer.ts";
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { type Locate, type Path, parseYaml } from "../config/config-file.ts";
import type { ConfigError } from "../errors.ts";
import { type RegistryFile, RegistrySchema, type StationEntry } from "./schema.ts";

export interface RegisteredGateway {
  id: GatewayId;
  station: StationEntry;
  verifier: Verifier;
}

export interface Registry {
  stations: readonly StationEntry[];
  station(id: string): StationEntry | undefined;
  gateway(id: string): RegisteredGateway | undefined;
  /** The fuel that a nozzle is registered for; empty when it is not registered. */
  gradeOf(station: string, nozzle: string): string;
  /** The gateways of a station that are trusted now, those that enrolled among them. */
  gatewaysOf(station: string): GatewayId[];
  /** Registers a gateway that enrolled. @throws Error when there is no such station, or the key is no Ed25519 key */
  addGateway(id: GatewayId, station: string, publicKey: string): void;
  /** Trusts a gateway no more. @returns false when it was not registered */
  removeGateway(id: GatewayId): boolean;
}

/**
 * Reads a registry file's text.
 * @param file only names the place of errors
 */
export function parseRegistry(text: string, file: string): Result<Registry, ConfigError[]> {
  const parsed = parseYaml(text, file, RegistrySchema);
  if (!parsed.ok) return parsed;
  const errors = referenceErrors(parsed.value.content, parsed.value.locate);
  return errors.length > 0 ? fail(errors) : ok(buildRegistry(parsed.value.content));
}

/**
 * Builds the registry from checked content.
 * @throws Error when a public key is not an Ed25519 key; {@link parseRegistry} checks that before
 */
export function buildRegistry(content: RegistryFile): Registry {
  const stations = new Map<string, StationEntry>(content.stations.map((station) => [station.id, station]));
  const gateways = new Map<string, RegisteredGateway>();
  const byStation = new Map<string, Set<GatewayId>>(content.stations.map(({ id }) => [id, new Set()]));
  const add = (id: GatewayId, station: StationEntry, publicKey: string) => {
    gateways.set(id, { id, station, verifier: ed25519Verifier(publicKey) });
    byStation.get(station.id)?.add(id);
  };
  for (const station of content.stations) {
    for (const { id, publicKey } of station.gateways) add(id, station, publicKey);
  }
  return {
    stations: content.stations,
    station: (id) => stations.get(id),
    gateway: (id) => gateways.get(id),
    gradeOf: (station, nozzle) => {
      for (const { nozzles } of stations.get(station)?.dispensers ?? []) {
        for (const one of nozzles) if (one.nozzle === nozzle) return one.grade;
      }
      return "";
    },
    gatewaysOf: (station) => [...(byStation.get(station) ?? [])],
    addGateway: (id, stationId, publicKey) => {
      const station = stations.get(stationId);
      if (station === undefined) {
        throw new Error(`gateway ${id} enrolled for station ${stationId}, which is not registered`);
      }
      add(id, station, publicKey);
    },
    removeGateway: (id) => {
      byStation.get(gateways.get(id)?.station.id ?? "")?.delete(id);
      return gateways.delete(id);
    },
  };
}

function referenceErrors(content: RegistryFile, locate: Locate): ConfigError[] {
  const errors: ConfigError[] = [];
  const once = (seen: Set<string>, name: string, path: Path) => {
    if (seen.has(name)) {
      errors.push(
        locate(path, {
          code: "reference",
          message: `${name} stands here a second time`,
          expected: "each name once",
          cure: "Remove or rename one of the two.",
        }),
      );
    }
    seen.add(name);
  };
  const stations = new Set<string>();
  const gateways = new Set<string>();
  content.stations.forEach((station, index) => {
    const at: Path = ["stations", index];
    once(stations, station.id, [...at, "id"]);
    station.gateways.forEach((gateway, number) => {
      once(gateways, gateway.id, [...at, "gateways", number, "id"]);
      errors.push(...keyErrors(gateway.publicKey, [...at, "gateways", number, "publicKey"], locate));
    });
    errors.push(...partErrors(station, at, locate, once));
  });
  return errors;
}

function partErrors(
  station: StationEntry,
  at: Path,
  locate: Locate,
  once: (seen: Set<string>, name: string, path: Path) => void,
): ConfigError[] {
  const errors: ConfigError[] = [];
  const tanks = new Set<string>();
  station.tanks.forEach((tank, index) => {
    once(tanks, tank.tank, [...at, "tanks", index, "tank"]);
  });
  const seals = new Set<string>();
  station.seals.forEach((seal, index) => {
    once(seals, seal.seal, [...at, "seals", index, "seal"]);
  });
  const devices = new Set<string>();
  const nozzles = new Set<string>();
  station.dispensers.forEach((dispenser, index) => {
    once(devices, dispenser.device, [...at, "dispensers", index, "device"]);
    dispenser.nozzles.forEach((nozzle, number) => {
      const path: Path = [...at, "dispensers", index, "nozzles", number];
      once(nozzles, nozzle.nozzle, [...path, "nozzle"]);
      if (tanks.has(nozzle.tank)) return;
      errors.push(
        locate([...path, "tank"], {
          code: "reference",
          message: `station ${station.id} has no tank ${nozzle.tank}`,
          expected: tanks.size === 0 ? "a tank listed under tanks" : `one of ${[...tanks].join(", ")}`,
          cure: "Mend the name, or add the tank.",
        }),
      );
    });
  });
  return errors;
}

function keyErrors(publicKey: string, path: Path, locate: Locate): ConfigError[] {
  try {
    ed25519Verifier(publicKey);
    return [];
  } catch (error) {
    return [
      locate(path, {
        code: "value",
        message: (error as Error).message,
        expected: "an Ed25519 public key (base64 of its SPKI DER form)",
        cure: "Take the key that the agent prints.",
      }),
    ];
  }
}
