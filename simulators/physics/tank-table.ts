/** A tank's shape tabulated once, so that a year of readings does not integrate each time. */
import { type TankShape, volumeAtCl } from "./tank-shape.ts";

/** Steps of the table; with cubic interpolation the error stays below 5 mL at working levels. */
const STEPS = 400;
const UL_PER_CL = 10_000;

export class TankTable {
  readonly #stepUm: number;
  readonly #volumesUl: Float64Array;

  constructor(shape: TankShape) {
    this.#stepUm = (shape.diameterMm * 1_000) / STEPS;
    this.#volumesUl = Float64Array.from(
      { length: STEPS + 1 },
      (_, index) => volumeAtCl(shape, (index * this.#stepUm) / 1_000) * UL_PER_CL,
    );
  }

  /** Volume (µL, not rounded) below a height at the probe (µm), clamped to the tank. */
  volumeUlAt(heightUm: number): number {
    const place = Math.min(Math.max(heightUm / this.#stepUm, 0), STEPS);
    const index = Math.min(Math.floor(place), STEPS - 1);
    return this.#between(index, place - index);
  }

  /** Height at the probe (µm, not rounded) of a volume (µL), clamped to the tank. */
  heightUmAt(volumeUl: number): number {
    const volumes = this.#volumesUl;
    if (volumeUl <= volumes[0]!) return 0;
    if (volumeUl >= volumes[STEPS]!) return STEPS * this.#stepUm;
    let low = 0;
    let high = STEPS;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (volumes[middle]! <= volumeUl) low = middle;
      else high = middle;
    }
    const rise = volumes[high]! - volumes[low]!;
    let share = rise > 0 ? (volumeUl - volumes[low]!) / rise : 0;
    for (let round = 0; round < 2; round += 1) share += (volumeUl - this.#between(low, share)) / Math.max(rise, 1);
    return (low + Math.min(Math.max(share, 0), 1)) * this.#stepUm;
  }

  /** Catmull-Rom between two points of the table. */
  #between(index: number, share: number): number {
    const volumes = this.#volumesUl;
    const at = volumes[index]!;
    const next = volumes[index + 1]!;
    const before = index > 0 ? volumes[index - 1]! : 2 * at - next;
    const after = index + 2 <= STEPS ? volumes[index + 2]! : 2 * next - at;
    const slope = (next - before) / 2;
    const slopeAfter = (after - at) / 2;
    const square = share * share;
    const cube = square * share;
    return (
      (2 * cube - 3 * square + 1) * at +
      (cube - 2 * square + share) * slope +
      (3 * square - 2 * cube) * next +
      (cube - square) * slopeAfter
    );
  }
}
