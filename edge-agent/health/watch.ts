/** Decides when a health record is due: first, when something that matters has changed, and as a sign of life. Pure. */
import type { RecordOf } from "@forecourt/protocol/records/schema.ts";

type HealthRecord = RecordOf<"health">;
/** What a health record says, without its place and its cause. */
export type HealthFacts = Omit<HealthRecord, "seq" | "gateway" | "at" | "boot" | "monoMs" | "clock" | "kind" | "cause">;

/** Beyond this a figure has changed: what merely wavers is told with the next sign of life. */
const STEPS = { batteryPercent: 10, temperatureMc: 10_000, clockOffsetMs: 1_000 } as const;

export class HealthWatch {
  readonly #heartbeatMs: number;
  #told: { facts: HealthFacts; at: number } | undefined;

  constructor(heartbeatMs: number) {
    this.#heartbeatMs = heartbeatMs;
  }

  /** @param now monotonic ms @returns why a record is due now, or undefined */
  due(facts: HealthFacts, now: number): HealthRecord["cause"] | undefined {
    const told = this.#told;
    const cause =
      told === undefined
        ? "first"
        : hasChanged(told.facts, facts)
          ? "changed"
          : now - told.at >= this.#heartbeatMs
            ? "heartbeat"
            : undefined;
    if (cause !== undefined) this.#told = { facts, at: now };
    return cause;
  }
}

function hasChanged(before: HealthFacts, now: HealthFacts): boolean {
  const states = ["mains", "cabinet", "clockSource", "diskState"] as const;
  if (states.some((state) => before[state] !== now[state])) return true;
  return Object.entries(STEPS).some(([name, step]) => {
    const [from, to] = [before[name as keyof typeof STEPS], now[name as keyof typeof STEPS]];
    if (from === null || to === null) return from !== to;
    return Math.abs(to - from) >= step;
  });
}
