/**
 * How high the fuel stands in a drawn tank. The gauge gives volume and level, the registry the capacity, and nobody
 * the diameter; for a lying cylinder the share of the volume fixes the share of the height.
 */

/** Shares of the drawn tank's height, 0 at the bottom, 1 at the top. */
export interface TankFill {
  surface: number;
  water: number;
  /** Share of the capacity that is filled, in percent, rounded. */
  percent: number;
}

const STEPS = 40;

/**
 * The height of the surface in a lying cylinder.
 * @param volumeShare share of the volume that is filled; beyond 0 to 1 it is cut off
 * @returns share of the diameter, 0 to 1, exact to 1e-12
 */
export function heightShare(volumeShare: number): number {
  if (volumeShare <= 0) return 0;
  if (volumeShare >= 1) return 1;
  let low = 0;
  let high = 1;
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (segmentShare(middle) < volumeShare) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The share of a circle's area below a share of its height. */
function segmentShare(height: number): number {
  const angle = 2 * Math.acos(1 - 2 * height);
  return (angle - Math.sin(angle)) / (2 * Math.PI);
}

/**
 * What to draw for a reading.
 * @param reading volume in 0.01 L, level and water level in 0.001 mm, as the gauge gave them
 * @param capacityCl the tank's capacity in 0.01 L, above 0
 * @returns undefined when the reading holds no volume
 */
export function tankFill(
  reading: { volumeCl: number | null; levelUm: number | null; waterLevelUm: number | null },
  capacityCl: number,
): TankFill | undefined {
  if (reading.volumeCl === null || capacityCl <= 0) return undefined;
  const share = Math.min(Math.max(reading.volumeCl / capacityCl, 0), 1);
  const surface = heightShare(share);
  const { levelUm, waterLevelUm } = reading;
  // The surface's true level is the scale by which the water's level is drawn.
  const water = levelUm === null || waterLevelUm === null || levelUm <= 0 ? 0 : (waterLevelUm / levelUm) * surface;
  return { surface, water: Math.min(Math.max(water, 0), surface), percent: Math.round(share * 100) };
}
