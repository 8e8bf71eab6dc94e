/** Gathers what a station's daily checks look at: the registry's equipment beside what was last heard of it. */
import { collectorItself } from "../access/reader.ts";
import type { Registry } from "../registry/registry.ts";
import type { Queries } from "../store/queries.ts";
import type { StationFacts } from "./checks.ts";
import type { InspectionStore } from "./store.ts";

export interface FactsParts {
  registry: Pick<Registry, "station" | "gatewaysOf">;
  queries: Pick<Queries, "latest" | "latestRecords">;
  store: Pick<InspectionStore, "refusedSince" | "openFlags" | "certificateUntil">;
}

/** What says that a chain is not whole, or that a key is in two places. */
const CHAIN_RULES = ["gateway.chain-broken", "gateway.key-copied"];
/** More gateways has no station. */
const GATEWAYS = 20;
const DAY_MS = 86_400_000;

/** @returns undefined when the station is not registered */
export async function factsOf(parts: FactsParts, station: string, nowMs: number): Promise<StationFacts | undefined> {
  const { registry, queries, store } = parts;
  const entry = registry.station(station);
  if (entry === undefined) return undefined;
  const latest = await queries.latest(collectorItself, station);
  const health = await queries.latestRecords(collectorItself, station, "health", GATEWAYS);
  const ids = registry.gatewaysOf(station);
  return {
    gateways: ids.map((id) => {
      const row = latest.gateways.find(({ gateway }) => gateway === id);
      const said = health.find(({ record }) => record.gateway === id);
      return {
        id,
        heardMs: row?.heardMs ?? null,
        unacknowledged: row?.unacknowledged ?? null,
        certificateUntilMs: store.certificateUntil(id),
        health: said?.record ?? null,
        healthMs: said?.atMs ?? null,
      };
    }),
    taxPorts: entry.dispensers.map(({ device }) => {
      return { device, link: latest.devices.find((one) => one.device === device)?.linkState ?? null };
    }),
    tanks: entry.tanks.map(({ tank }) => {
      const row = latest.tanks.find((one) => one.tank === tank);
      return { tank, quality: row?.quality ?? null, atMs: row?.atMs ?? null };
    }),
    seals: entry.seals.map(({ seal }) => {
      const row = latest.seals.find((one) => one.seal === seal);
      return { seal, state: row?.state ?? null, batteryPercent: row?.batteryPercent ?? null };
    }),
    chainFlags: store.openFlags(station, CHAIN_RULES),
    refused: store.refusedSince(ids, nowMs - DAY_MS),
  };
}
