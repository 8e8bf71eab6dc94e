/**
 * Which single cause explains best what a tank's book did since some day, beside all that its anchors say of the time
 * before: chart, nozzles and the beginning are weighed together. A frozen chart knows a nozzle to a thousandth; the
 * nozzle against its own past is known ten times better. The day on which it began is the likeliest one, and what the
 * days around it say goes into the standard error of the litres.
 */
import type { Cell } from "./cells.ts";
import type { Columns } from "./columns.ts";
import { type Cause, type Direction, directionsOf } from "./explain.ts";
import { type ChartKnowledge, type System, spreadSystem } from "./fit.ts";
import {
  anchorsOf,
  daysOf,
  type Products,
  productsByDay,
  reducedOf,
  type Stretch,
  stretchesOf,
} from "./since-products.ts";
import type { Calibration, SoldDay } from "./state.ts";

export interface SinceCause extends Cause {
  /** the likeliest first day */
  sinceDay: number;
  /** litres that it gained or lost since then, and their standard error with that of the day */
  litres: number;
  litresSe: number;
  /** square of its significance when a chart, warmth and thermometers err as they do */
  sure: number;
}

export interface Since {
  anchors: number;
  /** mean square of the residuals that the best cause leaves */
  misfit: number;
  /** by how much the nozzles of before differ otherwise from each other than when the chart was frozen, at most, a share */
  drift: number;
  /** best first; of each kind and nozzle its likeliest day */
  causes: SinceCause[];
}

export const sinceLimits = {
  /** what must be known of the time before */
  baseDays: 3,
  baseAnchors: 100,
  /** what began earlier and was not seen by then is a matter of the frozen chart */
  days: 16,
  /** errors that are no noise: of both ends, of the warmth of each day, and of the chart as a share of the sales */
  endsL: 4,
  dayL: 1.5,
  share: 0.0002,
};

interface Candidate extends Cause {
  day: number;
  volumeL: number;
}

/** @returns undefined while too little is known of the time before */
export function explainSince(
  cells: readonly Cell[],
  columns: Columns,
  known: { chart: ChartKnowledge; calibration: Calibration; fromDay: number; sinceDay: number | null },
  { today, soldByDay }: { today: number; soldByDay: readonly SoldDay[] },
): Since | undefined {
  const stretches = stretchesOf(cells, columns, known.fromDay);
  const anchors = stretches.reduce((sum, { cells: list }) => sum + anchorsOf(list), 0);
  const sums = reducedOf(stretches, columns.width);
  const system = anchors === 0 ? undefined : spreadSystem(sums, columns, known.chart);
  const dof = anchors - stretches.length - columns.nozzles - 4;
  if (system === undefined || dof < sinceLimits.baseAnchors) return undefined;
  const directions = directionsOf(columns);
  const lists = directions.map((): Candidate[] => []);
  const days = daysOf(stretches, sinceLimits, { afterDay: today - sinceLimits.days, keptDay: known.sinceDay });
  const soldSince = new Map<number, number>();
  let best = 0;
  for (const { day, products } of productsByDay(stretches, days, columns)) {
    const volumes = volumesOf(soldByDay, day, today, columns);
    soldSince.set(day, sumOf(volumes, columns.sold - columns.hours, columns.nozzles));
    directions.forEach((direction, index) => {
      const volumeL = direction.columns.reduce((sum, column) => sum + volumes[column - columns.hours]!, 0);
      const cause = volumeL <= 0 ? undefined : causeOf(direction, products, columns, system);
      if (cause === undefined) return;
      best = Math.max(best, cause.chi);
      lists[index]!.push({ ...cause, day, volumeL });
    });
  }
  const misfit = Math.max(1, (system.residual - best) / dof);
  const causes = lists.filter(({ length }) => length > 0).map((list) => likeliest(list, misfit, soldSince, today));
  causes.sort((a, b) => b.chi - a.chi);
  return { anchors, misfit, drift: driftOf(causes[0], stretches, columns, system, known.calibration), causes };
}

/** The products of a cause with all columns, summed over its own. */
function crossOf({ columns: own }: Direction, { cross }: Products, { hours, width }: Columns): Float64Array {
  const sum = new Float64Array(width);
  for (const column of own) for (let j = 1; j < width; j += 1) sum[j] = sum[j]! + cross[column - hours]![j]!;
  return sum;
}

function causeOf(direction: Direction, products: Products, columns: Columns, system: System): Cause | undefined {
  const { used, mean, covariance } = system;
  const n = used.length;
  const cross = crossOf(direction, products, columns);
  let own = 0;
  for (const a of direction.columns) {
    for (const b of direction.columns) own += products.own[a - columns.hours]![b - columns.hours]!;
  }
  const whole = own;
  let book = cross[columns.book]!;
  for (let i = 0; i < n; i += 1) {
    const one = cross[used[i]!]!;
    book -= one * mean[i]!;
    let beside = (covariance[i * n + i]! * one) / 2;
    for (let j = 0; j < i; j += 1) beside += covariance[i * n + j]! * cross[used[j]!]!;
    own -= 2 * one * beside;
  }
  if (own < 1e-6 || own < 1e-9 * whole) return undefined;
  const { kind, nozzle } = direction;
  return { kind, nozzle, value: book / own, se: 1 / Math.sqrt(own), chi: (book * book) / own };
}

/** What was sold since a day, by column of a cause; hours for time. */
function volumesOf(soldByDay: readonly SoldDay[], fromDay: number, today: number, columns: Columns): Float64Array {
  const { hours, sold, night, beyond, inspected, nozzles } = columns;
  const volumes = new Float64Array(inspected - hours);
  volumes[0] = 24 * (today - fromDay + 1);
  for (let index = soldByDay.length - 1; index >= 0 && soldByDay[index]!.day >= fromDay; index -= 1) {
    const day = soldByDay[index]!;
    for (let nozzle = 0; nozzle < nozzles; nozzle += 1) {
      volumes[sold - hours + nozzle]! += day.litres[nozzle]!;
      volumes[night - hours + nozzle]! += day.night[nozzle]!;
      volumes[beyond - hours + nozzle]! += day.beyond[nozzle]!;
    }
  }
  return volumes;
}

function sumOf(list: Float64Array, from: number, count: number): number {
  let sum = 0;
  for (let index = from; index < from + count; index += 1) sum += list[index]!;
  return sum;
}

/** The likeliest day of a cause; litres as the mean over all days, each as likely as the book makes it. */
function likeliest(
  list: readonly Candidate[],
  misfit: number,
  soldSince: ReadonlyMap<number, number>,
  today: number,
): SinceCause {
  const best = list.reduce((a, b) => (b.chi > a.chi ? b : a));
  let [weights, mean, square, own] = [0, 0, 0, 0];
  for (const { chi, value, se, volumeL } of list) {
    const weight = Math.exp((chi - best.chi) / (2 * misfit));
    const litres = value * volumeL;
    weights += weight;
    mean += weight * litres;
    square += weight * litres ** 2;
    own += weight * (se * volumeL) ** 2 * misfit;
  }
  mean /= weights;
  const { endsL, dayL, share } = sinceLimits;
  const soldL = soldSince.get(best.day)!;
  const errorL = Math.hypot(endsL, dayL * Math.sqrt(today - best.day + 1), share * soldL);
  const { kind, nozzle, value } = best;
  const se = Math.hypot(best.se * Math.sqrt(misfit), errorL / best.volumeL);
  return {
    ...{ kind, nozzle, value, se, chi: best.chi / misfit, sinceDay: best.day },
    litres: mean,
    litresSe: Math.sqrt(Math.max(0, square / weights - mean ** 2) + own / weights + errorL ** 2),
    sure: (value / se) ** 2,
  };
}

/** What all nozzles have in common may be the chart's; what they differ by is theirs. */
function driftOf(
  cause: SinceCause | undefined,
  stretches: readonly Stretch[],
  columns: Columns,
  { used, mean, covariance }: System,
  { gains }: Calibration,
): number {
  if (cause === undefined) return 0;
  const n = used.length;
  const direction = directionsOf(columns).find(({ kind, nozzle }) => kind === cause.kind && nozzle === cause.nozzle)!;
  const [begun] = [...productsByDay(stretches, [cause.sinceDay], columns)];
  const cross = crossOf(direction, begun!.products, columns);
  const before = (column: number) => {
    let value = mean[column - 1]!;
    for (let j = 0; j < n; j += 1) value -= cause.value * covariance[(column - 1) * n + j]! * cross[used[j]!]!;
    return value;
  };
  const moved = gains.map((own, index) => before(columns.sold + index) - own);
  const middle = moved.toSorted((a, b) => a - b)[Math.floor(moved.length / 2)]!;
  return Math.max(...moved.map((one) => Math.abs(one - middle)));
}
