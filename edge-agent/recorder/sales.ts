/**
 * Finds sales in the grand totals of one tax device. Pure: observations and a monotonic time in, records and wanted
 * polls out.
 *
 * An answer of the tax port does not name its nozzle, and nozzles swap (tax-port.md 1.8). So nothing is believed that
 * was not read alike several times in a row, totals and (behind several nozzles) last fuellings; a neighbour's total
 * is put aside; and a total is a sale when the last fuelling explains it. A total that it does not explain, that went
 * down, or that a neighbour may have caused goes through more rounds, between which the neighbours are read too; if
 * it stays, it is recorded as what it is: litres without a confirmed fuelling, `count` unknown.
 *
 * What no reader of this port can tell: two nozzles whose answers stay exchanged for good (their litres change
 * places); how many litres were sold, beyond the last fuelling, between two reads of which the later is lower; and
 * that a rise was several fuellings when one more, equal to their sum to the cent, ends in the seconds in between.
 */
import type { RecordBody } from "@forecourt/protocol/records/schema.ts";
import type { GrandTotalObservation, LastFuellingObservation, LastFuellingValue } from "../drivers/observation.ts";
import { taxPortPoll } from "../drivers/tax-port/driver.ts";
import type { Want } from "../lines/reporter.ts";
import {
  type Candidate,
  forget,
  isBelow,
  type KnownNozzle,
  MAX_RAW,
  type NozzleState,
  readAgain,
  sameTotal,
  signatureOf,
  type Total,
  unreadNozzle,
} from "./nozzle-state.ts";
import { nothing, type Outcome } from "./outcome.ts";
import { confirmedSale, saleBesideDecrease, totalStatement, unconfirmedSale } from "./sale-records.ts";

export interface SalesOptions {
  device: string;
  nozzles: readonly string[];
  /** Reads alike before a changed total is believed, and before a last fuelling is when it could be a neighbour's. */
  confirmReads: number;
  /** The same for the first total of a nozzle, for a decreased one and for one that rose faster than fuel can flow. */
  firstReads: number;
  /** Fastest flow of a nozzle, 0.01 L per second. */
  maxFlowClPerS: number;
  /** A total that does not change is stated again after this. */
  heartbeatMs: number;
}

/** Reads in a row in which a neighbour's total is put aside before it is believed to be this nozzle's own after all. */
const MAX_CROSS_TALK_READS = 10;
/** Rounds in which a doubtful total is read anew before it is recorded. */
const MAX_DOUBT_ROUNDS = 2;
/** Useless answers to the question for the last fuelling before the total is judged without one. */
const MAX_FUELLING_FAILURES = 3;
/** Last fuellings heard without hearing one often enough in a row, before the total is judged without one. */
const MAX_FUELLING_ANSWERS = 8;
/** How often the last fuelling of a nozzle that has sold nothing yet is asked for. */
const MAX_BASELINE_QUESTIONS = 6;

export class SalesRecorder {
  readonly #options: SalesOptions;
  readonly #nozzles: Map<string, NozzleState>;

  /**
   * @param now monotonic milliseconds
   * @param known what the journal accounts for, by nozzle
   */
  constructor(options: SalesOptions, now: number, known: ReadonlyMap<string, KnownNozzle>) {
    this.#options = options;
    this.#nozzles = new Map(options.nozzles.map((name) => [name, unreadNozzle(now, known.get(name))]));
  }

  /** A grand total was read. @param now monotonic milliseconds */
  total(seen: GrandTotalObservation, now: number): Outcome {
    const { nozzle } = seen;
    const state = this.#state(nozzle);
    if (sameTotal(state.accepted, seen)) return this.#unchanged(seen, state, now);
    if (!this.#isNeighbours(nozzle, seen)) state.crossTalk = 0;
    else if (state.crossTalk < MAX_CROSS_TALK_READS) {
      state.crossTalk += 1;
      // It may be the nozzle's own after all, a twin's: so it ends a run of reads alike of another total.
      if (!sameTotal(state.candidate, seen)) forget(state);
      return nothing;
    }
    const candidate = readAgain(state, seen);
    if (candidate.reads < this.#readsNeeded(state, candidate, now)) return this.#want("grandTotal", nozzle);
    if (state.accepted === null) return this.#first(nozzle, state, candidate, now);
    state.question ??= { failures: 0, answers: 0, heard: null };
    return this.#want("lastFuelling", nozzle);
  }

  /** A last fuelling was read. @param now monotonic milliseconds */
  lastFuelling(seen: LastFuellingObservation, now: number): Outcome {
    const state = this.#state(seen.nozzle);
    const { question } = state;
    if (question === null) return this.#baseline(seen, state);
    const { heard } = question;
    const isSame = heard !== null && signatureOf(heard.seen.fuelling) === signatureOf(seen.fuelling);
    question.answers += 1;
    question.heard = isSame
      ? { seen: { ...seen, raw: [...heard.seen.raw, ...seen.raw].slice(-MAX_RAW) }, reads: heard.reads + 1 }
      : { seen, reads: 1 };
    if (question.heard.reads >= this.#fuellingReads()) return this.#judge(seen.nozzle, question.heard.seen, now);
    if (question.answers < MAX_FUELLING_ANSWERS) return this.#want("lastFuelling", seen.nozzle);
    return this.#judge(seen.nozzle, null, now);
  }

  /** The question for a last fuelling got an answer of no use. @param now monotonic milliseconds */
  noLastFuelling(nozzle: string, now: number): Outcome {
    const { question, doubt } = this.#state(nozzle);
    if (question === null) return nothing;
    question.failures += 1;
    // In later rounds it has failed before, and each failure costs the line a whole time-out.
    const limit = doubt === null ? MAX_FUELLING_FAILURES : 1;
    return question.failures < limit ? this.#want("lastFuelling", nozzle) : this.#judge(nozzle, null, now);
  }

  /** The port answers again after a silence: every total is to be confirmed. */
  afterSilence(): Outcome {
    for (const state of this.#nozzles.values()) state.afterSilence = true;
    return {
      records: [],
      wants: [...this.#nozzles.keys()].flatMap((nozzle) => this.#want("grandTotal", nozzle).wants),
    };
  }

  /** Whether a total is being confirmed. */
  get isDeciding(): boolean {
    return [...this.#nozzles.values()].some(({ candidate, question }) => candidate !== null || question !== null);
  }

  #unchanged(seen: GrandTotalObservation, state: NozzleState, now: number): Outcome {
    forget(state);
    state.doubt = null;
    state.crossTalk = 0;
    state.restored = false;
    const { wants } = this.#askBaseline(seen.nozzle, state);
    const cause = state.afterSilence ? "after-silence" : "heartbeat";
    if (cause === "heartbeat" && now - state.statedAt < this.#options.heartbeatMs) return { records: [], wants };
    state.afterSilence = false;
    state.statedAt = now;
    return { records: [totalStatement(this.#place(seen.nozzle), seen, { cause, previous: seen })], wants };
  }

  #first(nozzle: string, state: NozzleState, candidate: Candidate, now: number): Outcome {
    const record = totalStatement(this.#place(nozzle), candidate, { cause: "first", previous: null });
    const { records } = this.#accept(state, candidate, { now, fuelling: null, records: [record] });
    // When it last rose before it was first read is not known.
    state.changedAt = null;
    return { records, wants: this.#askBaseline(nozzle, state).wants };
  }

  /** Nothing depends on the last fuelling of an idle nozzle but this: later ones are told apart from it. */
  #askBaseline(nozzle: string, { knownFuelling, baseline }: NozzleState): Outcome {
    if (knownFuelling !== undefined || baseline.asked >= MAX_BASELINE_QUESTIONS) return nothing;
    baseline.asked += 1;
    return this.#want("lastFuelling", nozzle);
  }

  #baseline(seen: LastFuellingObservation, state: NozzleState): Outcome {
    if (state.accepted === null || state.knownFuelling !== undefined) return nothing;
    const signature = signatureOf(seen.fuelling);
    if (state.baseline.heard === signature || this.#fuellingReads() === 1) state.knownFuelling = signature;
    state.baseline.heard = signature;
    return this.#askBaseline(seen.nozzle, state);
  }

  /** The total is confirmed, and the last fuelling too, or it is null because none could be had. */
  #judge(nozzle: string, fuelling: LastFuellingObservation | null, now: number): Outcome {
    const state = this.#state(nozzle);
    const { accepted, candidate } = state;
    if (accepted === null || candidate === null) return nothing;
    const rise = { from: accepted, to: candidate };
    const rose = {
      volumeCl: candidate.volumeCl - accepted.volumeCl,
      amountFen: candidate.amountFen - accepted.amountFen,
    };
    const explained = fuelling !== null && sameTotal(rose, fuelling.fuelling);
    const certain = explained && !this.#mayBeNeighbours(nozzle, accepted, fuelling.fuelling);
    if (!certain && this.#readAnew(state, candidate)) return nothing;
    if (isBelow(candidate, accepted)) return this.#decreased(nozzle, state, { candidate, accepted, fuelling, now });
    const neighbours = this.#isNeighbours(nozzle, candidate) && this.#isNeighboursFuelling(nozzle, fuelling?.fuelling);
    if (explained && !neighbours) {
      const sale = confirmedSale(this.#place(nozzle), rise, fuelling);
      return this.#accept(state, candidate, { now, fuelling: fuelling.fuelling, records: [sale] });
    }
    const own = this.#isNeighboursFuelling(nozzle, fuelling?.fuelling) ? null : fuelling;
    const sale = unconfirmedSale(this.#place(nozzle), rise, own, {
      amountDiffers: own?.fuelling.volumeCl === rose.volumeCl,
      neighbours,
      whileNotRunning: state.restored,
      whileSilent: state.afterSilence,
      tooFast: this.#isTooFast(state, candidate, now),
    });
    return this.#accept(state, candidate, { now, fuelling: own?.fuelling ?? null, records: [sale] });
  }

  /** Starts another round, in which the line's routine reads the neighbours too. @returns false when there were enough */
  #readAnew(state: NozzleState, { volumeCl, amountFen }: Candidate): boolean {
    const rounds = sameTotal(state.doubt, { volumeCl, amountFen }) ? (state.doubt?.rounds ?? 0) + 1 : 1;
    if (rounds > MAX_DOUBT_ROUNDS) return false;
    state.doubt = { volumeCl, amountFen, rounds };
    forget(state);
    return true;
  }

  #decreased(
    nozzle: string,
    state: NozzleState,
    of: { candidate: Candidate; accepted: Total; fuelling: LastFuellingObservation | null; now: number },
  ): Outcome {
    const { candidate, accepted, fuelling, now } = of;
    const place = this.#place(nozzle);
    const records: RecordBody[] = [totalStatement(place, candidate, { cause: "decreased", previous: accepted })];
    const own = this.#isNeighboursFuelling(nozzle, fuelling?.fuelling) ? null : fuelling;
    const isNew =
      own !== null && state.knownFuelling !== undefined && signatureOf(own.fuelling) !== state.knownFuelling;
    if (isNew) records.push(saleBesideDecrease(place, candidate, own));
    return this.#accept(state, candidate, { now, fuelling: own?.fuelling ?? null, records });
  }

  #accept(
    state: NozzleState,
    total: Total,
    of: { now: number; fuelling: LastFuellingValue | null; records: RecordBody[] },
  ): Outcome {
    state.accepted = { volumeCl: total.volumeCl, amountFen: total.amountFen };
    state.restored = false;
    state.changedAt = of.now;
    state.statedAt = of.now;
    forget(state);
    state.doubt = null;
    state.crossTalk = 0;
    state.afterSilence = false;
    if (of.fuelling !== null) state.knownFuelling = signatureOf(of.fuelling);
    return { records: of.records, wants: [] };
  }

  #readsNeeded(state: NozzleState, candidate: Candidate, now: number): number {
    const { accepted } = state;
    const { confirmReads, firstReads } = this.#options;
    if (accepted === null) return firstReads;
    const isStrange = isBelow(candidate, accepted) || this.#isTooFast(state, candidate, now);
    return isStrange ? Math.max(firstReads, confirmReads) : confirmReads;
  }

  #fuellingReads(): number {
    return this.#nozzles.size > 1 ? this.#options.confirmReads : 1;
  }

  #isTooFast(state: NozzleState, candidate: Candidate, now: number): boolean {
    if (state.accepted === null || state.changedAt === null) return false;
    const possibleCl = ((now - state.changedAt) / 1000) * this.#options.maxFlowClPerS;
    return candidate.volumeCl - state.accepted.volumeCl > possibleCl;
  }

  #isNeighbours(nozzle: string, total: Total): boolean {
    return this.#neighbours(nozzle).some(
      ({ accepted, candidate }) => sameTotal(accepted, total) || sameTotal(candidate, total),
    );
  }

  #isNeighboursFuelling(nozzle: string, fuelling: LastFuellingValue | undefined): boolean {
    const signature = fuelling && signatureOf(fuelling);
    return signature !== undefined && this.#neighbours(nozzle).some((other) => other.knownFuelling === signature);
  }

  /** Another nozzle's sale would look the same here: it stood at the same total before, or has this very fuelling. */
  #mayBeNeighbours(nozzle: string, before: Total, fuelling: LastFuellingValue): boolean {
    const hasTwin = this.#neighbours(nozzle).some(({ accepted }) => sameTotal(accepted, before));
    return hasTwin || this.#isNeighboursFuelling(nozzle, fuelling);
  }

  #neighbours(nozzle: string): NozzleState[] {
    return [...this.#nozzles].filter(([name]) => name !== nozzle).map(([, state]) => state);
  }

  #place(nozzle: string) {
    return { device: this.#options.device, nozzle };
  }

  #want(poll: "grandTotal" | "lastFuelling", nozzle: string): { records: []; wants: Want[] } {
    return { records: [], wants: [{ device: this.#options.device, key: taxPortPoll[poll](nozzle) }] };
  }

  #state(nozzle: string): NozzleState {
    const state = this.#nozzles.get(nozzle);
    if (state === undefined) throw new Error(`device ${this.#options.device} has no nozzle ${nozzle}`);
    return state;
  }
}
