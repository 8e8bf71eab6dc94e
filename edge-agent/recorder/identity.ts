/**
 * Notices when a dispenser's tax device says it is another one. Pure. A changed identity is read twice before it is
 * believed: it may put a station in court.
 */
import type { IdentityRecord, RecordBody } from "@forecourt/protocol/records/schema.ts";
import type { InformationObservation } from "../drivers/observation.ts";
import { taxPortPoll } from "../drivers/tax-port/driver.ts";
import { nothing, type Outcome } from "./outcome.ts";

/** The fields that make up who a tax device is; its clock is not among them. */
export type Identity = Pick<IdentityRecord, "initialised" | "factorySerial" | "gunCode" | "taxpayerId" | "oilCode">;

interface State {
  accepted: Identity | null;
  candidate: { signature: string; reads: number; raw: string[] } | null;
  /** Useless answers in a row. */
  failures: number;
  afterSilence: boolean;
  statedAt: number | null;
}

/** An unchanged identity is stated again after this: a little less than the day after which it is read again. */
const RESTATED_MS = 23 * 3_600_000;
/** Reads alike before an identity is believed. */
const READS = 2;
/** The same for one that is a neighbour's: answers do not name their nozzle, and nozzles swap (tax-port.md 1.8). */
const READS_OF_NEIGHBOURS = 5;
/** Each question disturbs the dispenser's display: after this many useless answers it is left alone until later. */
const MAX_FAILURES = 3;
/** Frames kept as evidence: two to an answer. */
const MAX_RAW = 4;

export class IdentityRecorder {
  readonly #states = new Map<string, State>();

  /** @param known the identity that the journal holds, by nozzle */
  constructor(known: ReadonlyMap<string, Identity>) {
    for (const [nozzle, accepted] of known) {
      this.#states.set(nozzle, unstated(accepted));
    }
  }

  /** The device stated its identity. @param now monotonic milliseconds */
  information(seen: InformationObservation, now: number): Outcome {
    const state = this.#state(seen.nozzle);
    const signature = signatureOf(seen);
    state.failures = 0;
    if (state.accepted !== null && signatureOf(state.accepted) === signature) {
      state.candidate = null;
      const due = state.statedAt !== null && now - state.statedAt >= RESTATED_MS;
      state.statedAt ??= now;
      if (!state.afterSilence && !due) return nothing;
      return this.#record(seen, state, { cause: state.afterSilence ? "after-silence" : "daily", now, raw: seen.raw });
    }
    const { candidate } = state;
    const isAgain = candidate?.signature === signature;
    const reads = isAgain ? candidate.reads + 1 : 1;
    const raw = (isAgain ? [...candidate.raw, ...seen.raw] : seen.raw).slice(-MAX_RAW);
    if (reads < (state.accepted !== null && this.#isNeighbours(seen) ? READS_OF_NEIGHBOURS : READS)) {
      state.candidate = { signature, reads, raw };
      return want(seen.device, seen.nozzle);
    }
    return this.#record(seen, state, { cause: state.accepted === null ? "first" : "changed", now, raw });
  }

  /** A question for an identity got an answer of no use, or none. */
  noInformation(device: string, nozzle: string): Outcome {
    const state = this.#state(nozzle);
    state.failures += 1;
    return state.failures < MAX_FAILURES ? want(device, nozzle) : nothing;
  }

  /** The port answers again: the board may have been exchanged meanwhile. @returns which nozzles to ask */
  afterSilence(device: string, nozzles: readonly string[]): Outcome {
    for (const nozzle of nozzles) {
      const state = this.#state(nozzle);
      state.afterSilence = true;
      state.failures = 0;
    }
    return { records: [], wants: nozzles.flatMap((nozzle) => want(device, nozzle).wants) };
  }

  #isNeighbours(seen: InformationObservation): boolean {
    return [...this.#states].some(
      ([nozzle, { accepted }]) =>
        nozzle !== seen.nozzle && accepted !== null && signatureOf(accepted) === signatureOf(seen),
    );
  }

  #record(
    seen: InformationObservation,
    state: State,
    of: { cause: IdentityRecord["cause"]; now: number; raw: string[] },
  ): Outcome {
    const { device, nozzle, initialised, factorySerial, gunCode, taxpayerId, oilCode, deviceTime } = seen;
    const record: RecordBody = {
      kind: "identity",
      device,
      nozzle,
      cause: of.cause,
      initialised,
      factorySerial,
      gunCode,
      taxpayerId,
      oilCode,
      deviceTime,
      previousFactorySerial: state.accepted?.factorySerial ?? null,
      quality: "good",
      reason: null,
      raw: of.raw,
    };
    state.accepted = seen;
    state.candidate = null;
    state.afterSilence = false;
    state.statedAt = of.now;
    return { records: [record], wants: [] };
  }

  #state(nozzle: string): State {
    let state = this.#states.get(nozzle);
    if (state === undefined) {
      state = unstated(null);
      this.#states.set(nozzle, state);
    }
    return state;
  }
}

function unstated(accepted: Identity | null): State {
  return { accepted, candidate: null, failures: 0, afterSilence: false, statedAt: null };
}

function want(device: string, nozzle: string): Outcome {
  return { records: [], wants: [{ device, key: taxPortPoll.information(nozzle) }] };
}

function signatureOf({ initialised, factorySerial, gunCode, taxpayerId, oilCode }: Identity): string {
  return JSON.stringify([initialised, factorySerial, gunCode, taxpayerId, oilCode]);
}
