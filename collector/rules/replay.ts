/**
 * Runs a station's inputs through a fresh engine as if they came today: for scoring rules, for looking again at a span
 * of history, and for a second opinion. Time comes from the records; ticks are made in between.
 */
import type { StationVersion } from "../registry/store.ts";
import type { WetstockEvent } from "../wetstock/state.ts";
import { StationEngine } from "./engine.ts";
import type { SeenFiling } from "./filings.ts";
import type { FlagRow } from "./flag.ts";
import { emptyOutcome, type Inconclusive, type Unknown } from "./outcome.ts";
import type { Parameters, RuleInput, SeenRecord } from "./rule.ts";

/** A flag with when it was first raised, and when it first was more than a notice: what "time to find" is made of. */
export interface ReplayedFlag extends FlagRow {
  raisedMs: number;
  aboveNoticeMs: number | null;
}

export interface ReplayResult {
  station: string;
  fromMs: number | null;
  untilMs: number | null;
  records: number;
  flags: ReplayedFlag[];
  unknowns: Unknown[];
  inconclusive: Inconclusive[];
  /** the days of the tanks that could be judged: what each gained unexplained, and by which version of its chart */
  tankDays: TankDayResult[];
}

export interface TankDayResult {
  tank: string;
  /** local day, counted from the epoch */
  day: number;
  version: number;
  gainCl: number;
  seCl: number;
  soldCl: number;
}

/** Records of this span go together, as a gateway sends them. */
const BATCH_MS = 60_000;
const TICK_MS = 60_000;
/** Longest silence that is filled with ticks: whoever is silent for a day is silent. */
const TICKED_MS = 86_400_000;

export class Replay {
  readonly #engine: StationEngine;
  readonly #station: string;
  readonly #filings: { atMs: number; filing: SeenFiling }[];
  readonly #flags = new Map<string, ReplayedFlag>();
  readonly #unknowns = new Map<string, Unknown>();
  readonly #inconclusive: Inconclusive[] = [];
  readonly #tankDays: TankDayResult[] = [];
  #batch: SeenRecord[] = [];
  #nextFiling = 0;
  #records = 0;
  #fromMs: number | null = null;
  #untilMs: number | null = null;
  #tickedMs: number | null = null;

  /**
   * @param versions of the station's registry entry, oldest first: all but the first come in as inputs
   * @param filings what was filed about the station, each with when the collector came to know it
   */
  constructor(
    versions: readonly StationVersion[],
    configured: Record<string, Parameters>,
    filings: readonly { atMs: number; filing: SeenFiling }[] = [],
  ) {
    let number = 0;
    this.#station = versions[0]!.entry.id;
    this.#filings = [...filings].sort((a, b) => a.atMs - b.atMs);
    this.#engine = new StationEngine(versions, configured, { states: {}, open: [] }, () => {
      number += 1;
      return `replay-${number}`;
    });
  }

  /** Takes the next record of the station's journal. */
  record(seen: SeenRecord): void {
    const first = this.#batch[0];
    const other = first !== undefined && first.record.gateway !== seen.record.gateway;
    const filed = (this.#filings[this.#nextFiling]?.atMs ?? Number.POSITIVE_INFINITY) <= seen.atMs;
    if (first !== undefined && (other || filed || Math.abs(seen.atMs - first.atMs) >= BATCH_MS)) this.#flush();
    if (filed) this.#file(seen.atMs);
    this.#batch.push(seen);
    this.#records += 1;
  }

  /** Takes an input as it was stored. */
  input(input: RuleInput): void {
    this.#flush();
    this.#apply(input);
  }

  /** Ends the replay. */
  finish(): ReplayResult {
    this.#flush();
    return {
      station: this.#station,
      fromMs: this.#fromMs,
      untilMs: this.#untilMs,
      records: this.#records,
      flags: [...this.#flags.values()],
      unknowns: [...this.#unknowns.values()],
      inconclusive: this.#inconclusive,
      tankDays: this.#tankDays,
    };
  }

  #flush(): void {
    const records = this.#batch;
    const last = records[records.length - 1];
    if (last === undefined) return;
    this.#batch = [];
    this.#file(records[0]!.atMs);
    this.#tickUntil(records[0]!.atMs);
    this.#apply({ kind: "batch", atMs: last.atMs, gateway: last.record.gateway, records });
  }

  #file(untilMs: number): void {
    for (; this.#nextFiling < this.#filings.length; this.#nextFiling += 1) {
      const { atMs, filing } = this.#filings[this.#nextFiling]!;
      if (atMs > untilMs) return;
      this.#apply({ kind: "filing", atMs, filing });
    }
  }

  #tickUntil(nowMs: number): void {
    const from = this.#tickedMs ?? nowMs;
    for (let atMs = Math.max(from + TICK_MS, nowMs - TICKED_MS); atMs <= nowMs; atMs += TICK_MS) {
      this.#apply({ kind: "tick", atMs });
    }
    this.#tickedMs = Math.max(from, nowMs);
  }

  #apply(input: RuleInput): void {
    this.#fromMs ??= input.atMs;
    this.#untilMs = Math.max(this.#untilMs ?? input.atMs, input.atMs);
    const outcome = { ...emptyOutcome(), wetstock: [] };
    this.#engine.apply(input, outcome);
    this.#keepDays(outcome.wetstock);
    if (outcome.verdicts === 0) return;
    for (const flag of outcome.flags.values()) {
      const known = this.#flags.get(flag.id);
      const aboveNoticeMs = known?.aboveNoticeMs ?? (flag.severity === "notice" ? null : input.atMs);
      this.#flags.set(flag.id, { ...flag, raisedMs: known?.raisedMs ?? input.atMs, aboveNoticeMs });
    }
    for (const [key, unknown] of outcome.unknowns) {
      const count = (this.#unknowns.get(key)?.count ?? 0) + unknown.count;
      this.#unknowns.set(key, { ...unknown, count });
    }
    this.#inconclusive.push(...outcome.inconclusive);
  }

  #keepDays(events: readonly WetstockEvent[]): void {
    for (const event of events) {
      if (event.kind !== "day" || event.inconclusive !== null) continue;
      const { tank, day, version } = event;
      const [gainCl, seCl, soldCl] = [event.gainL, event.seL, event.sold].map((litres) => Math.round(litres * 100));
      this.#tankDays.push({ tank, day, version, gainCl: gainCl!, seCl: seCl!, soldCl: soldCl! });
    }
  }
}
