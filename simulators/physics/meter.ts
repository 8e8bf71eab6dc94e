/** A nozzle's meter: its own error, its drift, and the spread from sale to sale. */
import { type Random, randomStream } from "../random.ts";
import type { NozzlePlan, Scenario } from "../scenario/scenario.ts";
import type { Physics } from "./parameters.ts";

const YEAR_MS = 365.25 * 86_400_000;

export interface Meter {
  /** True litres a displayed litre, less 1, when it was last set. */
  bias: number;
  driftPerYear: number;
  setAt: number;
}

/** A meter as it is found at the start. */
export function newMeter({ seed, physics }: Scenario, plan: NozzlePlan, at: number): Meter {
  const random = randomStream(seed, `meter/${plan.nozzle}`);
  const drawn = random.gaussian(0, physics.meterBiasSd);
  const driftPerYear = random.gaussian(0, physics.meterDriftSdPerYear);
  return { bias: plan.meterBias ?? within(drawn, physics.meterBiasLimit), driftPerYear, setAt: at };
}

/** What one sale's meter does: true litres a displayed litre. An honest meter stays within the legal limit. */
export function meterFactor(meter: Meter, at: number, random: Random, physics: Physics): number {
  const drifted = meter.bias + (meter.driftPerYear * (at - meter.setAt)) / YEAR_MS;
  const limit = Math.max(physics.meterBiasLimit, Math.abs(meter.bias));
  return 1 + within(drifted, limit) + random.gaussian(0, physics.meterRepeatSd);
}

function within(value: number, limit: number): number {
  return Math.min(limit, Math.max(-limit, value));
}
