/**
 * How well a chart is known between two levels. A calibration leaves its unknowns with a covariance: near levels that the
 * tank passes every day it is small, towards levels that it has seldom seen it grows.
 */
import { CHART_FUNCTIONS, chartFunctions } from "./cylinder.ts";
import { place, solve, triangleLength } from "./linear.ts";
import type { TankState } from "./state.ts";

/**
 * Standard error of the litres between two levels that comes from the chart alone, L.
 * @returns null without a calibration or a shape, or where a level is not known
 */
export function chartSeL(
  { calibration, cylinder }: Pick<TankState, "calibration" | "cylinder">,
  fromMm: number,
  toMm: number,
): number | null {
  const n = CHART_FUNCTIONS;
  if (calibration === null || cylinder === null || fromMm <= 0 || toMm <= 0) return null;
  const { information } = calibration.knowledge;
  if (information.length !== n * n) return null;
  const values = new Float64Array(2 * n);
  chartFunctions(cylinder, toMm, values, 0);
  chartFunctions(cylinder, fromMm, values, n);
  const between = values.slice(0, n).map((value, index) => value - values[n + index]!);
  const normal = new Float64Array(triangleLength(n));
  for (let i = 0; i < n; i += 1) for (let j = 0; j <= i; j += 1) normal[place(i, j)] = information[i * n + j]!;
  const solved = solve(normal, between, 0);
  if (solved === undefined) return null;
  return Math.sqrt(between.reduce((sum, value, index) => sum + value * solved.mean[index]!, 0));
}
