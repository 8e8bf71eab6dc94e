/**
 * Sums of products of a tank's columns when those of a cause count from some day on and are zero before. Anchors are kept
 * as sums by day and stretch, so that every day can be tried without looking at an anchor again.
 */
import type { Cell } from "./cells.ts";
import type { Columns } from "./columns.ts";
import { place, triangleLength } from "./linear.ts";

/** Anchors between two deliveries, which share a constant. */
export interface Stretch {
  cells: Cell[];
  /** their sums together */
  sums: Float64Array;
}

/** The stretches of cells from a day on; what is too short to know its constant is left out. */
export function stretchesOf(cells: readonly Cell[], { width }: Columns, fromDay: number): Stretch[] {
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

export function anchorsOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.anchors, 0);
}

function add(into: Float64Array, sums: ArrayLike<number>): void {
  for (let at = 0; at < into.length; at += 1) into[at] = into[at]! + sums[at]!;
}

/** The sums of all stretches with their constants taken out. */
export function reducedOf(stretches: readonly Stretch[], width: number): Float64Array {
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

/**
 * Days at which a cause may have begun, youngest first: enough lies before them, and no cell reaches over their beginning.
 * @param base what must be known of the time before
 * @param afterDay those up to it are left out, save `keptDay`
 */
export function daysOf(
  stretches: readonly Stretch[],
  base: { baseDays: number; baseAnchors: number },
  { afterDay, keptDay }: { afterDay: number; keptDay: number | null },
): number[] {
  const days: number[] = [];
  const firstDay = stretches[0]?.cells[0]?.fromDay ?? 0;
  let [anchors, beforeDay, lastDay] = [0, 0, Number.NEGATIVE_INFINITY];
  for (const { fromDay, day, anchors: own } of stretches.flatMap((one) => one.cells)) {
    const isNew = fromDay > lastDay && (fromDay > afterDay || fromDay === keptDay);
    if (fromDay > lastDay) beforeDay = anchors;
    if (isNew && beforeDay >= base.baseAnchors && fromDay - firstDay >= base.baseDays) days.push(fromDay);
    anchors += own;
    lastDay = day;
  }
  return days.reverse();
}

export interface Products {
  /** by column of a cause: its products with all columns */
  cross: Float64Array[];
  /** products of the columns of causes with each other */
  own: Float64Array[];
}

/**
 * Products of the causes' columns when they count from a day on, and are zero before; sums grow from day to day.
 * @param days youngest first
 */
export function* productsByDay(
  stretches: readonly Stretch[],
  days: readonly number[],
  columns: Columns,
): Generator<{ day: number; products: Products }> {
  let after = noProducts(columns);
  let index = stretches.length - 1;
  let place = stretches[index]?.cells.length ?? 0;
  let since = new Float64Array(triangleLength(columns.width));
  for (const day of days) {
    while (index >= 0) {
      const { cells, sums } = stretches[index]!;
      for (; place > 0 && cells[place - 1]!.fromDay >= day; place -= 1) add(since, cells[place - 1]!.sums);
      if (place > 0) break;
      after = plus(after, productsOf(cells[0]!, since, sums, columns));
      index -= 1;
      place = stretches[index]?.cells.length ?? 0;
      since = new Float64Array(since.length);
    }
    const stretch = stretches[index];
    const first = stretch?.cells[place];
    const products = first === undefined ? after : plus(after, productsOf(first, since, stretch!.sums, columns));
    yield { day, products };
  }
}

function noProducts({ hours, inspected, width }: Columns): Products {
  const count = inspected - hours;
  const cross = Array.from({ length: count }, () => new Float64Array(width));
  return { cross, own: Array.from({ length: count }, () => new Float64Array(count)) };
}

function plus(a: Products, b: Products): Products {
  a.cross.forEach((row, k) => {
    add(b.cross[k]!, row);
    add(b.own[k]!, a.own[k]!);
  });
  return b;
}

/**
 * The same within one stretch.
 * @param first the cell they count from, and the sums from there on
 * @param whole sums of all cells of the stretch
 */
function productsOf(first: Cell, since: Float64Array, whole: Float64Array, columns: Columns): Products {
  const { hours, inspected, width } = columns;
  const count = inspected - hours;
  const start = first.first;
  const ones = Array.from({ length: count }, (_, k) => since[place(hours + k, 0)]! - start[hours + k]! * since[0]!);
  const { cross, own } = noProducts(columns);
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
