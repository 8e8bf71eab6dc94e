/**
 * Calibrates a tank's chart from sales and levels, and freezes it. The scale of a chart cannot be told from a cheat with
 * all nozzles, so it is set once, by the median nozzle, and later versions only refine the shape: what a station begins
 * to do after that can never become part of its chart.
 */
import type { Columns } from "./columns.ts";
import { SCALE } from "./cylinder.ts";
import type { Explanation } from "./explain.ts";
import { type Estimate, type Fit, fitDays, frozenChart, unknownChart } from "./fit.ts";
import type { Since } from "./since.ts";
import type { TankCalibrated, TankDay, TankState } from "./state.ts";
import type { TankFacts } from "./tank-book.ts";

export const calibrationLimits = {
  /** sales after which each version is made */
  sales: [200, 400, 1_500, 4_000],
  /** a version is made anew, as a further edition, once so many times the sales of the last are known */
  edition: 1.2,
  /** from the second version on: a delivery must have been seen, and this share of the diameter */
  span: 0.3,
  anchors: 60,
  /** a meter may be this much off and honest: legal tolerance, a share */
  legal: 0.003,
  /** while the chart is learnt: spread of the nozzles about each other */
  gainSd: 0.02,
  hoursSd: 0.4,
  /** spread of honest meters about each other */
  honestSd: 0.0012,
  /** a station whose gain has moved by this since the last version is under suspicion: nothing is learnt of it */
  suspectGain: 0.004,
  suspectSigmas: 2.5,
  /** a cause, even of a part of the sales, that stands out like this in windows that fit well is under suspicion too */
  clearChi: 60,
  clearMisfit: 1.5,
  /** the same of what began on some day; less is chance */
  clearSure: 20,
  /** squares by which a chart with more freedom must fit better before the tank counts as more than badly placed */
  bentSquares: 30,
  /** a nozzle that sold less than this says nothing, L */
  leastSoldL: 300,
};

/** A gain that may be anything. */
const WIDE_SD = 0.3;
/** A gain that is held does not move. */
const HELD_SD = 0.0001;

/**
 * Whether there is enough for the next version, or for another edition of the one in force.
 * @param told of the day that ends
 */
export function isDue(
  state: TankState,
  columns: Columns,
  { explanations, since }: Pick<TankDay, "explanations" | "since">,
): "version" | "edition" | null {
  const version = state.calibration?.version ?? 0;
  const needed = calibrationLimits.sales[version] ?? Number.POSITIVE_INFINITY;
  const isNext = state.sales >= needed && (version === 0 || hasSeenEnough(state));
  const isAgain = state.sales >= calibrationLimits.edition * (state.calibration?.sales ?? Number.POSITIVE_INFINITY);
  if (!isNext && !isAgain) return null;
  if (version > 0 && isSuspect(state, columns)) return null;
  if (version > 1 && (explanations.some(isClear) || hasBegun(since))) return null;
  if (state.cells.reduce((sum, cell) => sum + cell.anchors, 0) < calibrationLimits.anchors) return null;
  return isNext ? "version" : "edition";
}

function hasSeenEnough({ inflows, lowMm, highMm, cylinder }: TankState): boolean {
  return inflows > 0 && highMm - lowMm >= calibrationLimits.span * (cylinder?.diameterMm ?? 2_400);
}

/** A cause that explains so much is no error of a chart that has seen its levels: it must not become part of the next. */
function isClear({ causes, misfit }: Explanation): boolean {
  return misfit <= calibrationLimits.clearMisfit && (causes[0]?.chi ?? 0) >= calibrationLimits.clearChi;
}

/** Something began on some day, beyond chance. */
function hasBegun(since: Since | null): boolean {
  const { clearMisfit, clearSure } = calibrationLimits;
  return since !== null && since.misfit <= clearMisfit && since.causes.some(({ sure }) => sure >= clearSure);
}

/** Whether any nozzle, or time, explains a gain or loss since the last version: that must not become part of it. */
function isSuspect({ calibration, cells }: TankState, columns: Columns): boolean {
  if (calibration === null) return false;
  const { knowledge: chart, gains } = calibration;
  const fit = fitDays(cells, columns, Number.NEGATIVE_INFINITY, {
    chart,
    gains,
    gainSd: WIDE_SD,
    hoursSd: calibrationLimits.hoursSd,
  });
  if (fit === undefined) return true;
  const { suspectGain, suspectSigmas } = calibrationLimits;
  const moved = gains.map((own, index) => fit.of(columns.sold + index).value - own);
  // The first version knows too few levels for the scale: there only the nozzles are held against each other.
  const common = calibration.version === 1 ? moved.reduce((sum, one) => sum + one, 0) / moved.length : 0;
  return moved.some((one, index) => {
    const { se } = fit.of(columns.sold + index);
    return Math.abs(one - common) > Math.max(suspectGain, suspectSigmas * se);
  });
}

/** Makes the next version or edition. @returns what to tell; undefined when nothing could be fitted */
export function calibrate(
  state: TankState,
  facts: TankFacts,
  columns: Columns,
  { atMs, due }: { atMs: number; due: "version" | "edition" },
): TankCalibrated | undefined {
  const before = state.calibration;
  const { gainSd, honestSd, hoursSd, legal } = calibrationLimits;
  const fitted = (isBent: boolean, sd: number | readonly number[], gains: readonly number[]) =>
    fitDays(state.cells, columns, Number.NEGATIVE_INFINITY, {
      chart: unknownChart(isBent),
      gainSd: sd,
      hoursSd,
      gains,
    });
  const [placed, bent] = [fitted(false, gainSd, []), fitted(true, gainSd, [])];
  if (placed === undefined || bent === undefined) return undefined;
  const isBent = placed.squares - bent.squares > calibrationLimits.bentSquares * bent.misfit;
  const free = isBent ? bent : placed;
  const shift = typicalGain(state, columns, free);
  const gains = Array.from({ length: columns.nozzles }, (_, index) => gainOf(columns, free, index, shift));
  // A nozzle that is off by more than the law allows would bend the chart: it is held where it was found.
  const isOff = gains.map(({ value, se }) => Math.abs(value) > 2 * legal && Math.abs(value) > 4 * se);
  const fit = fitted(
    isBent,
    isOff.map((off) => (off ? HELD_SD : honestSd)),
    gains.map(({ value }, index) => (isOff[index] ? value : 0)),
  );
  const knowledge = fit === undefined ? undefined : frozenChart(fit);
  if (fit === undefined || knowledge === undefined) return undefined;
  const own = gains.map((_, index) => (isOff[index] ? 0 : clamp(fit.of(columns.sold + index).value, legal)));
  const isNext = due === "version" || before === null;
  const version = (before?.version ?? 0) + (isNext ? 1 : 0);
  const edition = isNext ? 1 : before.edition + 1;
  state.calibration = { version, edition, isBent, knowledge, gains: own, frozenMs: atMs, sales: state.sales };
  state.reset = [];
  // What is unexplained is counted anew with the new chart.
  Object.assign(state, { recent: [], waiting: [], open: null });
  // Gains by a chart that knew few levels say little: they are not added to those by a better one.
  if (isNext && version <= 2) state.days = [];
  const scaleSe = fit.of(columns.chart + SCALE).se;
  return {
    kind: "calibrated",
    tank: facts.tank,
    atMs,
    version,
    edition,
    gains,
    nozzles: facts.nozzles,
    scalePercent: { value: knowledge.mean[SCALE]!, se: scaleSe },
    sales: state.sales,
    sold: [...state.sold],
    noiseMm: Math.sqrt(state.noiseMm2),
    evidence: state.day.fromSeq === null ? [] : [state.day.fromSeq],
  };
}

/**
 * The gain that is taken to be the chart's scale: that of the median nozzle. Of two nozzles that differ by more than
 * the law allows, the one that leaves the chart nearer to what its maker says.
 */
function typicalGain(state: TankState, columns: Columns, fit: Fit): number {
  const scale = fit.chart().mean[SCALE]!;
  const gains: number[] = [];
  for (let index = 0; index < columns.nozzles; index += 1) {
    if (state.sold[index]! >= calibrationLimits.leastSoldL) gains.push(fit.of(columns.sold + index).value);
  }
  gains.sort((a, b) => a - b);
  const [low, high] = [gains[Math.floor((gains.length - 1) / 2)], gains[Math.floor(gains.length / 2)]];
  if (low === undefined || high === undefined) return 0;
  if (high - low <= 2 * calibrationLimits.legal) return (low + high) / 2;
  return Math.abs(scale - 100 * low) < Math.abs(scale - 100 * high) ? low : high;
}

/** A nozzle's gain against the others. */
function gainOf(columns: Columns, fit: Fit, index: number, shift: number): Estimate {
  const own = fit.of(columns.sold + index);
  if (columns.nozzles === 1) return { value: own.value - shift, se: own.se };
  const all = Array.from({ length: columns.nozzles }, (_, one) => columns.sold + one);
  const weights = all.map((_, one) => (one === index ? 1 : -1 / (columns.nozzles - 1)));
  return { value: own.value - shift, se: fit.sum(all, weights).se };
}

function clamp(value: number, most: number): number {
  return Math.max(-most, Math.min(most, value));
}
