/** The bars that the score must reach: read from their file, held against the rows. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { Row } from "./summary.ts";

export interface Bars {
  bars: {
    name: string;
    scenarios: string[];
    /** what of these scenarios counts; all of it when left out */
    kinds?: string[];
    found: number;
    hours: number;
    named?: number;
    litres?: number;
    /** how near the litres must be, a share; 0.15 when it is left out */
    within?: number;
  }[];
  /** of the days on which at least 100 L went past the tax ports of a tank: share told by the next noon */
  hidden?: { scenarios: string[]; told: number };
  /** median of the daily residual of a chart, a share of what the tank sold, by version of the calibration */
  chart?: {
    scenarios: string[];
    residual: number;
    /** bars of the first versions, in their order, where no chart can be as exact so early */
    early?: number[];
  }[];
  honest: { wrongPerStationYear: number; inconclusiveShare: number };
}

export interface Held {
  name: string;
  figure: string;
  value: number;
  bar: number;
  /** `least`: the value must not be below; `most`: not above */
  kind: "least" | "most";
  reached: boolean;
}

/** @throws Error when the file does not hold bars: a misspelt bar must not be one that nothing can fail */
export function readBars(path: string): Bars {
  const content = parse(readFileSync(path, "utf8")) as Bars;
  const wrong = (what: string) => new Error(`${path}: ${what}`);
  if (!Array.isArray(content?.bars)) throw wrong("bars must be a list");
  for (const bar of content.bars) {
    const { name, scenarios, kinds = [], found, hours, named = 0, litres = 0, within = 0, ...others } = bar;
    const unknown = Object.keys(others);
    if (unknown.length > 0) throw wrong(`bar ${name}: ${unknown.join()} is no part of a bar`);
    if (!Array.isArray(kinds)) throw wrong(`bar ${name}: kinds must be a list`);
    if (!Array.isArray(scenarios) || scenarios.length === 0) throw wrong(`bar ${name}: scenarios must be a list`);
    if (![found, named, litres, within].every(isShare) || !(hours >= 0))
      throw wrong(`bar ${name}: a figure is out of range`);
  }
  const { wrongPerStationYear, inconclusiveShare } = content.honest;
  if (!(wrongPerStationYear >= 0) || !isShare(inconclusiveShare)) throw wrong("honest: a figure is out of range");
  return content;
}

function isShare(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= 1;
}

/** Holds the rows against the bars; a bar without any of its scenarios is left out. */
export function holdAgainst(bars: Bars, rows: readonly Row[]): Held[] {
  return [
    ...bars.bars.flatMap((bar) => heldBar(bar, rows)),
    ...heldHidden(bars, rows),
    ...heldCharts(bars, rows),
    ...heldHonest(bars, rows),
  ];
}

function heldHidden({ hidden }: Bars, rows: readonly Row[]): Held[] {
  const ours = rows.filter((row) => hidden?.scenarios.some((name) => matches(row.scenario, name)));
  const days = ours.reduce((sum, row) => sum + row.hiddenDays.days, 0);
  if (hidden === undefined || days === 0) return [];
  const told = ours.reduce((sum, row) => sum + row.hiddenDays.told, 0) / days;
  return [least("sales past the tax port", "days with 100 L told by the next noon", told, hidden.told)];
}

function heldBar(bar: Bars["bars"][number], rows: readonly Row[]): Held[] {
  const ours = rows.filter((row) => bar.scenarios.some((name) => matches(row.scenario, name)));
  const counts = (kind: string | undefined) => bar.kinds === undefined || bar.kinds.includes(kind!);
  const hours = ours.flatMap((row) => row.hours.filter((_, index) => counts(row.kinds[index])));
  if (hours.length === 0) return [];
  const found = hours.filter((one) => one !== null && one <= bar.hours).length / hours.length;
  const held = [least(bar.name, `found within ${bar.hours} h`, found, bar.found)];
  const all = ours.reduce((sum, row) => sum + row.found, 0);
  if (bar.named !== undefined && all > 0) {
    held.push(least(bar.name, "named", ours.reduce((sum, row) => sum + row.named, 0) / all, bar.named));
  }
  const litres = ours.flatMap((row) => row.litres.filter(({ kind }) => counts(kind)));
  if (bar.litres !== undefined && litres.length > 0) {
    const { within = 0.15 } = bar;
    const near = litres.filter(({ said, actual }) => Math.abs(said / actual - 1) <= within).length / litres.length;
    held.push(least(bar.name, `litres within ± ${Math.round(within * 100)} %`, near, bar.litres));
  }
  return held;
}

/** The first version of a chart is made after 200 sales; the next ones after some hundreds and thousands. */
function heldCharts({ chart = [] }: Bars, rows: readonly Row[]): Held[] {
  return chart.flatMap(({ scenarios, residual, early = [] }) => {
    const ours = rows.filter((row) => scenarios.some((name) => matches(row.scenario, name)));
    const all = ours.flatMap((row) => row.residuals);
    const versions = [...new Set(all.map(({ version }) => version))].sort((a, b) => a - b);
    return versions.map((version) => {
      const shares = all.filter((one) => one.version === version).map(({ share }) => Math.abs(share));
      const middle = shares.sort((a, b) => a - b)[Math.floor(shares.length / 2)]!;
      const name = `chart calibration, ${scenarios.join()}`;
      return most(name, `daily residual by version ${version}, median`, middle, early[version - 1] ?? residual);
    });
  });
}

const LONG_DAYS = 150;

/** Wrong flags count at every station, those with a cheat as well: before it begins they are honest. */
function heldHonest({ honest }: Bars, rows: readonly Row[]): Held[] {
  const ours = rows.filter((row) => row.scenario.startsWith("honest"));
  const days = ours.reduce((sum, row) => sum + row.days, 0);
  if (days === 0) return [];
  const wrong = (ours.reduce((sum, row) => sum + row.wrong, 0) / days) * 365;
  const held = [most("honest stations", "wrong flags a station-year", wrong, honest.wrongPerStationYear)];
  // In a month the days until the charts are calibrated weigh too much: only long runs say it.
  const long = ours.filter((row) => row.days / row.stations >= LONG_DAYS);
  const longDays = long.reduce((sum, row) => sum + row.days, 0);
  if (longDays === 0) return held;
  const inconclusive = long.reduce((sum, row) => sum + row.inconclusiveShare * row.days, 0) / longDays;
  return [
    ...held,
    most("honest stations", "inconclusive share of station-days", inconclusive, honest.inconclusiveShare),
  ];
}

function least(name: string, figure: string, value: number, bar: number): Held {
  return { name, figure, value, bar, kind: "least", reached: value >= bar };
}

function most(name: string, figure: string, value: number, bar: number): Held {
  return { name, figure, value, bar, kind: "most", reached: value <= bar };
}

function matches(scenario: string, name: string): boolean {
  return name.endsWith("*") ? scenario.startsWith(name.slice(0, -1)) : scenario === name;
}
