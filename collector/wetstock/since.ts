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
import { place, triangleLength } from "./linear.ts";
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
  /** errors that are no noise: of both ends, of the warmth of each day, and of the chart as a share of the sales */
  endsL: 4,
  dayL: 1.5,
  share: 0.0002,
};

/** Anchors between two deliveries, which share a constant. */
interface Stretch {
  cells: Cell[];
  /** their sums together */
  sums: Float64Array;
  /** products of its columns when they count from its beginning; made when they are asked for */
  whole?: Products;
}

interface Candidate extends Cause {
  day: number;
  volumeL: number;
}

/** @returns undefined while too little is known of the time before */
export function explainSince(
  cells: readonly Cell[],
  columns: Columns,
  known: { chart: ChartKnowledge; calibration: Calibration; fromDay: number },
  { today, soldByDay }: { today: number; soldByDay: readonly SoldDay[] },
): Since | undefined {
  const stretches = stretchesOf(cells, columns, known.fromDay);
  const anchors = stretches.reduce((sum, { cells: list }) => sum + anchorsOf(list), 0);
  const sums = reducedOf(stretches, columns.width);
  const system = anchors === 0 ? undefined : spreadSystem(sums, columns, known.chart);
  const dof = anchors - stretches.length - columns.nozzles - 4;
  if (system === undefined || dof < sinceLimits.baseAnchors) return undefined;
  const directions = directionsOf(columns);
  const byCause = new Map<Direction, Candidate[]>();
  for (const day of daysOf(stretches)) {
    const products = productsSince(stretches, day, columns);
    for (const direction of directions) {
      const volumeL = volumeOf(direction, soldByDay, day, today);
      const cause = volumeL <= 0 ? undefined : causeOf(direction, products, columns, system);
      if (cause === undefined) continue;
      const list = byCause.get(direction) ?? [];
      list.push({ ...cause, day, volumeL });
      byCause.set(direction, list);
    }
  }
  const best = Math.max(0, ...[...byCause.values()].flat().map(({ chi }) => chi));
  const misfit = Math.max(1, (system.residual - best) / dof);
  const causes = [...byCause.values()].map((list) => likeliest(list, misfit, soldByDay, today));
  causes.sort((a, b) => b.chi - a.chi);
  return { anchors, misfit, drift: driftOf(causes[0], stretches, columns, system, known.calibration), causes };
}

function stretchesOf(cells: readonly Cell[], { width }: Columns, fromDay: number): Stretch[] {
  const list: Stretch[] = [];
  let last: Stretch | undefined;
  for (const cell of cells) {
    if (cell.fromDay < fromDay) continue;
    if (last === undefined || last.cells[0]!.stretch !== cell.stretch) {
      last = { cells: [], sums: new Float64Array(triangleLength(width)) };
      list.push(last);
    }
    last.cells.push(cell);
    add(last.sums, cell.sums);
  }
  return list.filter((one) => anchorsOf(one.cells) >= 3);
}

function anchorsOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.anchors, 0);
}

function add(into: Float64Array, sums: ArrayLike<number>): void {
  for (let at = 0; at < into.length; at += 1) into[at] = into[at]! + sums[at]!;
}

/** The sums of all stretches with their constants taken out. */
function reducedOf(stretches: readonly Stretch[], width: number): Float64Array {
  const into = new Float64Array(triangleLength(width));
  for (const { sums } of stretches) {
    for (let i = 1; i < width; i += 1) {
      const first = sums[place(i, 0)]! / sums[0]!;
      for (let j = 1; j <= i; j += 1) {
        const at = place(i, j);
        into[at] = into[at]! + sums[at]! - first * sums[place(j, 0)]!;
      }
    }
  }
  return into;
}

/** Days at which a cause may have begun: enough lies before them, and no cell reaches over their beginning. */
function daysOf(stretches: readonly Stretch[]): number[] {
  const cells = stretches.flatMap((one) => one.cells);
  const firstDay = cells[0]?.fromDay ?? 0;
  const days = [...new Set(cells.map(({ fromDay }) => fromDay))];
  return days.filter((day) => {
    const before = cells.filter((cell) => cell.day < day);
    const isCut = cells.some((cell) => cell.fromDay < day && cell.day >= day);
    return !isCut && day - firstDay >= sinceLimits.baseDays && anchorsOf(before) >= sinceLimits.baseAnchors;
  });
}

interface Products {
  /** by column of a cause: its products with all columns */
  cross: Float64Array[];
  /** products of the columns of causes with each other */
  own: Float64Array[];
}

/** Products of the causes' columns when they count from a day on, and are zero before. */
function productsSince(stretches: readonly Stretch[], day: number, columns: Columns): Products {
  const count = columns.inspected - columns.hours;
  const cross = Array.from({ length: count }, () => new Float64Array(columns.width));
  const own = Array.from({ length: count }, () => new Float64Array(count));
  for (const stretch of stretches) {
    const later = stretch.cells.filter((cell) => cell.fromDay >= day);
    if (later.length === 0) continue;
    const isWhole = later.length === stretch.cells.length;
    const one = (isWhole ? stretch.whole : undefined) ?? productsOf(later, stretch.sums, columns);
    if (isWhole) stretch.whole = one;
    for (let k = 0; k < count; k += 1) {
      add(cross[k]!, one.cross[k]!);
      add(own[k]!, one.own[k]!);
    }
  }
  return { cross, own };
}

/** The same within one stretch: they count from the first of the cells on. @param whole sums of all its cells */
function productsOf(later: readonly Cell[], whole: Float64Array, { hours, inspected, width }: Columns): Products {
  const count = inspected - hours;
  const since = new Float64Array(whole.length);
  for (const cell of later) add(since, cell.sums);
  const start = later[0]!.first;
  const ones = Array.from({ length: count }, (_, k) => since[place(hours + k, 0)]! - start[hours + k]! * since[0]!);
  const cross = Array.from({ length: count }, () => new Float64Array(width));
  const own = Array.from({ length: count }, () => new Float64Array(count));
  for (let k = 0; k < count; k += 1) {
    const [column, from, one] = [hours + k, start[hours + k]!, ones[k]! / whole[0]!];
    for (let j = 1; j < width; j += 1) {
      cross[k]![j] = at(since, column, j) - from * since[place(j, 0)]! - one * whole[place(j, 0)]!;
    }
    for (let l = 0; l < count; l += 1) {
      const [other, otherFrom] = [hours + l, start[hours + l]!];
      const shifted = from * since[place(other, 0)]! + otherFrom * (since[place(column, 0)]! - from * since[0]!);
      own[k]![l] = at(since, column, other) - shifted - one * ones[l]!;
    }
  }
  return { cross, own };
}

function at(sums: Float64Array, i: number, j: number): number {
  return i >= j ? sums[place(i, j)]! : sums[place(j, i)]!;
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
    for (let j = 0; j < n; j += 1) own -= one * covariance[i * n + j]! * cross[used[j]!]!;
  }
  if (own < 1e-6 || own < 1e-9 * whole) return undefined;
  const { kind, nozzle } = direction;
  return { kind, nozzle, value: book / own, se: 1 / Math.sqrt(own), chi: (book * book) / own };
}

/** Litres that a cause is a share of since a day; hours for time. */
export function volumeOf(
  { kind, nozzle }: Pick<Cause, "kind" | "nozzle">,
  soldByDay: readonly SoldDay[],
  fromDay: number,
  today: number,
): number {
  if (kind === "time") return 24 * (today - fromDay + 1);
  const part = kind.startsWith("night") ? "night" : kind.startsWith("beyond") ? "beyond" : "litres";
  let sum = 0;
  for (const { day, [part]: litres } of soldByDay) {
    if (day < fromDay || day > today) continue;
    sum += nozzle < 0 ? litres.reduce((total, one) => total + one, 0) : litres[nozzle]!;
  }
  return sum;
}

/** The likeliest day of a cause; litres as the mean over all days, each as likely as the book makes it. */
function likeliest(
  list: readonly Candidate[],
  misfit: number,
  soldByDay: readonly SoldDay[],
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
  const soldL = volumeOf({ kind: "all", nozzle: -1 }, soldByDay, best.day, today);
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
  const cross = crossOf(direction, productsSince(stretches, cause.sinceDay, columns), columns);
  const before = (column: number) => {
    let value = mean[column - 1]!;
    for (let j = 0; j < n; j += 1) value -= cause.value * covariance[(column - 1) * n + j]! * cross[used[j]!]!;
    return value;
  };
  const moved = gains.map((own, index) => before(columns.sold + index) - own);
  const middle = moved.toSorted((a, b) => a - b)[Math.floor(moved.length / 2)]!;
  return Math.max(...moved.map((one) => Math.abs(one - middle)));
}
