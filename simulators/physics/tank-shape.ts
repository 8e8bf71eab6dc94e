/** A horizontal cylinder with flat ends: height to volume and back (tanks.md 4.1). */

export interface TankShape {
  diameterMm: number;
  lengthMm: number;
}

const MM3_PER_CL = 10_000;

/** Volume below a height, in 0.01 L (not rounded). `heightMm` is clamped to 0..diameter. */
export function volumeAtCl(shape: TankShape, heightMm: number): number {
  const radius = shape.diameterMm / 2;
  const height = Math.min(Math.max(heightMm, 0), shape.diameterMm);
  const area =
    radius ** 2 * Math.acos((radius - height) / radius) -
    (radius - height) * Math.sqrt(Math.max(0, 2 * radius * height - height ** 2));
  return (shape.lengthMm * area) / MM3_PER_CL;
}

/** The volume of the full tank, in whole 0.01 L. */
export function tankCapacityCl(shape: TankShape): number {
  return Math.floor(volumeAtCl(shape, shape.diameterMm));
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
