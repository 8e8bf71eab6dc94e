/**
 * Sums of products over the anchors of one day and one stretch between deliveries: enough to fit any days together
 * later. Within a stretch all days share a constant; between stretches they do not.
 */
import { place, triangleLength } from "./linear.ts";

export interface Cell {
  stretch: number;
  /** local days, counted from the epoch: the last one and, where older cells were joined, the first */
  day: number;
  fromDay: number;
  /** the columns of its first anchor: what begins with this cell counts from there */
  first: number[];
  anchors: number;
  /** lower triangle of the weighted sums of products of all columns */
  sums: number[];
}

/** Older cells of one stretch are joined after so many days: a cheat that began before can be dated no more. */
const JOINED_DAYS = 16;
/** No judgement looks further back. */
const KEPT_DAYS = 60;

/** Adds an anchor. @param weight 1 / variance, 1/L² */
export function addAnchor(
  cells: Cell[],
  at: { stretch: number; day: number },
  row: Float64Array,
  weight: number,
): void {
  let cell = cells[cells.length - 1];
  if (cell === undefined || cell.stretch !== at.stretch || cell.day !== at.day) {
    const sums = new Array<number>(triangleLength(row.length)).fill(0);
    cell = { ...at, fromDay: at.day, first: Array.from(row), anchors: 0, sums };
    cells.push(cell);
  }
  cell.anchors += 1;
  const { sums } = cell;
  let index = 0;
  for (let i = 0; i < row.length; i += 1) {
    const weighted = row[i]! * weight;
    for (let j = 0; j <= i; j += 1) {
      sums[index] = sums[index]! + weighted * row[j]!;
      index += 1;
    }
  }
}

/**
 * Joins and drops what is old.
 * @param sinceDay a day at which something seems to have begun: cells before and from it are not joined
 */
export function prune(cells: Cell[], today: number, sinceDay: number | null): void {
  let index = 0;
  while (index < cells.length) {
    const cell = cells[index]!;
    const before = cells[index - 1];
    if (cell.day < today - KEPT_DAYS) {
      cells.splice(index, 1);
    } else if (
      cell.day < today - JOINED_DAYS &&
      before !== undefined &&
      before.stretch === cell.stretch &&
      cell.fromDay !== sinceDay
    ) {
      for (let at = 0; at < cell.sums.length; at += 1) before.sums[at] = before.sums[at]! + cell.sums[at]!;
      before.anchors += cell.anchors;
      before.day = cell.day;
      cells.splice(index, 1);
    } else {
      index += 1;
    }
  }
}

/**
 * The sums of some days with the constants of the stretches taken out.
 * @returns the reduced triangle (the row of the constant is zero), and how many anchors and stretches are in it
 */
export function reduced(
  cells: readonly Cell[],
  width: number,
  fromDay: number,
): { sums: Float64Array; anchors: number; stretches: number } {
  const sums = new Float64Array(triangleLength(width));
  const one = new Float64Array(sums.length);
  let anchors = 0;
  let stretches = 0;
  for (let index = 0; index < cells.length; ) {
    const { stretch } = cells[index]!;
    one.fill(0);
    let count = 0;
    for (; index < cells.length && cells[index]!.stretch === stretch; index += 1) {
      const cell = cells[index]!;
      if (cell.day < fromDay) continue;
      for (let at = 0; at < one.length; at += 1) one[at] = one[at]! + cell.sums[at]!;
      count += cell.anchors;
    }
    if (count < 3) continue;
    anchors += count;
    stretches += 1;
    addReduced(sums, one, width);
  }
  return { sums, anchors, stretches };
}

function addReduced(into: Float64Array, sums: Float64Array, width: number): void {
  const weight = sums[0]!;
  for (let i = 1; i < width; i += 1) {
    const first = sums[place(i, 0)]! / weight;
    for (let j = 1; j <= i; j += 1) {
      const at = place(i, j);
      into[at] = into[at]! + sums[at]! - first * sums[place(j, 0)]!;
    }
  }
}
