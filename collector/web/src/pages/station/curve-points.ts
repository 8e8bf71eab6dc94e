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

/** What happened within the span of a curve; outside of it a mark would stretch the axis. */
export function marksWithin<Thing>(
  levels: readonly TankLevel[],
  things: readonly Thing[],
  timeOf: (thing: Thing) => string,
): Thing[] {
  const [first, last] = [levels[0], levels.at(-1)];
  if (first === undefined || last === undefined) return [];
  const [fromMs, untilMs] = [Date.parse(first.at), Date.parse(last.at)];
  return things.filter((thing) => {
    const atMs = Date.parse(timeOf(thing));
    return atMs >= fromMs && atMs <= untilMs;
  });
}
