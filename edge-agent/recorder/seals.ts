/** Keeps every change of a smart seal: state, counters, serial number, trust; and a sign of life in time. Pure. */
import { type RecordHeader, SEAL_STATES, type SealRecord, type SealState } from "@forecourt/protocol/records/schema.ts";
import type { SealObservation } from "../drivers/observation.ts";
import { nothing, type Outcome } from "./outcome.ts";

export interface SealOptions {
  /** An unchanged seal is stated again after this. */
  heartbeatMs: number;
  /** Battery readings wobble: smaller moves than this are not kept. */
  batteryDeadBandPercent: number;
}

type Kept = Pick<SealRecord, "state" | "tamperCount" | "openCount" | "batteryPercent" | "serial" | "quality">;

/** What a record of a seal says, whatever it was written for. */
type Statement = Omit<SealRecord, keyof RecordHeader | "kind" | "cause" | "previousState">;

interface State {
  kept: { value: Kept; at: number } | null;
  /** The newest reading, for the day it becomes stale; from the journal until there is one. */
  last: Statement | null;
}

export class SealRecorder {
  readonly #optionsOf: (device: string) => SealOptions;
  readonly #states = new Map<string, State>();

  /**
   * @param optionsOf what holds for the seals of one hub
   * @param known what the journal holds, by seal
   */
  constructor(optionsOf: (device: string) => SealOptions, now: number, known: ReadonlyMap<string, SealRecord>) {
    this.#optionsOf = optionsOf;
    for (const [seal, record] of known) {
      this.#states.set(seal, { kept: { value: record, at: now }, last: statementOf(record) });
    }
  }

  /** A seal was read. @param now monotonic milliseconds */
  seal(seen: SealObservation, now: number): Outcome {
    const { point: _, ...values } = seen;
    const statement = { ...values, state: stateOf(seen.state) };
    const state = this.#states.get(seen.seal) ?? { kept: null, last: null };
    this.#states.set(seen.seal, state);
    state.last = statement;
    const cause = causeOf(statement, state.kept, this.#optionsOf(seen.device), now);
    return cause === undefined ? nothing : keep(state, cause, now);
  }

  /** A hub has fallen silent: what it said last is stated once more as what it now is, old. */
  silent(device: string, reason: string, now: number): Outcome {
    const records = [...this.#states.values()].flatMap((state) => {
      if (state.last?.device !== device || state.kept?.value.quality === "stale") return [];
      state.last = { ...state.last, quality: "stale", reason };
      return keep(state, "changed", now).records;
    });
    return { records, wants: [] };
  }
}

function keep(state: State, cause: SealRecord["cause"], now: number): Outcome {
  if (state.last === null) return nothing;
  const previousState = state.kept?.value.state ?? null;
  state.kept = { value: state.last, at: now };
  return { records: [{ kind: "seal", cause, ...state.last, previousState }], wants: [] };
}

function stateOf(name: string | null): SealState {
  return SEAL_STATES.find((state) => state === name) ?? "unknown";
}

function causeOf(seen: Kept, kept: State["kept"], options: SealOptions, now: number): SealRecord["cause"] | undefined {
  if (kept === null) return "first";
  const { value, at } = kept;
  const changed =
    seen.state !== value.state ||
    seen.tamperCount !== value.tamperCount ||
    seen.openCount !== value.openCount ||
    seen.serial !== value.serial ||
    seen.quality !== value.quality ||
    (seen.batteryPercent === null) !== (value.batteryPercent === null) ||
    Math.abs((seen.batteryPercent ?? 0) - (value.batteryPercent ?? 0)) >= options.batteryDeadBandPercent;
  if (changed) return "changed";
  return now - at >= options.heartbeatMs ? "heartbeat" : undefined;
}

function statementOf(record: SealRecord): Statement {
  const { device, seal, state, tamperCount, openCount, batteryPercent, serial, quality, reason, raw } = record;
  return { device, seal, state, tamperCount, openCount, batteryPercent, serial, quality, reason, raw };
}
