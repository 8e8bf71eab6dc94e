/** Keeps every change of a smart seal: state, counters, trust; and a sign of life in time. Pure. */
import { SEAL_STATES, type SealRecord, type SealState } from "@forecourt/protocol/records/schema.ts";
import type { SealObservation } from "../drivers/observation.ts";
import { nothing, type Outcome } from "./outcome.ts";

export interface SealOptions {
  /** An unchanged seal is stated again after this. */
  heartbeatMs: number;
}

/** Battery readings wobble: smaller moves than this are not kept. */
const BATTERY_DEAD_BAND_PERCENT = 5;

type Kept = Pick<SealRecord, "state" | "tamperCount" | "openCount" | "batteryPercent" | "quality">;

export class SealRecorder {
  readonly #options: SealOptions;
  readonly #kept = new Map<string, { value: Kept; at: number }>();

  /** @param known what the journal holds, by seal */
  constructor(options: SealOptions, now: number, known: ReadonlyMap<string, Kept>) {
    this.#options = options;
    for (const [seal, value] of known) this.#kept.set(seal, { value, at: now });
  }

  /** A seal was read. @param now monotonic milliseconds */
  seal(seen: SealObservation, now: number): Outcome {
    const state = stateOf(seen.state);
    const kept = this.#kept.get(seen.seal);
    const cause = causeOf(
      { ...seen, state },
      kept?.value,
      kept !== undefined && now - kept.at >= this.#options.heartbeatMs,
    );
    if (cause === undefined) return nothing;
    this.#kept.set(seen.seal, { value: { ...seen, state }, at: now });
    const { point: _, ...values } = seen;
    return {
      records: [{ kind: "seal", cause, ...values, state, previousState: kept?.value.state ?? null }],
      wants: [],
    };
  }
}

function stateOf(name: string | null): SealState {
  return SEAL_STATES.find((state) => state === name) ?? "unknown";
}

function causeOf(seen: Kept, kept: Kept | undefined, isDue: boolean): SealRecord["cause"] | undefined {
  if (kept === undefined) return "first";
  const changed =
    seen.state !== kept.state ||
    seen.tamperCount !== kept.tamperCount ||
    seen.openCount !== kept.openCount ||
    seen.quality !== kept.quality ||
    (seen.batteryPercent === null) !== (kept.batteryPercent === null) ||
    Math.abs((seen.batteryPercent ?? 0) - (kept.batteryPercent ?? 0)) >= BATTERY_DEAD_BAND_PERCENT;
  if (changed) return "changed";
  return isDue ? "heartbeat" : undefined;
}
