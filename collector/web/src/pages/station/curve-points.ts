/**
 * Readings as points of a curve.
 */
import type { TankLevel } from "../../../../api/schemas.ts";

/**
 * One point a reading: epoch milliseconds and millimetres. A reading without a level, or one not to be trusted, leaves
 * a gap: a line drawn across it would claim a level that nobody read.
 */
export function curvePoints(levels: TankLevel[]): [epochMs: number, levelMm: number | null][] {
  return levels.map((level) => [
    Date.parse(level.at),
    level.levelUm === null || level.quality !== "good" ? null : level.levelUm / 1000,
  ]);
}
