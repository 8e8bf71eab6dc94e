/** Fits the columns of a tank's balance to the anchors of some days, with what is known before. */
import { type Cell, reduced } from "./cells.ts";
import type { Columns } from "./columns.ts";
import { BENT_PRIOR, CHART_FUNCTIONS, PLACED_PRIOR } from "./cylinder.ts";
import { place, type Solution, solve, triangleLength } from "./linear.ts";

/** What is known of a chart's coefficients: their values, and how surely (inverse of their covariance, row by row). */
export interface ChartKnowledge {
  mean: number[];
  information: number[];
}

export interface Estimate {
  value: number;
  /** standard error */
  se: number;
}

export interface Fit {
  anchors: number;
  /** mean square of the weighted residuals: 1 when the noise is as expected */
  misfit: number;
  /** weighted sum of squares that the data leave, and of how far the coefficients lie from what was expected */
  squares: number;
  /** the coefficient of a column */
  of(column: number): Estimate;
  /** the estimate of a sum of coefficients with weights */
  sum(columns: readonly number[], weights: readonly number[]): Estimate;
  /** the chart's coefficients and their covariance, row by row */
  chart(): { mean: number[]; covariance: number[] };
}

export interface FitOptions {
  chart: ChartKnowledge;
  /** spread of the nozzles' gains about `gains`, a share */
  gainSd: number | readonly number[];
  /** what the gains are expected to be; zero when left out */
  gains?: readonly number[];
  /** spread of the slope in time, L/h */
  hoursSd: number;
}

export interface System extends Solution {
  /** the columns that were fitted, in order */
  used: readonly number[];
}

/** Products vary by a few per cent in how they expand, and thermometers lag. */
const EXPANSION_SD = 0.15;
/** How far honest nozzles drift from their own gain, and time from nothing, before it is worth a word. */
const HONEST = { gainSd: 0.0008, hoursSd: 0.05 };
/** A meter that was set since: it may be anywhere within the legal tolerance of 0.3 %. */
const SET_SD = 0.002;

/** Of meters of which nothing is known but the law. */
const SPREAD_SD = 0.003;

/**
 * What is known of a chart that nobody has looked at.
 * @param isBent whether more than the placing of the tank may be wrong
 */
export function unknownChart(isBent: boolean): ChartKnowledge {
  const information = new Array<number>(CHART_FUNCTIONS ** 2).fill(0);
  (isBent ? BENT_PRIOR : PLACED_PRIOR).forEach((sd, index) => {
    information[index * CHART_FUNCTIONS + index] = 1 / sd ** 2;
  });
  return { mean: new Array<number>(CHART_FUNCTIONS).fill(0), information };
}

/**
 * @param fromDay first day that counts
 * @returns undefined when there is nothing to fit
 */
export function fitDays(
  cells: readonly Cell[],
  columns: Columns,
  fromDay: number,
  options: FitOptions,
): Fit | undefined {
  const { sums, anchors, stretches } = reduced(cells, columns.width, fromDay);
  const system = anchors === 0 ? undefined : systemOf(sums, columns, options);
  if (system === undefined) return undefined;
  const misfit = Math.max(1, system.residual / Math.max(1, anchors - stretches - system.used.length / 2));
  return { ...fitOf(system, misfit, anchors), squares: system.residual };
}

/** What is known of a tank before its balance is looked at. */
export interface Known {
  chart: ChartKnowledge;
  gains: readonly number[];
  /** nozzles (by their place) whose meter was set since */
  reset?: readonly number[] | undefined;
}

/** The balance when nothing is wrong: the chart as it is known, the nozzles as they were. */
export function nullSystem(
  sums: Float64Array,
  columns: Columns,
  { chart, gains, reset = [] }: Known,
): System | undefined {
  const gainSd = gains.map((_, index) => (reset.includes(index) ? SET_SD : HONEST.gainSd));
  return systemOf(sums, columns, { chart, gains, gainSd, hoursSd: HONEST.hoursSd });
}

/** The balance when nobody has set a zero: nozzles spread as honest meters do, whatever they gain, they always did. */
export function spreadSystem(sums: Float64Array, columns: Columns, chart: ChartKnowledge): System | undefined {
  return systemOf(sums, columns, { chart, gainSd: SPREAD_SD, hoursSd: HONEST.hoursSd });
}

function systemOf(sums: Float64Array, columns: Columns, options: FitOptions): System | undefined {
  // Chart, expansion, time and the nozzles; what comes after them is for explanations.
  const used = Array.from({ length: columns.night - 1 }, (_, index) => index + 1);
  const n = used.length;
  const normal = new Float64Array(triangleLength(n));
  const right = new Float64Array(n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) normal[place(i, j)] = sums[place(used[i]!, used[j]!)]!;
    right[i] = sums[place(columns.book, used[i]!)]!;
  }
  const zz = sums[place(columns.book, columns.book)]! + addPrior(normal, right, columns, options);
  const solved = solve(normal, right, zz);
  return solved === undefined ? undefined : { ...solved, used };
}

/** @returns what the prior adds to the sum of squares */
function addPrior(normal: Float64Array, right: Float64Array, columns: Columns, options: FitOptions): number {
  const { chart, gainSd, hoursSd, gains = [] } = options;
  let squares = 0;
  for (let i = 0; i < CHART_FUNCTIONS; i += 1) {
    for (let j = 0; j < CHART_FUNCTIONS; j += 1) {
      const information = chart.information[i * CHART_FUNCTIONS + j]!;
      if (j <= i) normal[place(i, j)] = normal[place(i, j)]! + information;
      right[i] = right[i]! + information * chart.mean[j]!;
      squares += chart.mean[i]! * information * chart.mean[j]!;
    }
  }
  const own = (column: number, sd: number, mean: number) => {
    const index = column - 1;
    normal[place(index, index)] = normal[place(index, index)]! + 1 / sd ** 2;
    right[index] = right[index]! + mean / sd ** 2;
    squares += (mean / sd) ** 2;
  };
  own(columns.expansion, EXPANSION_SD, 0);
  own(columns.hours, hoursSd, 0);
  for (let index = 0; index < columns.nozzles; index += 1) {
    const sd = typeof gainSd === "number" ? gainSd : gainSd[index]!;
    own(columns.sold + index, sd, gains[index] ?? 0);
  }
  return squares;
}

function fitOf({ mean, covariance, used }: System, misfit: number, anchors: number): Omit<Fit, "squares"> {
  const n = used.length;
  const cov = (i: number, j: number) => covariance[i * n + j]! * misfit;
  return {
    anchors,
    misfit,
    of: (column) => ({ value: mean[column - 1]!, se: Math.sqrt(cov(column - 1, column - 1)) }),
    sum: (columns, weights) => {
      let value = 0;
      let variance = 0;
      columns.forEach((a, i) => {
        value += weights[i]! * mean[a - 1]!;
        columns.forEach((b, j) => {
          variance += weights[i]! * weights[j]! * cov(a - 1, b - 1);
        });
      });
      return { value, se: Math.sqrt(Math.max(0, variance)) };
    },
    chart: () => ({
      mean: [...mean.subarray(0, CHART_FUNCTIONS)],
      covariance: Array.from({ length: CHART_FUNCTIONS ** 2 }, (_, at) =>
        cov(Math.floor(at / CHART_FUNCTIONS), at % CHART_FUNCTIONS),
      ),
    }),
  };
}

/** Added to what a fit says of itself: a chart is never quite of the form that is fitted. */
const SHAPE_FLOOR_SD: readonly number[] = [0.05, 0.05, 0.005, 0.03, 0.003, 0.003, 0.003, 0.003, 0.002, 0.002];

/** Makes a fit's chart the knowledge that later fits begin with. */
export function frozenChart(fit: Fit): ChartKnowledge | undefined {
  const { mean, covariance } = fit.chart();
  const n = CHART_FUNCTIONS;
  const normal = new Float64Array(triangleLength(n));
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const own = covariance[i * n + j]!;
      normal[place(i, j)] = i === j ? own + SHAPE_FLOOR_SD[i]! ** 2 : own;
    }
  }
  const inverse = solve(normal, new Float64Array(n), 0);
  return inverse === undefined ? undefined : { mean, information: [...inverse.covariance] };
}
