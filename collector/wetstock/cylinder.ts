/**
 * A lying cylinder with flat or rounded ends, in closed form, and what small errors do to its chart: the functions by
 * which a chart is corrected. A probe that stands off the middle of a tilted tank reads a constant too much or too little
 * (first function), a rolled tank or a wrong diameter stretches the level about the middle (second), tilt itself
 * smears the section along the tank (third), and a wrong capacity scales everything (fourth). What is left is smooth in
 * the level: a few harmonics with little freedom.
 */

/** The tank as a cylinder; mm. */
export interface Cylinder {
  diameterMm: number;
  lengthMm: number;
  /** depth of each end as half a spheroid; flat when left out */
  headMm?: number;
}

const MM3_PER_L = 1e6;
/** Nearer to bottom or top than this share of the diameter the section changes too fast to be linear. */
const EDGE = 0.03;
const HARMONICS = 6;

/** How many functions {@link chartFunctions} fills. */
export const CHART_FUNCTIONS = 4 + HARMONICS;
/** Place of the scale among them: sales alone cannot tell it from a cheat with all nozzles. */
export const SCALE = 3;

/**
 * How far each coefficient may be expected to lie from zero (standard deviations), in the order of the functions, when
 * only the placing of the tank is unknown: the probe 1.3 m off the middle of a tank that is tilted by up to some 4 cm in
 * a metre, rolled by up to some degrees, with a chart that is a third of a per cent too large. A few litres are left over.
 */
export const PLACED_PRIOR: readonly number[] = [25, 3, 0.35, 0.3, 0.012, 0.008, 0.006, 0.005, 0.004, 0.003];
/** The same for a tank that is bent, or whose chart was made for another one. */
export const BENT_PRIOR: readonly number[] = [25, 25, 2, 1, 0.2, 0.1, 0.06, 0.04, 0.03, 0.02];

/** Litres below a level. */
export function volumeL({ diameterMm, lengthMm, headMm = 0 }: Cylinder, levelMm: number): number {
  const radius = diameterMm / 2;
  const h = Math.min(Math.max(levelMm, 0), diameterMm);
  const section = radius * radius * Math.acos((radius - h) / radius) - (radius - h) * Math.sqrt(h * (diameterMm - h));
  return (section * lengthMm + headMm * headSection(radius, h)) / MM3_PER_L;
}

/** Volume below a level in both ends together, for each millimetre of their depth, mm². */
function headSection(radius: number, h: number): number {
  return (Math.PI * h * h * (3 * radius - h)) / (3 * radius);
}

/** Litres that one millimetre holds at a level: the surface. */
export function litresPerMm({ diameterMm, lengthMm, headMm = 0 }: Cylinder, levelMm: number): number {
  const h = within(diameterMm, levelMm);
  const heads = Math.PI * headMm * h * (2 - (2 * h) / diameterMm);
  return (2 * lengthMm * Math.sqrt(h * (diameterMm - h)) + heads) / MM3_PER_L;
}

/** How the surface grows with the level, L/mm². */
function bend({ diameterMm, lengthMm, headMm = 0 }: Cylinder, h: number): number {
  const heads = Math.PI * headMm * (2 - (4 * h) / diameterMm);
  return (((diameterMm - 2 * h) * lengthMm) / Math.sqrt(h * (diameterMm - h)) + heads) / MM3_PER_L;
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
 * Fills in the value of each function at a level, in litres per unit of its coefficient: mm, mm, 1 000 mm² of smear,
 * % and % of the capacity.
 */
export function chartFunctions(tank: Cylinder, level: number, into: Float64Array, from: number): void {
  const { diameterMm } = tank;
  const h = within(diameterMm, level);
  const surface = litresPerMm(tank, h);
  const capacity = volumeL(tank, diameterMm);
  into[from] = surface;
  into[from + 1] = (surface * (diameterMm - 2 * h)) / diameterMm;
  into[from + 2] = bend(tank, h) * 1_000;
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

interface ChartPoint {
  levelMm: number;
  volumeL: number;
}

/** A chart that is further from any cylinder, as a share of its capacity, is not one of a lying cylinder. */
const LIKE_CYLINDER = 0.002;
/** What a chart says below and above may be cut off, a share of the diameter. */
const CHART_EDGE = 0.02;

/**
 * The cylinder whose volumes a strapping table holds.
 * @param points levels rising, from bottom to top
 * @returns undefined when it is not the table of a lying cylinder
 */
export function cylinderOfChart(points: readonly ChartPoint[]): Cylinder | undefined {
  const top = points[points.length - 1];
  if (points.length < 10 || top === undefined || top.levelMm < 500 || top.volumeL <= 0) return undefined;
  let best = fitLength(points, top.levelMm);
  for (const stepMm of [16, 4, 1]) {
    for (let index = -8; index <= 8; index += 1) {
      const one = fitLength(points, best.tank.diameterMm + index * stepMm);
      if (one.squares < best.squares) best = one;
    }
  }
  const rms = Math.sqrt(best.squares / points.length);
  return rms <= LIKE_CYLINDER * top.volumeL ? best.tank : undefined;
}

/** Length and depth of the ends that fit best, by least squares. */
function fitLength(points: readonly ChartPoint[], diameterMm: number): { tank: Cylinder; squares: number } {
  const radius = diameterMm / 2;
  const flat = { diameterMm, lengthMm: 1 };
  let [aa, ab, bb, ay, by, yy] = [0, 0, 0, 0, 0, 0];
  for (const { levelMm: level, volumeL: litres } of points) {
    if (level < CHART_EDGE * diameterMm || level > (1 - CHART_EDGE) * diameterMm) continue;
    const a = volumeL(flat, level);
    const b = headSection(radius, level) / MM3_PER_L;
    aa += a * a;
    ab += a * b;
    bb += b * b;
    ay += a * litres;
    by += b * litres;
    yy += litres * litres;
  }
  const headMm = Math.max(0, (aa * by - ab * ay) / (aa * bb - ab * ab));
  const lengthMm = (ay - headMm * ab) / aa;
  const squares =
    yy - 2 * (lengthMm * ay + headMm * by) + lengthMm ** 2 * aa + 2 * lengthMm * headMm * ab + headMm ** 2 * bb;
  return { tank: { diameterMm, lengthMm, headMm }, squares };
}
