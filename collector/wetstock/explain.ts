/**
 * Which single cause explains best what a tank's book did over some days: one nozzle, all nozzles, time, the night, or
 * what goes beyond the first 20 L of a fuelling. Each cause is one more column beside what is known of the chart, and
 * all are measured by how much of the unexplained squares they take away: the fairest comparison that is cheap.
 */
import { type Cell, reduced } from "./cells.ts";
import type { Columns } from "./columns.ts";
import { type Estimate, type Known, nullSystem, type System } from "./fit.ts";
import { place } from "./linear.ts";

export type CauseKind = "nozzle" | "all" | "time" | "night" | "night-all" | "beyond" | "beyond-all";

export interface Cause extends Estimate {
  kind: CauseKind;
  /** the nozzle's place; -1 for all nozzles and for time */
  nozzle: number;
  /** what it takes away of the squares, in units of the noise: the square of its significance */
  chi: number;
}

export interface Explanation {
  days: number;
  anchors: number;
  /** mean square of the residuals that the best cause leaves: 1 when the noise is as expected */
  misfit: number;
  /** best first */
  causes: Cause[];
  /** gain of all nozzles, and by how much it is another while somebody inspects; missing where nobody did */
  inspected?: { gain: number; change: Estimate };
}

export interface Direction {
  kind: CauseKind;
  nozzle: number;
  columns: readonly number[];
}

/** All causes of a tank. */
export function directionsOf(columns: Columns): Direction[] {
  const { nozzles, sold, night, beyond, hours } = columns;
  const each = (from: number, kind: CauseKind): Direction[] =>
    Array.from({ length: nozzles }, (_, nozzle) => ({ kind, nozzle, columns: [from + nozzle] }));
  const all = (from: number, kind: CauseKind): Direction[] =>
    nozzles === 1 ? [] : [{ kind, nozzle: -1, columns: Array.from({ length: nozzles }, (_, index) => from + index) }];
  return [
    ...each(sold, "nozzle"),
    ...all(sold, "all"),
    { kind: "time", nozzle: -1, columns: [hours] },
    ...each(night, "night"),
    ...all(night, "night-all"),
    ...each(beyond, "beyond"),
    ...all(beyond, "beyond-all"),
  ];
}

/** @returns undefined when there is too little to say anything */
export function explainDays(
  cells: readonly Cell[],
  columns: Columns,
  directions: readonly Direction[],
  window: Known & { days: number; fromDay: number },
): Explanation | undefined {
  const { sums, anchors, stretches } = reduced(cells, columns.width, window.fromDay);
  const dof = anchors - stretches - columns.nozzles - 2;
  if (dof < 8) return undefined;
  const system = nullSystem(sums, columns, window);
  if (system === undefined) return undefined;
  const { used, mean, covariance, residual } = system;
  const n = used.length;
  const causes: Cause[] = [];
  const cross = new Float64Array(n);
  for (const direction of directions) {
    let own = 0;
    let book = 0;
    cross.fill(0);
    for (const column of direction.columns) {
      book += at(sums, columns.book, column);
      for (const other of direction.columns) own += at(sums, column, other);
      for (let i = 0; i < n; i += 1) cross[i] = cross[i]! + at(sums, used[i]!, column);
    }
    for (let i = 0; i < n; i += 1) {
      book -= cross[i]! * mean[i]!;
      for (let j = 0; j < n; j += 1) own -= cross[i]! * covariance[i * n + j]! * cross[j]!;
    }
    if (own < 1e-6) continue;
    const { kind, nozzle } = direction;
    causes.push({ kind, nozzle, value: book / own, se: 1 / Math.sqrt(own), chi: (book * book) / own });
  }
  causes.sort((a, b) => b.chi - a.chi);
  const misfit = Math.max(1, (residual - (causes[0]?.chi ?? 0)) / dof);
  for (const cause of causes) {
    cause.chi /= misfit;
    cause.se *= Math.sqrt(misfit);
  }
  const inspected = inspectedOf(sums, columns, system, dof);
  return { days: window.days, anchors, misfit, causes, ...(inspected !== undefined && { inspected }) };
}

/** Fits all nozzles and what they sold while somebody inspected together: a cheat that is switched off shows there. */
function inspectedOf(sums: Float64Array, columns: Columns, system: System, dof: number): Explanation["inspected"] {
  const all = Array.from({ length: columns.nozzles }, (_, index) => columns.sold + index);
  const [a, b] = [[...all], [columns.inspected]] as const;
  const [aa, ab, bb] = [inner(sums, system, a, a), inner(sums, system, a, b), inner(sums, system, b, b)];
  const [ya, yb] = [beside(sums, columns, system, a), beside(sums, columns, system, b)];
  const det = aa * bb - ab * ab;
  if (bb < 1e-6 || det < 1e-6 * aa * bb) return undefined;
  const gain = (bb * ya - ab * yb) / det;
  const value = (aa * yb - ab * ya) / det;
  const misfit = Math.max(1, (system.residual - gain * ya - value * yb) / dof);
  return { gain, change: { value, se: Math.sqrt((aa / det) * misfit) } };
}

/** The product of two sums of columns, with what is known of the tank taken out. */
function inner(sums: Float64Array, { used, covariance }: System, a: readonly number[], b: readonly number[]): number {
  const n = used.length;
  const crossed = (columns: readonly number[]) =>
    used.map((one) => columns.reduce((sum, column) => sum + at(sums, one, column), 0));
  const [left, right] = [crossed(a), crossed(b)];
  let product = 0;
  for (const i of a) for (const j of b) product += at(sums, i, j);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) product -= left[i]! * covariance[i * n + j]! * right[j]!;
  }
  return product;
}

/** The product of the book and a sum of columns, with what is known of the tank taken out. */
function beside(sums: Float64Array, columns: Columns, { used, mean }: System, a: readonly number[]): number {
  let product = 0;
  for (const column of a) {
    product += at(sums, columns.book, column);
    used.forEach((one, index) => {
      product -= at(sums, one, column) * mean[index]!;
    });
  }
  return product;
}

function at(sums: Float64Array, i: number, j: number): number {
  return i >= j ? sums[place(i, j)]! : sums[place(j, i)]!;
}
