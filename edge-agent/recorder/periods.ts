/**
 * Collects a tax device's own day and month totals: of each day and month that has ended, and of the present ones after
 * a silence, so that whatever was missed meanwhile is bounded by what the device itself counted. Pure: the station's
 * calendar comes in, records and questions out.
 *
 * An answer names its day or month but not its nozzle, so nothing is believed that was not read alike twice, and more
 * often when it is a neighbour's figure (tax-port.md 1.8). How long a device keeps its totals is not known.
 */
import type { TotalRecord } from "@forecourt/protocol/records/schema.ts";
import type { PeriodTotalObservation } from "../drivers/observation.ts";
import { dayBefore, daysAfter, monthBefore } from "./calendar.ts";
import type { TotalBody } from "./sale-records.ts";

export type PeriodScope = "day" | "month";

/** The newest ended day and month that the journal holds of a nozzle. */
export type KnownPeriods = Partial<Record<PeriodScope, string>>;

/** What is to be asked. */
export interface PeriodQuestion {
  nozzle: string;
  scope: PeriodScope;
  /** `YYYY-MM-DD` or `YYYY-MM` */
  period: string;
}

interface Task extends PeriodQuestion {
  cause: TotalRecord["cause"];
  /** Monotonic milliseconds. */
  since: number;
  notBefore: number;
  /** The newest answer, and how often in a row it came. */
  heard: { seen: PeriodTotalObservation; reads: number; raw: string[] } | null;
  answers: number;
  failures: number;
  rounds: number;
}

/** The device's clock is not ours: its day may end this much later. */
const PERIOD_END_DELAY = "00:10";
/** After a long time away, this many ended days are asked for. */
const MAX_DAYS = 31;
const READS = 2;
/** The same for figures that are also a neighbour's: nozzles swap. */
const READS_OF_NEIGHBOURS = 5;
/** Answers without two alike in a row, before the newest is recorded as unconfirmed. */
const MAX_ANSWERS = 10;
/** Useless answers in a row before the question rests, for how long, and how often that is repeated. */
const MAX_FAILURES = 3;
const REST_MS = 3_600_000;
const MAX_ROUNDS = 3;
/** Frames kept as evidence: a record has room for eight. */
const MAX_RAW = 8;

export class PeriodTotals {
  readonly #device: string;
  readonly #nozzles: readonly string[];
  /** The newest ended period that was asked for or is known, by scope and nozzle. */
  readonly #through = new Map<string, string>();
  /** What each nozzle stated last of a period, to notice a neighbour's figure. */
  readonly #stated = new Map<string, string>();
  #tasks: Task[] = [];
  /** The day that the calendar showed last: until it shows another there is nothing new to ask for. */
  #today = "";

  constructor(device: string, nozzles: readonly string[], known: ReadonlyMap<string, KnownPeriods>) {
    this.#device = device;
    this.#nozzles = nozzles;
    for (const [nozzle, periods] of known) {
      if (periods.day !== undefined) this.#through.set(`day/${nozzle}`, periods.day);
      if (periods.month !== undefined) this.#through.set(`month/${nozzle}`, periods.month);
    }
  }

  /**
   * Looks at the calendar: what has ended is to be asked for.
   * @param local the station's time, RFC 3339
   * @param now monotonic milliseconds
   */
  tick(local: string, now: number): void {
    const [date, time] = [local.slice(0, 10), local.slice(11, 16)];
    // Ten minutes past midnight the new day has begun for the device too.
    const today = time >= PERIOD_END_DELAY ? date : dayBefore(date);
    if (today === this.#today) return;
    this.#today = today;
    const yesterday = dayBefore(today);
    const lastMonth = monthBefore(today.slice(0, 7));
    for (const nozzle of this.#nozzles) {
      const days = ended(this.#through.get(`day/${nozzle}`), yesterday);
      for (const period of days) this.#add({ nozzle, scope: "day", period }, "period-end", now);
      if (days.length > 0) this.#through.set(`day/${nozzle}`, yesterday);
      if (this.#through.get(`month/${nozzle}`) === lastMonth) continue;
      this.#through.set(`month/${nozzle}`, lastMonth);
      this.#add({ nozzle, scope: "month", period: lastMonth }, "period-end", now);
    }
  }

  /** The port answers again: the present day and month bound what was missed. @param local as in {@link tick} */
  afterSilence(local: string, now: number): void {
    for (const nozzle of this.#nozzles) {
      this.#add({ nozzle, scope: "day", period: local.slice(0, 10) }, "after-silence", now);
      this.#add({ nozzle, scope: "month", period: local.slice(0, 7) }, "after-silence", now);
    }
  }

  /** What to ask next, and since when that waits; undefined when there is nothing to ask. */
  next(now: number): (PeriodQuestion & { since: number }) | undefined {
    return this.#tasks.find(({ notBefore }) => notBefore <= now);
  }

  /** A day or month total was read. @returns the record that this makes, if it is believed now */
  total(seen: PeriodTotalObservation): TotalBody[] {
    const task = this.#find(seen);
    if (task === undefined) return [];
    const isAgain = task.heard !== null && signatureOf(task.heard.seen) === signatureOf(seen);
    task.failures = 0;
    task.answers += 1;
    task.heard = {
      seen,
      reads: isAgain ? (task.heard?.reads ?? 0) + 1 : 1,
      raw: [...(isAgain ? (task.heard?.raw ?? []) : []), ...seen.raw].slice(-MAX_RAW),
    };
    const isBelieved = task.heard.reads >= (this.#isNeighbours(seen) ? READS_OF_NEIGHBOURS : READS);
    if (!isBelieved && task.answers < MAX_ANSWERS) return [];
    this.#tasks = this.#tasks.filter((one) => one !== task);
    this.#stated.set(placeOf(seen), signatureOf(seen));
    return [recordOf(task, { ...task.heard, isBelieved }, this.#device)];
  }

  /** A question for a day or month total got an answer of no use, or none. @param now monotonic milliseconds */
  failed(question: PeriodQuestion, now: number): void {
    const task = this.#find(question);
    if (task === undefined) return;
    task.failures += 1;
    if (task.failures < MAX_FAILURES) return;
    task.failures = 0;
    task.rounds += 1;
    task.notBefore = now + REST_MS;
    if (task.rounds >= MAX_ROUNDS) this.#tasks = this.#tasks.filter((one) => one !== task);
  }

  #add(question: PeriodQuestion, cause: Task["cause"], now: number): void {
    const waiting = this.#find(question);
    if (waiting !== undefined) {
      // A silence in between may have hidden a sale: what was read before it counts no more.
      waiting.heard = null;
      waiting.notBefore = now;
      return;
    }
    // What is said of a period anew replaces what neighbours said of earlier ones.
    for (const place of this.#stated.keys()) {
      if (!place.startsWith(`${question.scope}/${question.period}/`) && place.startsWith(`${question.scope}/`)) {
        this.#stated.delete(place);
      }
    }
    const begun = { since: now, notBefore: now, heard: null, answers: 0, failures: 0, rounds: 0 };
    this.#tasks.push({ ...question, cause, ...begun });
  }

  #find({ nozzle, scope, period }: PeriodQuestion): Task | undefined {
    return this.#tasks.find((task) => task.nozzle === nozzle && task.scope === scope && task.period === period);
  }

  #isNeighbours(seen: PeriodTotalObservation): boolean {
    if (seen.noData !== null || (seen.volumeCl === 0 && seen.amountFen === 0)) return false;
    return this.#nozzles.some(
      (nozzle) => nozzle !== seen.nozzle && this.#stated.get(placeOf({ ...seen, nozzle })) === signatureOf(seen),
    );
  }
}

/** The ended days to ask for; one when nothing is known, or when the clock stood in the future before. */
function ended(through: string | undefined, yesterday: string): string[] {
  if (through === undefined || through > yesterday) return [yesterday];
  return daysAfter(through, yesterday).slice(-MAX_DAYS);
}

function recordOf(
  task: Task,
  of: { seen: PeriodTotalObservation; raw: string[]; isBelieved: boolean },
  device: string,
): TotalBody {
  const { seen, raw, isBelieved } = of;
  const trust = isBelieved
    ? { quality: seen.noData === null ? ("good" as const) : ("missing" as const), reason: seen.noData }
    : {
        quality: "unconfirmed" as const,
        reason: "no two answers in a row were alike: a sale in between, or another nozzle's figures",
      };
  return {
    kind: "total",
    device,
    nozzle: task.nozzle,
    scope: task.scope,
    period: task.period,
    cause: task.cause,
    volumeCl: seen.volumeCl,
    amountFen: seen.amountFen,
    previousVolumeCl: null,
    previousAmountFen: null,
    ...trust,
    raw,
  };
}

function placeOf({ scope, period, nozzle }: PeriodQuestion): string {
  return `${scope}/${period}/${nozzle}`;
}

function signatureOf({ volumeCl, amountFen, noData }: PeriodTotalObservation): string {
  return `${volumeCl}/${amountFen}/${noData !== null}`;
}
