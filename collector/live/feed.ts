/** Makes live events of what was stored: the same shapes that the API answers with. */
import type { Logger } from "pino";
import type { StationViews } from "../api/station-views.ts";
import { flagView, saleView, sealView, tankLevelView } from "../api/views.ts";
import { limits } from "../limits.ts";
import type { Registry } from "../registry/registry.ts";
import type { FlagRow } from "../rules/flag.ts";
import type { RuleInput, SeenRecord } from "../rules/rule.ts";
import type { LiveHub } from "./hub.ts";

export interface FeedOptions {
  hub: LiveHub;
  registry: Registry;
  views: StationViews;
  log: Logger;
}

export class LiveFeed {
  readonly #options: FeedOptions;
  /** stations whose summary is due, each with its timer */
  readonly #summaries = new Map<string, NodeJS.Timeout>();

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** A station's rules have a new input, which is stored. */
  input(station: string, input: RuleInput): void {
    if (!this.#options.hub.isHeard) return;
    if (input.kind === "batch") this.#records(station, input.records);
    this.#summary(station);
  }

  /** Flags were raised, grew or ended. */
  flags(station: string, flags: readonly FlagRow[]): void {
    const { hub } = this.#options;
    if (!hub.isHeard) return;
    for (const flag of flags) hub.publish({ name: "flag", station, data: flagView(flag) });
    this.#summary(station);
  }

  /** Drops what is due. */
  stop(): void {
    for (const timer of this.#summaries.values()) clearTimeout(timer);
    this.#summaries.clear();
  }

  #records(station: string, records: readonly SeenRecord[]): void {
    const { hub, registry } = this.#options;
    const entry = registry.station(station);
    if (entry === undefined) return;
    const most = limits.live.recordsOfBatch;
    for (const seen of newest(records, "sale", most)) {
      if (seen.record.kind !== "sale") continue;
      hub.publish({ name: "sale", station, data: saleView({ ...seen.record, station, atMs: seen.atMs }, registry) });
    }
    for (const seen of newest(records, "tank", most)) {
      if (seen.record.kind !== "tank") continue;
      hub.publish({ name: "tank", station, data: tankLevelView({ ...seen.record, station, atMs: seen.atMs }) });
    }
    for (const seen of newest(records, "seal", most)) {
      if (seen.record.kind !== "seal") continue;
      const row = { ...seen.record, station, atMs: seen.atMs };
      hub.publish({ name: "seal", station, data: sealView(entry, seen.record.seal, row) });
    }
  }

  #summary(station: string): void {
    if (this.#summaries.has(station)) return;
    const timer = setTimeout(() => {
      this.#summaries.delete(station);
      this.#options.views.known(station).then(
        (data) => {
          if (data !== undefined) this.#options.hub.publish({ name: "station", station, data });
        },
        (error: Error) => this.#options.log.error({ err: error }, "a station's summary could not be made"),
      );
    }, limits.live.summaryEveryMs);
    timer.unref();
    this.#summaries.set(station, timer);
  }
}

function newest(records: readonly SeenRecord[], kind: string, most: number): SeenRecord[] {
  return records.filter(({ record }) => record.kind === kind).slice(-most);
}
