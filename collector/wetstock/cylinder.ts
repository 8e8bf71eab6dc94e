/**
 * A lying cylinder with flat ends, in closed form, and what small errors do to its chart: the functions by which a
 * chart is corrected. A probe that stands off the middle of a tilted tank reads a constant too much or too little
 * (first function), a rolled tank or a wrong diameter stretches the level about the middle (second), tilt itself
 * smears the section along the tank (third), and a wrong capacity scales everything (fourth). What is left, such as
 * dished ends, is smooth in the level: a few harmonics with little freedom.
 */

/** The tank as a cylinder; mm. */
export interface Cylinder {
  diameterMm: number;
  lengthMm: number;
}

const MM3_PER_L = 1e6;
/** Nearer to bottom or top than this share of the diameter the section changes too fast to be linear. */
const EDGE = 0.03;
const HARMONICS = 6;

/** How many functions {@link chartFunctions} fills. */
export const CHART_FUNCTIONS = 4 + HARMONICS;
/** Place of the scale among them: sales alone cannot tell it from a cheat with all nozzles. */
export const SCALE = 3;

/** How far each coefficient may be expected to lie from zero (standard deviations), in the order of the functions. */
export const CHART_PRIOR: readonly number[] = [25, 25, 2, 1, 0.2, 0.1, 0.06, 0.04, 0.03, 0.02];

/** Litres below a level. */
export function volumeL({ diameterMm, lengthMm }: Cylinder, levelMm: number): number {
  const radius = diameterMm / 2;
  const h = Math.min(Math.max(levelMm, 0), diameterMm);
  const section = radius * radius * Math.acos((radius - h) / radius) - (radius - h) * Math.sqrt(h * (diameterMm - h));
  return (section * lengthMm) / MM3_PER_L;
}

/** Litres that one millimetre holds at a level: the surface. */
export function litresPerMm({ diameterMm, lengthMm }: Cylinder, levelMm: number): number {
  const h = within(diameterMm, levelMm);
  return (2 * lengthMm * Math.sqrt(h * (diameterMm - h))) / MM3_PER_L;
}

function within(diameterMm: number, levelMm: number): number {
  return Math.min(Math.max(levelMm, EDGE * diameterMm), (1 - EDGE) * diameterMm);
}

/** The level of a volume, by halving; mm. */
export function levelMm(tank: Cylinder, litres: number): number {
  let low = 0;
  let high = tank.diameterMm;
  for (let round = 0; round < 40; round += 1) {
    const middle = (low + high) / 2;
    if (volumeL(tank, middle) < litres) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Fills in the value of each function at a level, in litres per unit of its coefficient: mm, mm, 100 mm² of smear, %
 * and % of the capacity.
 */
export function chartFunctions(tank: Cylinder, level: number, into: Float64Array, from: number): void {
  const { diameterMm } = tank;
  const h = within(diameterMm, level);
  const surface = litresPerMm(tank, h);
  const capacity = volumeL(tank, diameterMm);
  const bend = ((diameterMm - 2 * h) * tank.lengthMm) / Math.sqrt(h * (diameterMm - h)) / MM3_PER_L;
  into[from] = surface;
  into[from + 1] = (surface * (diameterMm - 2 * h)) / diameterMm;
  into[from + 2] = bend * 1_000;
  into[from + SCALE] = volumeL(tank, h) / 100;
  for (let order = 1; order <= HARMONICS; order += 1) {
    into[from + SCALE + order] = (capacity / 100) * Math.sin((order * Math.PI * h) / diameterMm);
  }
}

/**
 * The cylinder that fits a chart best, when capacity and some levels with their volumes are known.
 * @param pairs at least three, at different levels
 */
export function fitCylinder(capacityL: number, pairs: readonly { levelMm: number; volumeL: number }[]): Cylinder {
  let best: Cylinder = { diameterMm: 2_400, lengthMm: lengthOf(2_400, capacityL) };
  let least = Number.POSITIVE_INFINITY;
  for (let diameterMm = 1_000; diameterMm <= 4_500; diameterMm += 10) {
    const tank = { diameterMm, lengthMm: lengthOf(diameterMm, capacityL) };
    let squares = 0;
    for (const pair of pairs) squares += (volumeL(tank, pair.levelMm) - pair.volumeL) ** 2;
    if (squares < least) {
      least = squares;
      best = tank;
    }
  }
  return best;
}

function lengthOf(diameterMm: number, capacityL: number): number {
  return (capacityL * MM3_PER_L * 4) / (Math.PI * diameterMm * diameterMm);
}
