/**
 * Finds sales in the grand totals of one tax device. Pure: observations and a monotonic time in, records and wanted
 * polls out.
 *
 * An answer of the tax port does not name its nozzle, and nozzles swap (tax-port.md 1.8). So a changed total is
 * believed only when it was read alike several times, when it is not a neighbour's total, and when the last fuelling
 * explains it. A total that the last fuelling does not explain goes through more rounds, in which the neighbours are
 * read too; if it stays, it is recorded as what it is: litres without a confirmed fuelling, `count` unknown.
 */
import type { RecordBody, SaleRecord, TotalRecord } from "@forecourt/protocol/records/schema.ts";
import type { GrandTotalObservation, LastFuellingObservation, LastFuellingValue } from "../drivers/observation.ts";
import { taxPortPoll } from "../drivers/tax-port/driver.ts";
import type { Want } from "../lines/runner.ts";
import { type Candidate, type NozzleState, sameTotal, signatureOf, type Total, unreadNozzle } from "./nozzle-state.ts";
import { nothing, type Outcome } from "./outcome.ts";

export interface SalesOptions {
  device: string;
  nozzles: readonly string[];
  /** Reads alike before a changed total is believed. */
  confirmReads: number;
  /** The same for the first total of a nozzle, for a decreased one and for one that rose faster than fuel can flow. */
  firstReads: number;
  /** Fastest flow of a nozzle, 0.01 L per second. */
  maxFlowClPerS: number;
  /** A total that does not change is stated again after this. */
  heartbeatMs: number;
}

/** Rounds in which a neighbour's total is put aside before it is believed to be this nozzle's own after all. */
const MAX_CROSS_TALK_READS = 10;
/** Rounds in which an unexplained total is read anew before it is recorded unexplained. */
const MAX_DOUBT_ROUNDS = 2;
/** Useless answers to the question for the last fuelling before the total is recorded without one. */
const MAX_FUELLING_FAILURES = 3;
/** Frames kept as evidence of one total. */
const MAX_RAW_TOTALS = 4;

export class SalesRecorder {
  readonly #options: SalesOptions;
  readonly #nozzles: Map<string, NozzleState>;

  /**
   * @param now monotonic milliseconds
   * @param known the total that the journal accounts for, by nozzle
   */
  constructor(options: SalesOptions, now: number, known: ReadonlyMap<string, Total>) {
    this.#options = options;
    this.#nozzles = new Map(options.nozzles.map((name) => [name, unreadNozzle(now, known.get(name) ?? null)]));
  }

  /** A grand total was read. */
  total(seen: GrandTotalObservation, now: number): Outcome {
    const state = this.#state(seen.nozzle);
    if (sameTotal(state.accepted, seen)) return this.#unchanged(seen, state, now);
    if (this.#isNeighbours(seen.nozzle, seen) && state.crossTalk < MAX_CROSS_TALK_READS) {
      state.crossTalk += 1;
      return nothing;
    }
    const candidate = readAgain(state, seen);
    if (candidate.reads < this.#readsNeeded(state, candidate, now)) return this.#want("grandTotal", seen.nozzle);
    if (state.accepted === null) return this.#first(seen.nozzle, state, candidate, now);
    if (state.question !== null) return nothing;
    state.question = { failures: 0 };
    return this.#want("lastFuelling", seen.nozzle);
  }

  /** A last fuelling was read. */
  lastFuelling(seen: LastFuellingObservation, now: number): Outcome {
    const state = this.#state(seen.nozzle);
    const { accepted, candidate } = state;
    if (state.question === null || candidate === null || accepted === null) {
      state.knownFuelling ??= signatureOf(seen.fuelling);
      return nothing;
    }
    const rose = {
      volumeCl: candidate.volumeCl - accepted.volumeCl,
      amountFen: candidate.amountFen - accepted.amountFen,
    };
    if (rose.volumeCl < 0 || rose.amountFen < 0) return this.#decreased(seen, { state, candidate, accepted }, now);
    if (sameTotal(rose, seen.fuelling)) {
      const sale = this.#sale(seen.nozzle, { accepted, candidate, fuelling: seen });
      return this.#accept(state, candidate, { now, fuelling: seen.fuelling, records: [sale] });
    }
    const rounds = sameTotal(state.doubt, candidate) ? (state.doubt?.rounds ?? 0) + 1 : 1;
    if (rounds <= MAX_DOUBT_ROUNDS) {
      state.doubt = { volumeCl: candidate.volumeCl, amountFen: candidate.amountFen, rounds };
      state.candidate = null;
      state.question = null;
      return nothing;
    }
    const swapped = this.#isNeighboursFuelling(seen.nozzle, seen.fuelling);
    return this.#unexplained(seen.nozzle, state, { now, fuelling: swapped ? null : seen });
  }

  /** The question for a last fuelling got an answer of no use. */
  noLastFuelling(nozzle: string, now: number): Outcome {
    const state = this.#state(nozzle);
    if (state.question === null) return nothing;
    state.question.failures += 1;
    if (state.question.failures < MAX_FUELLING_FAILURES) return this.#want("lastFuelling", nozzle);
    return this.#unexplained(nozzle, state, { now, fuelling: null });
  }

  /** The port answers again after a silence: every total is to be confirmed. */
  afterSilence(): Outcome {
    for (const state of this.#nozzles.values()) state.afterSilence = true;
    return {
      records: [],
      wants: [...this.#nozzles.keys()].flatMap((nozzle) => this.#want("grandTotal", nozzle).wants),
    };
  }

  #unchanged(seen: GrandTotalObservation, state: NozzleState, now: number): Outcome {
    state.candidate = null;
    state.question = null;
    state.doubt = null;
    state.crossTalk = 0;
    state.restored = false;
    const cause = state.afterSilence ? "after-silence" : "heartbeat";
    if (cause === "heartbeat" && now - state.statedAt < this.#options.heartbeatMs) return nothing;
    state.afterSilence = false;
    state.statedAt = now;
    return { records: [this.#statement(seen.nozzle, seen, { cause, previous: seen, raw: seen.raw })], wants: [] };
  }

  #first(nozzle: string, state: NozzleState, candidate: Candidate, now: number): Outcome {
    const record = this.#statement(nozzle, candidate, { cause: "first", previous: null, raw: candidate.raw });
    const { records } = this.#accept(state, candidate, { now, fuelling: null, records: [record] });
    // When it last rose before it was first read is not known.
    state.changedAt = null;
    // Nothing depends on this one: it is what later fuellings are told apart from.
    return { records, wants: this.#want("lastFuelling", nozzle).wants };
  }

  #decreased(
    seen: LastFuellingObservation,
    of: { state: NozzleState; candidate: Candidate; accepted: Total },
    now: number,
  ): Outcome {
    const { state, candidate, accepted } = of;
    const records: RecordBody[] = [
      this.#statement(seen.nozzle, candidate, { cause: "decreased", previous: accepted, raw: candidate.raw }),
    ];
    const { knownFuelling } = state;
    const isNew = knownFuelling !== undefined && signatureOf(seen.fuelling) !== knownFuelling;
    if (isNew && !this.#isNeighboursFuelling(seen.nozzle, seen.fuelling)) {
      const { volumeCl, amountFen } = seen.fuelling;
      const before = {
        volumeCl: Math.max(0, candidate.volumeCl - volumeCl),
        amountFen: Math.max(0, candidate.amountFen - amountFen),
      };
      records.push({
        ...this.#sale(seen.nozzle, { accepted: before, candidate, fuelling: seen }),
        volumeCl,
        amountFen,
        basis: "last-fuelling",
        quality: "unconfirmed",
        reason: "the grand total decreased at the same time: litres are those of the last fuelling",
      });
    }
    return this.#accept(state, candidate, { now, fuelling: seen.fuelling, records });
  }

  #unexplained(
    nozzle: string,
    state: NozzleState,
    { now, fuelling }: { now: number; fuelling: LastFuellingObservation | null },
  ): Outcome {
    const { accepted, candidate } = state;
    if (accepted === null || candidate === null) return nothing;
    if (candidate.volumeCl < accepted.volumeCl || candidate.amountFen < accepted.amountFen) {
      const { raw } = candidate;
      const record = this.#statement(nozzle, candidate, { cause: "decreased", previous: accepted, raw });
      return this.#accept(state, candidate, { now, fuelling: null, records: [record] });
    }
    const sale = this.#sale(nozzle, { accepted, candidate, fuelling });
    const oneFuelling = fuelling?.fuelling.volumeCl === sale.volumeCl;
    const record: Omit<SaleRecord, keyof Header> = {
      ...sale,
      unitPriceFen: null,
      count: oneFuelling ? 1 : null,
      basis: "total",
      quality: "unconfirmed",
      reason: this.#whyUnexplained(state, candidate, { now, fuelling: fuelling?.fuelling ?? null, oneFuelling }),
    };
    return this.#accept(state, candidate, { now, fuelling: fuelling?.fuelling ?? null, records: [record] });
  }

  #whyUnexplained(
    state: NozzleState,
    candidate: Candidate,
    of: { now: number; fuelling: LastFuellingValue | null; oneFuelling: boolean },
  ): string {
    const reasons = [
      of.fuelling === null
        ? "the last fuelling could not be read"
        : of.oneFuelling
          ? "the amount of the last fuelling differs from the rise of the grand total"
          : "the last fuelling does not explain the rise of the grand total",
    ];
    if (state.restored) reasons.push("sold while the agent was not running");
    if (state.afterSilence) reasons.push("sold while the tax port was silent");
    if (this.#isTooFast(state, candidate, of.now)) reasons.push("the total rose faster than this nozzle can flow");
    return reasons.join("; ");
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
    state.candidate = null;
    state.question = null;
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
    const decreased = candidate.volumeCl < accepted.volumeCl || candidate.amountFen < accepted.amountFen;
    return decreased || this.#isTooFast(state, candidate, now) ? Math.max(firstReads, confirmReads) : confirmReads;
  }

  #isTooFast(state: NozzleState, candidate: Candidate, now: number): boolean {
    if (state.accepted === null || state.changedAt === null) return false;
    const possibleCl = ((now - state.changedAt) / 1000) * this.#options.maxFlowClPerS;
    return candidate.volumeCl - state.accepted.volumeCl > possibleCl;
  }

  #isNeighbours(nozzle: string, total: Total): boolean {
    return [...this.#nozzles].some(
      ([name, other]) => name !== nozzle && (sameTotal(other.accepted, total) || sameTotal(other.candidate, total)),
    );
  }

  #isNeighboursFuelling(nozzle: string, fuelling: LastFuellingValue): boolean {
    const signature = signatureOf(fuelling);
    return [...this.#nozzles].some(([name, other]) => name !== nozzle && other.knownFuelling === signature);
  }

  #sale(
    nozzle: string,
    of: { accepted: Total; candidate: Candidate; fuelling: LastFuellingObservation | null },
  ): Omit<SaleRecord, keyof Header> {
    const { accepted, candidate, fuelling } = of;
    return {
      kind: "sale",
      device: this.#options.device,
      nozzle,
      volumeCl: candidate.volumeCl - accepted.volumeCl,
      amountFen: candidate.amountFen - accepted.amountFen,
      unitPriceFen: fuelling?.fuelling.unitPriceFen ?? null,
      count: 1,
      basis: "total-and-last-fuelling",
      beforeVolumeCl: accepted.volumeCl,
      beforeAmountFen: accepted.amountFen,
      totalVolumeCl: candidate.volumeCl,
      totalAmountFen: candidate.amountFen,
      lastFuelling: fuelling?.fuelling ?? null,
      quality: "good",
      reason: null,
      raw: [...candidate.raw, ...(fuelling?.raw ?? [])],
    };
  }

  #statement(
    nozzle: string,
    total: Total,
    of: { cause: TotalRecord["cause"]; previous: Total | null; raw: string[] },
  ): Omit<TotalRecord, keyof Header> {
    return {
      kind: "total",
      device: this.#options.device,
      nozzle,
      scope: "grand",
      period: null,
      cause: of.cause,
      volumeCl: total.volumeCl,
      amountFen: total.amountFen,
      previousVolumeCl: of.previous?.volumeCl ?? null,
      previousAmountFen: of.previous?.amountFen ?? null,
      quality: "good",
      reason: null,
      raw: of.raw,
    };
  }

  #want(poll: keyof typeof taxPortPoll, nozzle: string): { records: []; wants: Want[] } {
    return { records: [], wants: [{ device: this.#options.device, key: taxPortPoll[poll](nozzle) }] };
  }

  #state(nozzle: string): NozzleState {
    const state = this.#nozzles.get(nozzle);
    if (state === undefined) throw new Error(`device ${this.#options.device} has no nozzle ${nozzle}`);
    return state;
  }
}

type Header = Pick<SaleRecord, "seq" | "gateway" | "at" | "boot" | "monoMs" | "clock">;

function readAgain(state: NozzleState, seen: GrandTotalObservation): Candidate {
  const { candidate } = state;
  if (candidate !== null && sameTotal(candidate, seen)) {
    candidate.reads += 1;
    candidate.raw = [...candidate.raw, ...seen.raw].slice(-MAX_RAW_TOTALS);
    return candidate;
  }
  state.candidate = { volumeCl: seen.volumeCl, amountFen: seen.amountFen, reads: 1, raw: [...seen.raw] };
  state.question = null;
  return state.candidate;
}
