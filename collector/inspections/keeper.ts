/**
 * Makes each day's inspections at its hour, some stations at a time, and has told when they are ready, when the day ends
 * and some are not confirmed, and, a day later, who should ask why. A day that passed while the collector stood still has
 * no inspection: nobody can say afterwards how it was.
 */
import { localDate } from "@forecourt/protocol/time.ts";
import type { Note } from "../access/store.ts";
import { momentOf } from "../notices/timing.ts";
import type { Registry } from "../registry/registry.ts";
import { checkStation, gravest } from "./checks.ts";
import { type FactsParts, factsOf } from "./facts.ts";
import type { Inspection, InspectionStore, Told } from "./store.ts";

export interface InspectionKeeperParts extends FactsParts {
  registry: Pick<Registry, "station" | "gatewaysOf" | "stations">;
  store: InspectionStore;
  /** epoch ms */
  now: () => number;
}

/** Before the working day begins. */
export const MADE_AT = "07:30";
/** An hour before it ends; and early on the next. */
const REMIND_AT = "17:00";
const ESCALATE_AT = "09:00";
const DAY_MS = 86_400_000;
/** In one run: each takes some ten questions of the database. */
const STATIONS_AT_ONCE = 20;
const TICK_EVERY_MS = 20_000;

export class InspectionKeeper {
  readonly #parts: InspectionKeeperParts;
  #nextMs = 0;
  #working = false;

  constructor(parts: InspectionKeeperParts) {
    this.#parts = parts;
  }

  /** Does what is due; looks at the clock a few times a minute. */
  async tick(): Promise<void> {
    const nowMs = this.#parts.now();
    if (this.#working || nowMs < this.#nextMs) return;
    this.#working = true;
    try {
      const isDone = await this.#make(nowMs);
      this.#nextMs = isDone ? nowMs + TICK_EVERY_MS : nowMs;
      if (isDone) this.#tell(nowMs);
    } finally {
      this.#working = false;
    }
  }

  /** @returns whether the day's inspections are all there, or not due yet */
  async #make(nowMs: number): Promise<boolean> {
    const { registry, store } = this.#parts;
    const day = localDate(nowMs);
    if (nowMs < momentOf(day, MADE_AT)) return true;
    const made = store.made(day);
    const missing = registry.stations.filter(
      ({ id, status = "in-service" }) => status === "in-service" && !made.has(id),
    );
    const rows: Omit<Inspection, "confirmedMs" | "confirmedBy">[] = [];
    for (const { id } of missing.slice(0, STATIONS_AT_ONCE)) {
      const facts = await factsOf(this.#parts, id, nowMs);
      if (facts === undefined) continue;
      const checks = checkStation(facts, nowMs);
      const worst = gravest(checks.map(({ state }) => state));
      rows.push({ station: id, day, county: id.slice(0, COUNTY_DIGITS), madeMs: nowMs, worst, checks });
    }
    if (rows.length > 0) store.add(rows, madeNote(day, rows.length, nowMs));
    return missing.length <= STATIONS_AT_ONCE;
  }

  #tell(nowMs: number): void {
    const { store } = this.#parts;
    const today = localDate(nowMs);
    if (nowMs >= momentOf(today, MADE_AT)) this.#once(today, "ready", nowMs, false);
    if (nowMs >= momentOf(today, REMIND_AT)) this.#once(today, "remind", nowMs, false);
    const yesterday = localDate(nowMs - DAY_MS);
    if (nowMs >= momentOf(today, ESCALATE_AT) && store.made(yesterday).size > 0) {
      this.#once(yesterday, "escalate", nowMs, true);
    }
  }

  /** @param byCounty one notice a county, for those who look after it */
  #once(day: string, told: Told, nowMs: number, byCounty: boolean): void {
    const open = this.#parts.store.open(day);
    const all = {
      county: null,
      count: open.reduce((sum, one) => sum + one.count, 0),
      wrong: open.reduce((sum, one) => sum + one.wrong, 0),
    };
    const which = byCounty ? open : [all];
    const details = which.filter(({ count }) => count > 0).map((one) => JSON.stringify({ told, ...one }));
    this.#parts.store.tell(day, told, nowMs, details);
  }
}

const COUNTY_DIGITS = 6;

function madeNote(day: string, stations: number, atMs: number): Note {
  return { atMs, who: "collector", action: "inspection.made", subject: day, detail: { stations } };
}
