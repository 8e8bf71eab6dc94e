/** The strapping table that a gauge uses: points of an assumed shape, which is not quite the tank's own. */
import { type TankShape, tankCapacityCl, volumeAtCl } from "./tank-shape.ts";

export interface ChartPoint {
  levelUm: number;
  volumeCl: number;
}

/** Gauges hold up to 1024 points of whole millimetres (tanks.md 1.2.1); every centimetre is what is usually typed in. */
const STEP_MM = 10;

export class Chart {
  readonly points: readonly ChartPoint[];
  readonly capacityCl: number;

  /** @param points levels rising by {@link STEP_MM}, from 0 */
  constructor(points: readonly ChartPoint[], capacityCl: number) {
    this.points = points;
    this.capacityCl = capacityCl;
  }

  /** Litres (0.01 L, not rounded) at a level, straight between the points. */
  volumeClAt(levelUm: number): number {
    const place = Math.min(Math.max(levelUm / (STEP_MM * 1_000), 0), this.points.length - 1);
    const index = Math.min(Math.floor(place), this.points.length - 2);
    const low = this.points[index]!;
    const high = this.points[index + 1]!;
    const span = high.levelUm - low.levelUm;
    const share = Math.min(1, (levelUm - low.levelUm) / span);
    return low.volumeCl + (high.volumeCl - low.volumeCl) * Math.max(0, share);
  }

  /** The same table with all litres multiplied: what an altered chart looks like. */
  scaled(factor: number): Chart {
    const points = this.points.map(({ levelUm, volumeCl }) => ({ levelUm, volumeCl: Math.round(volumeCl * factor) }));
    return new Chart(points, Math.round(this.capacityCl * factor));
  }
}

/** The chart of an assumed shape. @param scale what its litres are multiplied with */
export function chartOf(shape: TankShape, scale: number): Chart {
  const points: ChartPoint[] = [];
  for (let mm = 0; mm < shape.diameterMm + STEP_MM; mm += STEP_MM) {
    const level = Math.min(mm, shape.diameterMm);
    points.push({ levelUm: level * 1_000, volumeCl: Math.round(volumeAtCl(shape, level) * scale) });
  }
  return new Chart(points, Math.round(tankCapacityCl(shape) * scale));
}
