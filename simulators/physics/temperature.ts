/** The temperature of the fuel in a tank: the ground's, plus what a delivery brought and has not yet lost. */
import type { Physics } from "./parameters.ts";

const DAY_MS = 86_400_000;
const YEAR_MS = 365.25 * DAY_MS;
const ZONE_OFFSET_MS = 8 * 3_600_000;

export interface Warmth {
  /** Yearly mean of the ground, °C. */
  meanC: number;
  /** Half the daily swing, °C, and its phase as a share of a day. */
  dailyC: number;
  dailyPhase: number;
  /** How much warmer the fuel was than the ground at `at`, °C. */
  offsetC: number;
  at: number;
  /** The last sudden change of the fuel, which the probe's thermometers follow late: °C, and when. */
  jumpC: number;
  jumpAt: number;
  /** The ground's temperature as it was last asked for, °C: when, and how many spells there were. */
  ground: { at: number; spells: number; c: number };
}

/** A spell of cold (or heat): the ground is this much colder at its peak. */
export interface ColdSpell {
  from: number;
  until: number;
  byC: number;
}

/** The ground's temperature around a tank, °C. */
export function groundC(warmth: Warmth, at: number, physics: Physics, spells: readonly ColdSpell[]): number {
  const { ground } = warmth;
  if (ground.at !== at || ground.spells !== spells.length) {
    ground.at = at;
    ground.spells = spells.length;
    ground.c = reckonGroundC(warmth, at, physics, spells);
  }
  return ground.c;
}

function reckonGroundC(warmth: Warmth, at: number, physics: Physics, spells: readonly ColdSpell[]): number {
  const yearly = physics.annualSwingC * Math.cos((2 * Math.PI * (dayMs(at) - physics.warmestDay * DAY_MS)) / YEAR_MS);
  const daily = warmth.dailyC * Math.sin(2 * Math.PI * ((at % DAY_MS) / DAY_MS + warmth.dailyPhase));
  let spell = 0;
  for (const { from, until, byC } of spells) {
    if (at > from && at < until) spell -= byC * Math.sin((Math.PI * (at - from)) / (until - from)) ** 2;
  }
  return warmth.meanC + yearly + daily + spell;
}

/** The fuel's temperature, °C. */
export function fuelC(warmth: Warmth, at: number, physics: Physics, spells: readonly ColdSpell[]): number {
  return groundC(warmth, at, physics, spells) + offsetAt(warmth, at, physics);
}

/** What the probe's thermometers say, °C: the fuel's temperature, a sudden change followed late. */
export function probeC(warmth: Warmth, at: number, physics: Physics, spells: readonly ColdSpell[]): number {
  const lagMs = Math.max(1, physics.probeTemperatureLagMin * 60_000);
  return fuelC(warmth, at, physics, spells) - warmth.jumpC * Math.exp(-(at - warmth.jumpAt) / lagMs);
}

/** Mixes in fuel of another temperature. @param share of the mixture that is new, 0 to 1 */
export function mixIn(
  warmth: Warmth,
  at: number,
  incoming: { share: number; temperatureC: number },
  context: { physics: Physics; spells: readonly ColdSpell[] },
): void {
  const { physics, spells } = context;
  const before = offsetAt(warmth, at, physics);
  const after = before + incoming.share * (incoming.temperatureC - groundC(warmth, at, physics, spells) - before);
  const lagMs = Math.max(1, physics.probeTemperatureLagMin * 60_000);
  warmth.jumpC = warmth.jumpC * Math.exp(-(at - warmth.jumpAt) / lagMs) + after - before;
  warmth.jumpAt = at;
  warmth.offsetC = after;
  warmth.at = at;
}

function offsetAt(warmth: Warmth, at: number, physics: Physics): number {
  if (warmth.offsetC === 0) return 0;
  return warmth.offsetC * Math.exp(-(at - warmth.at) / (physics.temperatureRelaxHours * 3_600_000));
}

function dayMs(at: number): number {
  return (at + ZONE_OFFSET_MS) % YEAR_MS;
}
