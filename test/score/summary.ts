/** From many stations to one row a scenario, with medians and shares. Pure. */
import type { CauseScore, StationScore } from "./judge.ts";

export interface Run extends StationScore {
  scenario: string;
  seed: number;
  historyMs: number;
  replayMs: number;
}

export interface Row {
  scenario: string;
  stations: number;
  days: number;
  causes: number;
  found: number;
  /** of those found: the subject itself was named */
  named: number;
  hoursMedian: number | null;
  hoursWorst: number | null;
  /** of those with litres: said / true − 1, median, and the share within ± 15 % */
  litresErrorMedian: number | null;
  litresWithin15: number | null;
  wrong: number;
  wrongPerYear: number;
  beside: number;
  inconclusiveShare: number;
  /** every cause's hours to find; null for those not found */
  hours: (number | null)[];
  /** what each of them is, in the same order */
  kinds: string[];
  hiddenDays: { days: number; told: number };
  /** what tanks gained unexplained on honest days, a share of what they sold, by version of the chart */
  residuals: { version: number; share: number }[];
  /** rules that had to tell and did not, and how often */
  missing: Record<string, number>;
  litres: { kind: string; said: number; actual: number }[];
}

/** One row. */
export function summarise(scenario: string, runs: readonly Run[]): Row {
  const causes = runs.flatMap((run) => run.causes);
  const found = causes.filter((one) => one.found);
  const days = sum(runs, (run) => run.days);
  const wrong = sum(runs, (run) => run.wrong.length);
  const litres = found
    .filter(hasLitres)
    .map((one) => ({ kind: one.kind, said: one.litresSaid, actual: one.litresTrue }));
  const errors = litres.map(({ said, actual }) => said / actual - 1);
  const hours = found.flatMap((one) => one.hours ?? []);
  return {
    scenario,
    stations: runs.length,
    days,
    causes: causes.length,
    found: found.length,
    named: found.filter((one) => one.named).length,
    hoursMedian: median(hours),
    hoursWorst: hours.length === 0 ? null : Math.max(...hours),
    litresErrorMedian: median(errors),
    litresWithin15: errors.length === 0 ? null : errors.filter((one) => Math.abs(one) <= 0.15).length / errors.length,
    wrong,
    wrongPerYear: (wrong / Math.max(1, days)) * 365,
    beside: sum(runs, (run) => run.beside.length),
    inconclusiveShare: sum(runs, (run) => run.inconclusiveDays) / Math.max(1, days),
    hours: causes.map((one) => (one.found ? one.hours : null)),
    kinds: causes.map((one) => one.kind),
    hiddenDays: { days: sum(runs, (run) => run.hiddenDays.days), told: sum(runs, (run) => run.hiddenDays.told) },
    residuals: runs.flatMap((run) => run.residuals),
    missing: countOf(causes.flatMap((one) => one.missing)),
    litres,
  };
}

function countOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

type WithLitres = CauseScore & { litresSaid: number; litresTrue: number };

function hasLitres(cause: CauseScore): cause is WithLitres {
  return cause.litresSaid !== null && cause.litresTrue !== null && cause.litresTrue > 1;
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.floor(sorted.length / 2)]!) / 2;
}

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}

/** The table that is printed. */
export function tableOf(rows: readonly Row[]): string {
  const head = [
    "scenario",
    "stations",
    "found",
    "named",
    "hours",
    "worst",
    "litres",
    "±15 %",
    "wrong",
    "/year",
    "beside",
    "inconcl.",
  ];
  const cells = rows.map((row) => [
    row.scenario,
    String(row.stations),
    row.causes === 0 ? "-" : `${row.found}/${row.causes}`,
    row.causes === 0 ? "-" : `${row.named}/${row.found}`,
    figure(row.hoursMedian, 1),
    figure(row.hoursWorst, 1),
    row.litresErrorMedian === null ? "-" : `${(row.litresErrorMedian * 100).toFixed(1)} %`,
    row.litresWithin15 === null ? "-" : `${(row.litresWithin15 * 100).toFixed(0)} %`,
    String(row.wrong),
    row.wrongPerYear.toFixed(2),
    String(row.beside),
    `${(row.inconclusiveShare * 100).toFixed(1)} %`,
  ]);
  const widths = head.map((name, index) => Math.max(name.length, ...cells.map((row) => row[index]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, index) => (index === 0 ? cell.padEnd(widths[index]!) : cell.padStart(widths[index]!))).join("  ");
  return [line(head), ...cells.map(line)].join("\n");
}

function figure(value: number | null, digits: number): string {
  return value === null ? "-" : value.toFixed(digits);
}
