/** One measured figure, as it stands in `.run/bench.json`. */
export interface BenchRow {
  name: string;
  value: number;
  unit: string;
  /** what we aim at; empty when the figure is only reported */
  aim: { min?: number; max?: number };
  /** what the figure stands beside, measured in the same run, or what it is a share of */
  comparedWith: string;
}

/** A line of work that can be measured by its name. */
export interface Bench {
  name: string;
  run: () => Promise<BenchRow[]>;
}

/** Whether the figure reaches its aim. */
export function reaches({ value, aim }: BenchRow): boolean {
  return value >= (aim.min ?? Number.NEGATIVE_INFINITY) && value <= (aim.max ?? Number.POSITIVE_INFINITY);
}

/** The value below which half of the values lie. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
