/**
 * A horizontal cylinder with flat or dished (spherical) ends, tilted along its axis and with its probe rolled about it:
 * height at the probe to volume, by numeric integration along the axis (tanks.md 4.1).
 */

export interface TankShape {
  diameterMm: number;
  /** Of the cylinder, without the ends. */
  lengthMm: number;
  /** Depth of each dished end; 0 is flat. */
  dishMm?: number;
  /** The left end lies lower by this much a metre. */
  tiltMmPerM?: number;
  /** Angle by which the probe stands off the vertical plane of the axis. */
  rollDeg?: number;
  /** Where the probe stands, from the left end of the cylinder; default: the middle. */
  probeAtMm?: number;
}

const MM3_PER_CL = 10_000;
/** Nodes of a segment: exact to less than 0.05 L for real tanks (tanks.md 4.1). */
const NODES = 120;

interface Rule {
  nodes: Float64Array;
  weights: Float64Array;
}

/** Gauss-Legendre nodes and weights on [-1, 1], by Newton's method on the Legendre polynomial. */
function gaussLegendre(count: number): Rule {
  const nodes = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let index = 0; index < count; index += 1) {
    let x = Math.cos((Math.PI * (index + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let round = 0; round < 50; round += 1) {
      let [before, here] = [1, x];
      for (let degree = 2; degree <= count; degree += 1) {
        [before, here] = [here, ((2 * degree - 1) * x * here - (degree - 1) * before) / degree];
      }
      slope = (count * (x * here - before)) / (x * x - 1);
      const step = here / slope;
      x -= step;
      if (Math.abs(step) < 1e-15) break;
    }
    nodes[index] = x;
    weights[index] = 2 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

const rule = gaussLegendre(NODES);

/** Area (mm²) of a circle of radius `radius` below a chord at `above` (signed) its centre. */
function areaBelow(radius: number, above: number): number {
  if (above <= -radius) return 0;
  if (above >= radius) return Math.PI * radius ** 2;
  return radius ** 2 * Math.acos(-above / radius) + above * Math.sqrt(radius ** 2 - above ** 2);
}

function integrate(from: number, to: number, area: (x: number) => number): number {
  const half = (to - from) / 2;
  const middle = (to + from) / 2;
  let sum = 0;
  for (let index = 0; index < NODES; index += 1) sum += rule.weights[index]! * area(middle + half * rule.nodes[index]!);
  return half * sum;
}

/** Volume below a height at the probe, in 0.01 L (not rounded). `heightMm` is clamped to 0..diameter. */
export function volumeAtCl(shape: TankShape, heightMm: number): number {
  const radius = shape.diameterMm / 2;
  const { lengthMm: length, dishMm: dish = 0, tiltMmPerM = 0, rollDeg = 0 } = shape;
  const probeAt = shape.probeAtMm ?? length / 2;
  const height = Math.min(Math.max(heightMm, 0), shape.diameterMm);
  const atProbe = (height - radius) * Math.cos((rollDeg * Math.PI) / 180);
  const slope = tiltMmPerM / 1_000;
  const level = (x: number) => atProbe + (probeAt - x) * slope;
  const cylinder =
    slope === 0 ? length * areaBelow(radius, atProbe) : integrate(0, length, (x) => areaBelow(radius, level(x)));
  if (dish === 0) return cylinder / MM3_PER_CL;
  const sphere = (radius ** 2 + dish ** 2) / (2 * dish);
  const radiusAt = (fromTip: number) => Math.sqrt(Math.max(0, sphere ** 2 - (sphere - fromTip) ** 2));
  const left = integrate(0, dish, (fromTip) => areaBelow(radiusAt(fromTip), level(fromTip - dish)));
  const right = integrate(0, dish, (fromTip) => areaBelow(radiusAt(fromTip), level(length + dish - fromTip)));
  return (cylinder + left + right) / MM3_PER_CL;
}

/** The volume of the full tank, in whole 0.01 L. */
export function tankCapacityCl(shape: TankShape): number {
  const { diameterMm, lengthMm, dishMm: dish = 0 } = shape;
  const radius = diameterMm / 2;
  const ends = (Math.PI * dish * (3 * radius ** 2 + dish ** 2)) / 3;
  return Math.floor((Math.PI * radius ** 2 * lengthMm + ends) / MM3_PER_CL);
}

/** The height (mm, better than 0.0001 mm) at which the tank holds a volume, clamped to 0..diameter. By bisection. */
export function heightOfMm(shape: TankShape, volumeCl: number): number {
  let low = 0;
  let high = shape.diameterMm;
  while (high - low > 0.000_05) {
    const middle = (low + high) / 2;
    if (volumeAtCl(shape, middle) < volumeCl) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
