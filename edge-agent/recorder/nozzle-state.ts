/** What is known of one nozzle's grand total between two polls. */
import type { GrandTotalObservation, LastFuellingObservation, LastFuellingValue } from "../drivers/observation.ts";

/** Frames kept as evidence of one total, and of one last fuelling: a record has room for eight. */
export const MAX_RAW = 4;

export interface Total {
  volumeCl: number;
  amountFen: number;
}

/** What the journal holds of a nozzle: the total that its records account for, and the fuelling of its last sale. */
export interface KnownNozzle extends Total {
  fuelling: LastFuellingValue | null;
}

/** A total that differs from the accepted one and is being read again. */
export interface Candidate extends Total {
  reads: number;
  raw: string[];
}

/** The candidate is confirmed, and the last fuelling has been asked for. */
export interface Question {
  /** Answers of no use. */
  failures: number;
  /** Answers that could be read. */
  answers: number;
  /** The newest of them, and how often in a row it came. */
  heard: { seen: LastFuellingObservation; reads: number } | null;
}

export interface NozzleState {
  /** The total that records account for up to now; null until the first one is believed. */
  accepted: Total | null;
  /** The accepted total came from the journal of an earlier run and has not been read since. */
  restored: boolean;
  /** When the accepted total last changed, on the monotonic clock; null when that was before this run. */
  changedAt: number | null;
  candidate: Candidate | null;
  question: Question | null;
  /** Rounds in which this total was confirmed but the last fuelling did not explain it. */
  doubt: (Total & { rounds: number }) | null;
  /** Reads in a row that showed another nozzle's total. */
  crossTalk: number;
  /** The last fuelling that is accounted for; undefined until one was read. */
  knownFuelling: string | undefined;
  /** A last fuelling read once while none is known, and how often one was asked for. */
  baseline: { heard: string | undefined; asked: number };
  /** The port was silent, and the total has not been confirmed since. */
  afterSilence: boolean;
  /** When a record last stated the total, on the monotonic clock. */
  statedAt: number;
}

/** A nozzle of which nothing has been read in this run. */
export function unreadNozzle(now: number, known: KnownNozzle | undefined): NozzleState {
  return {
    accepted: known === undefined ? null : { volumeCl: known.volumeCl, amountFen: known.amountFen },
    restored: known !== undefined,
    changedAt: null,
    candidate: null,
    question: null,
    doubt: null,
    crossTalk: 0,
    knownFuelling: known?.fuelling ? signatureOf(known.fuelling) : undefined,
    baseline: { heard: undefined, asked: 0 },
    afterSilence: false,
    statedAt: now,
  };
}

/** A total that is not the accepted one was read: once more, or for the first time. */
export function readAgain(state: NozzleState, seen: GrandTotalObservation): Candidate {
  const { candidate } = state;
  if (candidate !== null && sameTotal(candidate, seen)) {
    candidate.reads += 1;
    candidate.raw = [...candidate.raw, ...seen.raw].slice(-MAX_RAW);
    return candidate;
  }
  state.candidate = { volumeCl: seen.volumeCl, amountFen: seen.amountFen, reads: 1, raw: [...seen.raw] };
  state.question = null;
  return state.candidate;
}

/** Whatever was read of a new total does not count any more. */
export function forget(state: NozzleState): void {
  state.candidate = null;
  state.question = null;
}

export function sameTotal(a: Total | null, b: Total | null): boolean {
  return a !== null && b !== null && a.volumeCl === b.volumeCl && a.amountFen === b.amountFen;
}

/** Whether a total lies below another in litres or in money: an accumulator never goes back. */
export function isBelow(total: Total, other: Total): boolean {
  return total.volumeCl < other.volumeCl || total.amountFen < other.amountFen;
}

/** Two fuellings with the same signature are the same fuelling, as far as the port can tell. */
export function signatureOf(fuelling: LastFuellingValue): string {
  const { dayOfMonth, hour, minute, volumeCl, amountFen, unitPriceFen } = fuelling;
  return [dayOfMonth, hour, minute, volumeCl, amountFen, unitPriceFen].join("/");
}
