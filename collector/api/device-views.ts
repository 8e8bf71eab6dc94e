/** What the API says of gateways and devices: put together from states, health, approvals and certificates. */

import type { GatewayId } from "@forecourt/protocol/ids.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import { type Reader, seesStation } from "../access/reader.ts";
import { limits } from "../limits.ts";
import type { Registry } from "../registry/registry.ts";
import type { StationEntry } from "../registry/schema.ts";
import type { GatewayRow, LatestRecordRow, LatestStates, Queries } from "../store/queries.ts";
import { approvalOfConfiguration } from "../trust/approvals.ts";
import type { TrustStore } from "../trust/store.ts";
import type { DeviceView, GatewayView } from "./device-schemas.ts";
import { recordView, timeOrNull } from "./views.ts";

/** A station has fewer gateways and devices than this. */
const MOST = 200;

export interface DeviceViewParts {
  registry: Registry;
  queries: Pick<Queries, "latest" | "latestRecords">;
  trust: Pick<TrustStore, "program" | "approvals">;
  /** the last day of each gateway's newest certificate that is not revoked, epoch ms */
  certificateEnds: () => Promise<ReadonlyMap<string, number>>;
  /** epoch ms */
  now: () => number;
}

/** Every gateway of the reader's stations, or of one of them, in the order of the registry. */
export async function gatewayViews(parts: DeviceViewParts, reader: Reader, only?: string): Promise<GatewayView[]> {
  const ends = await parts.certificateEnds();
  const stations = parts.registry.stations.filter(
    ({ id }) => (only === undefined || id === only) && seesStation(reader, id),
  );
  const lists = await Promise.all(stations.map((station) => ofStation(parts, reader, station, ends)));
  return lists.flat();
}

async function ofStation(
  parts: DeviceViewParts,
  reader: Reader,
  station: StationEntry,
  ends: ReadonlyMap<string, number>,
): Promise<GatewayView[]> {
  const { registry, queries } = parts;
  const gateways = registry.gatewaysOf(station.id);
  if (gateways.length === 0) return [];
  const [latest, health, identities] = await Promise.all([
    queries.latest(reader, station.id),
    queries.latestRecords(reader, station.id, "health", MOST),
    queries.latestRecords(reader, station.id, "device", MOST),
  ]);
  const devices = devicesOf(station, latest, identities);
  return Promise.all(
    gateways.map(async (id, index) => {
      const row = latest.gateways.find(({ gateway }) => gateway === id);
      const own = health.find(({ record }) => record.gateway === id);
      const program = await programOf(parts.trust, id);
      return {
        ...stateView(row, parts.now()),
        gateway: id,
        station: station.id,
        county: station.county,
        ...program,
        certificateUntil: timeOrNull(ends.get(id)),
        health: own === undefined ? null : recordView(own),
        // Devices belong to the station: where there are two gateways, they stand at the first.
        devices: index === 0 ? devices : [],
      };
    }),
  );
}

function stateView(row: GatewayRow | undefined, nowMs: number) {
  const isLive = row !== undefined && row.heardMs >= nowMs - limits.liveWithinMs;
  return {
    state: row === undefined ? ("never" as const) : isLive ? ("live" as const) : ("silent" as const),
    lastHeardAt: timeOrNull(row?.heardMs),
    lastSeq: row?.seq ?? 0,
    unacknowledged: row?.unacknowledged ?? null,
  };
}

/** What it runs now, and who approved that. */
async function programOf(trust: DeviceViewParts["trust"], gateway: GatewayId) {
  const [program, approvals] = await Promise.all([trust.program(gateway), trust.approvals(gateway)]);
  if (program === undefined) {
    return { version: null, versionApprovedBy: null, configSha256: null, configSince: null, configApprovedBy: null };
  }
  return {
    version: program.version,
    versionApprovedBy: approvals.find(({ version }) => version === program.version)?.by ?? null,
    configSha256: program.configSha256,
    configSince: formatTime(program.fromMs),
    configApprovedBy: approvalOfConfiguration(program, approvals)?.by ?? null,
  };
}

/** Tax ports of the registry, and whatever else answers on a line. */
function devicesOf(
  station: StationEntry,
  { devices }: LatestStates,
  identities: readonly LatestRecordRow<"device">[],
): DeviceView[] {
  const taxPorts = new Set(station.dispensers.map(({ device }) => device));
  const others = [...devices.map(({ device }) => device), ...identities.map(({ record }) => record.device)];
  const names = new Set<string>([...taxPorts, ...others]);
  return [...names].map((device) => {
    const row = devices.find((one) => one.device === device);
    const said = identities.find(({ record }) => record.device === device)?.record;
    return {
      device,
      kind: taxPorts.has(device) ? "tax-port" : "other",
      link: row?.linkState ?? "unknown",
      linkSince: timeOrNull(row?.linkSinceMs),
      linkReason: row?.linkReason ?? null,
      model: said?.model ?? null,
      serial: row?.identity?.factorySerial ?? said?.serial ?? null,
      software: said?.software ?? null,
      clockOffsetMs: said?.clockOffsetMs ?? null,
    };
  });
}
