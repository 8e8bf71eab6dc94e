/** What the API says of stations: put together from the registry and the latest states. */
import { formatTime, localDate, parseTime } from "@forecourt/protocol/time.ts";
import { collectorItself, may, type Reader, reaches, seesStation } from "../access/reader.ts";
import { limits } from "../limits.ts";
import type { Registry } from "../registry/registry.ts";
import type { StationEntry } from "../registry/schema.ts";
import { catalogue } from "../rules/catalogue.ts";
import type { GatewayRow, LatestStates, OpenFlagCount, Queries, SaleRow, StationInShort } from "../store/queries.ts";
import type { Dispenser, GatewayStatus, NozzleState, SealStatus, StationDetail, StationSummary } from "./schemas.ts";
import { saleView, sealView, tankLevelView, timeOrNull } from "./views.ts";

const CL_PER_L = 100;
const NEVER_HEARD: StationInShort = {
  gateways: [],
  openFlags: [],
  today: { sales: 0, volumeCl: 0, amountFen: 0 },
};

/** A station in short, with all that somebody may be shown of it. */
export interface KnownStation {
  summary: StationSummary;
  openFlags: readonly OpenFlagCount[];
}

/** What of a station in short a reader is shown: sums are for who may see sales, flags for whose department's they are. */
export function summaryFor(reader: Reader, { summary, openFlags }: KnownStation): StationSummary {
  const seesSums = may(reader, "statistics:view") || may(reader, "sales:view");
  const seen = openFlags.filter(({ rule }) => seesRule(reader, rule));
  const count = (of: OpenFlagCount["severity"]) =>
    seen.reduce((sum, one) => sum + (one.severity === of ? one.count : 0), 0);
  return {
    ...summary,
    openFlags: { notice: count("notice"), medium: count("medium"), high: count("high") },
    today: seesSums ? summary.today : null,
  };
}

/** A rule that is no more is reached by "all" alone. */
function seesRule(reader: Reader, rule: string): boolean {
  return reaches(reader, "flags:view", DEPARTMENT_OF.get(rule) ?? "");
}

const DEPARTMENT_OF: ReadonlyMap<string, string> = new Map(catalogue.map(({ id, department }) => [id, department]));

export class StationViews {
  readonly #registry: Registry;
  readonly #queries: Queries;
  readonly #now: () => number;

  /** @param now epoch ms */
  constructor(registry: Registry, queries: Queries, now: () => number) {
    this.#registry = registry;
    this.#queries = queries;
    this.#now = now;
  }

  /** The reader's stations in the registry's order. */
  async summaries(reader: Reader): Promise<StationSummary[]> {
    const seen = this.#registry.stations.filter((station) => seesStation(reader, station.id));
    const ids = seen.map(({ id }) => id);
    const known = await this.#queries.inShort(collectorItself, ids, dayStart(this.#now()));
    return seen.map((station) => summaryFor(reader, this.#knownOf(station, known.get(station.id) ?? NEVER_HEARD)));
  }

  /** How many stations are live, silent, or have never been heard. */
  async states(): Promise<Record<StationSummary["state"], number>> {
    const counts = { live: 0, silent: 0, never: 0 };
    const heard = await this.#queries.heard();
    for (const { id } of this.#registry.stations) {
      const heardMs = heard.get(id);
      counts[this.#stateOf(heardMs === undefined ? [] : [{ heardMs }])] += 1;
    }
    return counts;
  }

  /** One station in short, or undefined when it is not registered or not the reader's. */
  async summary(reader: Reader, id: string): Promise<StationSummary | undefined> {
    const known = seesStation(reader, id) ? await this.known(id) : undefined;
    return known && summaryFor(reader, known);
  }

  /** The same for everybody: what of it a reader is shown is for {@link summaryFor}. */
  async known(id: string): Promise<KnownStation | undefined> {
    const station = this.#registry.station(id);
    if (station === undefined) return undefined;
    const [latest, figures] = await Promise.all([
      this.#queries.latest(collectorItself, id),
      this.#queries.figures(collectorItself, id, dayStart(this.#now())),
    ]);
    return this.#knownOf(station, { ...latest, ...figures });
  }

  /** One station with all that belongs to it, or undefined when it is not registered. */
  async detail(reader: Reader, id: string): Promise<StationDetail | undefined> {
    const station = this.#registry.station(id);
    if (station === undefined || !seesStation(reader, id)) return undefined;
    const [latest, figures, sales] = await Promise.all([
      this.#queries.latest(reader, id),
      this.#queries.figures(reader, id, dayStart(this.#now())),
      // A single sale is for who may see sales.
      may(reader, "sales:view") ? this.#queries.lastSales(reader, id, nozzlesOf(station)) : [],
    ]);
    return {
      station: summaryFor(reader, this.#knownOf(station, { ...latest, ...figures })),
      dispensers: this.#dispensers(station, latest, sales),
      tanks: station.tanks.map(({ tank, grade, capacityL }) => {
        const row = latest.tanks.find((one) => one.tank === tank);
        return { tank, grade, capacityCl: capacityL * CL_PER_L, latest: row === undefined ? null : tankLevelView(row) };
      }),
      seals: sealsOf(station, latest),
      gateways: this.#gateways(station, latest),
    };
  }

  /** Dispensers and gateways of a station, or undefined when it is not registered. */
  async devices(
    reader: Reader,
    id: string,
  ): Promise<{ dispensers: Dispenser[]; gateways: GatewayStatus[] } | undefined> {
    const detail = await this.detail(reader, id);
    return detail === undefined ? undefined : { dispensers: detail.dispensers, gateways: detail.gateways };
  }

  /** Seals of one station, or of all of the reader's. */
  async seals(reader: Reader, id: string | undefined): Promise<SealStatus[]> {
    const stations = this.#registry.stations.filter(
      (station) => (id === undefined || station.id === id) && seesStation(reader, station.id),
    );
    const lists = await Promise.all(
      stations.map(async (station) => sealsOf(station, await this.#queries.latest(reader, station.id))),
    );
    return lists.flat();
  }

  #knownOf(station: StationEntry, { gateways, openFlags, today }: StationInShort): KnownStation {
    const times = gateways.map((row) => row.lastRecordMs).filter((time) => time !== null);
    const summary: StationSummary = {
      id: station.id,
      nameZh: station.nameZh,
      nameEn: station.nameEn,
      county: station.county,
      location: locationView(station.location),
      state: this.#stateOf(gateways),
      lastRecordAt: times.length === 0 ? null : formatTime(Math.max(...times)),
      dispensers: station.dispensers.length,
      nozzles: nozzlesOf(station).length,
      tanks: station.tanks.length,
      seals: station.seals.length,
      openFlags: { notice: 0, medium: 0, high: 0 },
      today,
    };
    return { summary, openFlags };
  }

  #stateOf(gateways: readonly Pick<GatewayRow, "heardMs">[]): StationSummary["state"] {
    if (gateways.length === 0) return "never";
    const since = this.#now() - limits.liveWithinMs;
    return gateways.some((gateway) => gateway.heardMs >= since) ? "live" : "silent";
  }

  #gateways(station: StationEntry, latest: LatestStates): GatewayStatus[] {
    return this.#registry.gatewaysOf(station.id).map((id) => {
      const row = latest.gateways.find((one) => one.gateway === id);
      return {
        id,
        state: this.#stateOf(row === undefined ? [] : [row]),
        lastHeardAt: timeOrNull(row?.heardMs),
        lastSeq: row?.seq ?? 0,
        lastHash: Buffer.from(row?.hash ?? new Uint8Array(32)).toString("hex"),
        version: row?.version ?? null,
        unacknowledged: row?.unacknowledged ?? null,
      };
    });
  }

  #dispensers(station: StationEntry, latest: LatestStates, sales: readonly SaleRow[]): Dispenser[] {
    return station.dispensers.map(({ device, nozzles }) => {
      const row = latest.devices.find((one) => one.device === device);
      const identity = row?.identity ?? null;
      return {
        device,
        link: {
          state: row?.linkState ?? "unknown",
          since: timeOrNull(row?.linkSinceMs),
          reason: row?.linkReason ?? null,
        },
        identity:
          identity === null
            ? null
            : {
                initialised: identity.initialised,
                factorySerial: identity.factorySerial,
                taxpayerId: identity.taxpayerId,
                oilCode: identity.oilCode,
                at: formatTime(identity.atMs),
              },
        nozzles: nozzles.map(({ nozzle, grade, tank, unitPriceFen }): NozzleState => {
          const state = latest.nozzles.find((one) => one.nozzle === nozzle);
          const sale = sales.find((one) => one.nozzle === nozzle);
          return {
            nozzle,
            grade,
            tank,
            unitPriceFen: state?.unitPriceFen ?? unitPriceFen ?? null,
            totalVolumeCl: state?.totalVolumeCl ?? null,
            totalAmountFen: state?.totalAmountFen ?? null,
            lastSale: sale === undefined ? null : saleView(sale, this.#registry),
          };
        }),
      };
    });
  }
}

function locationView(location: StationEntry["location"]): StationSummary["location"] {
  if (location === undefined) return null;
  const { longitudeUdeg, latitudeUdeg, source } = location;
  return { longitudeUdeg, latitudeUdeg, system: source?.system ?? "wgs84" };
}

function nozzlesOf(station: StationEntry): string[] {
  return station.dispensers.flatMap((dispenser) => dispenser.nozzles.map((nozzle) => nozzle.nozzle));
}

function sealsOf(station: StationEntry, latest: LatestStates): SealStatus[] {
  return station.seals.map(({ seal }) =>
    sealView(
      station,
      seal,
      latest.seals.find((row) => row.seal === seal),
    ),
  );
}

/** The midnight in Asia/Shanghai at which the day of this moment began, epoch ms. */
function dayStart(epochMs: number): number {
  return parseTime(`${localDate(epochMs)}T00:00:00.000+08:00`) ?? epochMs;
}
