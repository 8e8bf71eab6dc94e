/** The rules' parameters for stations that run faster than real time. */
import { catalogue } from "@forecourt/collector/rules/catalogue.ts";

/**
 * The collector lives in real time: where the stations run faster, what a rule waits for is over sooner. Everything
 * else is as the rules have it by themselves.
 */
export function rulesAtSpeed(speed: number): Record<string, Record<string, number>> {
  const scaled = catalogue.map(({ id, parameters }) => {
    const durations = Object.entries(parameters).filter(([name]) => name.endsWith("Ms"));
    return [id, Object.fromEntries(durations.map(([name, { default: ms }]) => [name, scaledMs(ms, speed)]))] as const;
  });
  const durations = Object.fromEntries(scaled.filter(([, parameters]) => Object.keys(parameters).length > 0));
  if (speed === 1) return durations;
  const beyond = Object.entries(besideTheClock(speed)).map(([id, parameters]) => [
    id,
    { ...durations[id], ...parameters },
  ]);
  return { ...durations, ...Object.fromEntries(beyond) };
}

/** Rules that hold a dispenser's own clock, or litres, against ours, or learn for days: not for a station that runs faster. */
function besideTheClock(speed: number): Record<string, Record<string, number>> {
  return {
    "tax-port.clock-drift": { sales: NEVER },
    "tax-port.period-total-mismatch": { toleranceCl: NEVER },
    "tax-port.flow-too-fast": { maxFlowLpm: Math.round(120 * speed) },
    // A chart is calibrated from days of sales, and a run lasts minutes; the charts of these tanks are right.
    "wetstock.outflow-without-sales": { minLitres: 30, salesPermille: 5 },
  };
}

const NEVER = 1_000_000_000;
/** Devices and gateways are heard every few seconds of real time whatever the speed. */
const LEAST_MS = 3_000;

function scaledMs(ms: number, speed: number): number {
  return Math.min(ms, Math.max(LEAST_MS, Math.round(ms / speed)));
}
