/**
 * Who is registered, held in memory for whoever needs it at once: looks up stations and gateways, and holds each
 * gateway's public key ready for use. What is behind it, and how it changes, is the registrar's business.
 */
import { ed25519Verifier, type Verifier } from "@forecourt/protocol/batch/signer.ts";
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { type Locate, type Path, parseYaml } from "../config/config-file.ts";
import type { ConfigError } from "../errors.ts";
import { entryFaults } from "./check-entry.ts";
import { type RegistryFile, RegistrySchema, type StationEntry } from "./schema.ts";
import type { RegistryStore } from "./store.ts";

export interface RegisteredGateway {
  id: GatewayId;
  station: StationEntry;
  verifier: Verifier;
}

export interface Registry {
  /** By id. The list is another one after a change. */
  readonly stations: readonly StationEntry[];
  station(id: string): StationEntry | undefined;
  gateway(id: string): RegisteredGateway | undefined;
  /** The fuel that a nozzle was registered for at a moment, by default now; empty when it was not registered. */
  gradeOf(station: string, nozzle: string, atMs?: number): string;
  /** The gateways of a station that are trusted now, those that enrolled among them. */
  gatewaysOf(station: string): GatewayId[];
  /**
   * Registers a station, or puts another entry in the place of its former one.
   * @param fromMs since when it holds, epoch ms
   * @returns the gateways that were trusted by the former entry and are not by this one
   */
  put(entry: StationEntry, fromMs?: number): GatewayId[];
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
  const errors = fileErrors(parsed.value.content, parsed.value.locate);
  return errors.length > 0 ? fail(errors) : ok(buildRegistry(parsed.value.content));
}

/**
 * Builds the registry from checked content.
 * @throws Error when a public key is not an Ed25519 key; {@link parseRegistry} checks that before
 */
export function buildRegistry(content: RegistryFile): Registry {
  const registry = new LiveRegistry();
  for (const station of content.stations) registry.put(station);
  return registry;
}

/** The registry of a database, for commands that only read; what the file says where the database holds none. */
export async function storedRegistry(store: Pick<RegistryStore, "addedAfter">, file: Registry): Promise<Registry> {
  const versions = await store.addedAfter(0);
  const registry = buildRegistry({ stations: [] });
  for (const { entry, fromMs } of versions) registry.put(entry, fromMs);
  return versions.length === 0 ? file : registry;
}

class LiveRegistry implements Registry {
  readonly #stations = new Map<string, StationEntry>();
  /** every version, oldest first: few, since a station is seldom rebuilt */
  readonly #versions = new Map<string, { fromMs: number; entry: StationEntry }[]>();
  readonly #gateways = new Map<string, RegisteredGateway & { publicKey: string }>();
  readonly #byStation = new Map<string, Set<GatewayId>>();
  /** trusted no more, whatever an entry says */
  readonly #revoked = new Set<string>();
  #list: readonly StationEntry[] | undefined;

  get stations(): readonly StationEntry[] {
    this.#list ??= [...this.#stations.values()];
    return this.#list;
  }

  // Look-ups are handed about by themselves, so they carry their registry with them.
  readonly station = (id: string): StationEntry | undefined => this.#stations.get(id);

  readonly gateway = (id: string): RegisteredGateway | undefined => this.#gateways.get(id);

  readonly gradeOf = (station: string, nozzle: string, atMs = Number.POSITIVE_INFINITY): string => {
    const versions = this.#versions.get(station) ?? [];
    const entry = (versions.findLast(({ fromMs }) => fromMs <= atMs) ?? versions[0])?.entry;
    for (const { nozzles } of entry?.dispensers ?? []) {
      for (const one of nozzles) if (one.nozzle === nozzle) return one.grade;
    }
    return "";
  };

  readonly gatewaysOf = (station: string): GatewayId[] => [...(this.#byStation.get(station) ?? [])];

  put(entry: StationEntry, fromMs = 0): GatewayId[] {
    this.#versions.set(entry.id, [...(this.#versions.get(entry.id) ?? []), { fromMs, entry }]);
    const former = this.#stations.get(entry.id);
    this.#stations.set(entry.id, entry);
    this.#list = undefined;
    const own = this.#byStation.get(entry.id) ?? new Set();
    this.#byStation.set(entry.id, own);
    const named = new Set<string>(entry.gateways.map(({ id }) => id));
    const gone = (former?.gateways ?? []).map(({ id }) => id).filter((id) => !named.has(id) && own.has(id));
    for (const id of gone) this.#drop(id);
    for (const id of own) this.#gateways.set(id, { ...this.#gateways.get(id)!, station: entry });
    for (const { id, publicKey } of entry.gateways) {
      if (!this.#revoked.has(id) && this.#gateways.get(id)?.publicKey !== publicKey) this.#add(id, entry, publicKey);
    }
    return gone;
  }

  addGateway(id: GatewayId, stationId: string, publicKey: string): void {
    const station = this.#stations.get(stationId);
    if (station === undefined) {
      throw new Error(`gateway ${id} enrolled for station ${stationId}, which is not registered`);
    }
    this.#revoked.delete(id);
    this.#add(id, station, publicKey);
  }

  removeGateway(id: GatewayId): boolean {
    if (!this.#drop(id)) return false;
    this.#revoked.add(id);
    return true;
  }

  #add(id: GatewayId, station: StationEntry, publicKey: string): void {
    this.#gateways.set(id, { id, station, publicKey, verifier: ed25519Verifier(publicKey) });
    this.#byStation.get(station.id)!.add(id);
  }

  #drop(id: GatewayId): boolean {
    this.#byStation.get(this.#gateways.get(id)?.station.id ?? "")?.delete(id);
    return this.#gateways.delete(id);
  }
}

function fileErrors(content: RegistryFile, locate: Locate): ConfigError[] {
  const errors: ConfigError[] = [];
  const once = (seen: Set<string>, name: string, path: Path) => {
    if (seen.has(name)) {
      const message = `${name} stands here a second time`;
      const cure = "Remove or rename one of the two.";
      errors.push(locate(path, { code: "reference", message, expected: "each name once", cure }));
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
    });
    for (const { path, message, cure } of entryFaults(station)) {
      const [first, , last] = path;
      // Said above already, for the file as a whole.
      if (first === "gateways" && last === "id") continue;
      errors.push(locate([...at, ...path], { code: "reference", message: message.en, expected: null, cure: cure.en }));
    }
  });
  return errors;
}
