/** Where a tank stands: the litres that sales and the frozen chart leave unexplained, over its last quiet moments. */
import type { Columns } from "./columns.ts";
import { CHART_FUNCTIONS } from "./cylinder.ts";
import type { TankState } from "./state.ts";

const standLimits = {
  /** it is told by about so many of the last anchors */
  anchors: 8,
  /** a level that is off by more than this has moved, L and standard deviations of one anchor */
  leastL: 10,
  sigmas: 6,
};

/**
 * What the frozen chart leaves unexplained, L. Without one, all that the chart does.
 * @param soldL by nozzle; when left out, they stand behind the row's columns
 */
export function restOf(
  { calibration }: TankState,
  columns: Columns,
  row: ArrayLike<number>,
  soldL?: readonly number[],
): number {
  let rest = row[columns.book]!;
  if (calibration === null) return rest;
  for (let index = 0; index < columns.nozzles; index += 1) {
    rest -= calibration.gains[index]! * (soldL?.[index] ?? row[columns.width + index]!);
  }
  for (let index = 0; index < CHART_FUNCTIONS; index += 1) {
    rest -= calibration.knowledge.mean[index]! * row[columns.chart + index]!;
  }
  return rest;
}

/** Takes the columns of one more anchor, and the litres of each nozzle. */
export function moveStand(state: TankState, row: ArrayLike<number>): void {
  const { stand, sold } = state;
  if (stand === null) {
    state.stand = { row: [...Array.from(row), ...sold], anchors: 1 };
    return;
  }
  stand.anchors = Math.min(standLimits.anchors, stand.anchors + 1);
  const { row: mean, anchors } = stand;
  const width = row.length;
  for (let index = 0; index < mean.length; index += 1) {
    const value = index < width ? row[index]! : sold[index - width]!;
    mean[index] = mean[index]! + (value - mean[index]!) / anchors;
  }
}

/** Unexplained litres at which the tank stands; null before its first quiet moment. */
export function standL(state: TankState, columns: Columns): number | null {
  const { stand, recent } = state;
  if (stand !== null) return restOf(state, columns, stand.row);
  return recent.length === 0 ? null : recent.reduce((sum, { rest }) => sum + rest, 0) / recent.length;
}

/**
 * How far a level is off where the tank stood and what was sold since, mm: noise, as long as it is small. The columns of
 * a chart at the noisy level would know the noise of the book, and a chart that is some per cent too large would seem to
 * explain it: the more so the more anchors there are.
 * @param row the columns at the level as it was read
 * @param surface litres of a millimetre there
 */
export function unrestMm(state: TankState, columns: Columns, row: ArrayLike<number>, surface: number): number {
  const { stand, noiseMm2, sold } = state;
  if (stand === null) return 0;
  const off = restOf(state, columns, row, sold) - restOf(state, columns, stand.row);
  const isNoise = Math.abs(off) <= Math.max(standLimits.leastL, standLimits.sigmas * Math.sqrt(noiseMm2) * surface);
  return isNoise ? off / surface : 0;
}
