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
  candidate: { signature: string; raw: string[] } | null;
  afterSilence: boolean;
  statedAt: number | null;
}

/** An unchanged identity is stated again after this. */
const DAY_MS = 86_400_000;

export class IdentityRecorder {
  readonly #states = new Map<string, State>();

  /** @param known the identity that the journal holds, by nozzle */
  constructor(known: ReadonlyMap<string, Identity>) {
    for (const [nozzle, accepted] of known) {
      this.#states.set(nozzle, { accepted, candidate: null, afterSilence: false, statedAt: null });
    }
  }

  /** The device stated its identity. @param now monotonic milliseconds */
  information(seen: InformationObservation, now: number): Outcome {
    const state = this.#state(seen.nozzle);
    const signature = signatureOf(seen);
    if (state.accepted !== null && signatureOf(state.accepted) === signature) {
      state.candidate = null;
      const due = state.statedAt !== null && now - state.statedAt >= DAY_MS;
      state.statedAt ??= now;
      if (!state.afterSilence && !due) return nothing;
      return this.#record(seen, state, { cause: state.afterSilence ? "after-silence" : "daily", now, raw: seen.raw });
    }
    if (state.candidate?.signature !== signature) {
      state.candidate = { signature, raw: seen.raw };
      return { records: [], wants: [{ device: seen.device, key: taxPortPoll.information(seen.nozzle) }] };
    }
    const raw = [...state.candidate.raw, ...seen.raw];
    return this.#record(seen, state, { cause: state.accepted === null ? "first" : "changed", now, raw });
  }

  /** The port answers again: the board may have been exchanged meanwhile. @returns which nozzles to ask */
  afterSilence(device: string, nozzles: readonly string[]): Outcome {
    for (const nozzle of nozzles) this.#state(nozzle).afterSilence = true;
    return { records: [], wants: nozzles.map((nozzle) => ({ device, key: taxPortPoll.information(nozzle) })) };
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
      state = { accepted: null, candidate: null, afterSilence: false, statedAt: null };
      this.#states.set(nozzle, state);
    }
    return state;
  }
}

function signatureOf({ initialised, factorySerial, gunCode, taxpayerId, oilCode }: Identity): string {
  return JSON.stringify([initialised, factorySerial, gunCode, taxpayerId, oilCode]);
}
