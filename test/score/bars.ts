/** The bars that the score must reach: read from their file, held against the rows. */
import { readFileSync } from "node:fs";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { parse } from "yaml";
import type { Row } from "./summary.ts";

const closed = { additionalProperties: false } as const;
const Share = Type.Number({ minimum: 0, maximum: 1 });
const BarSchema = Type.Object(
  {
    name: Type.String(),
    scenarios: Type.Array(Type.String(), { minItems: 1 }),
    found: Share,
    hours: Type.Number({ minimum: 0 }),
    named: Type.Optional(Share),
    litres: Type.Optional(Share),
  },
  closed,
);
const BarsSchema = Type.Object(
  {
    bars: Type.Array(BarSchema),
    honest: Type.Object({ wrongPerStationYear: Type.Number({ minimum: 0 }), inconclusiveShare: Share }, closed),
  },
  closed,
);

export interface Bars {
  bars: {
    name: string;
    scenarios: string[];
    found: number;
    hours: number;
    named?: number;
    litres?: number;
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

/** @throws Error when the file is not what its schema says */
export function readBars(path: string): Bars {
  const content: unknown = parse(readFileSync(path, "utf8"));
  const [error] = Value.Errors(BarsSchema, content);
  if (error !== undefined) throw new Error(`${path}: ${error.instancePath} ${error.message}`);
  return content as Bars;
}

/** Holds the rows against the bars; a bar without any of its scenarios is left out. */
export function holdAgainst(bars: Bars, rows: readonly Row[]): Held[] {
  return [...bars.bars.flatMap((bar) => heldBar(bar, rows)), ...heldHonest(bars, rows)];
}

function heldBar(bar: Bars["bars"][number], rows: readonly Row[]): Held[] {
  const ours = rows.filter((row) => bar.scenarios.some((name) => matches(row.scenario, name)));
  const hours = ours.flatMap((row) => row.hours);
  if (hours.length === 0) return [];
  const found = hours.filter((one) => one !== null && one <= bar.hours).length / hours.length;
  const held = [least(bar.name, `found within ${bar.hours} h`, found, bar.found)];
  const all = ours.reduce((sum, row) => sum + row.found, 0);
  if (bar.named !== undefined && all > 0) {
    held.push(least(bar.name, "named", ours.reduce((sum, row) => sum + row.named, 0) / all, bar.named));
  }
  const litres = ours.flatMap((row) => row.litres);
  if (bar.litres !== undefined && litres.length > 0) {
    const within = litres.filter(({ said, actual }) => Math.abs(said / actual - 1) <= 0.15).length / litres.length;
    held.push(least(bar.name, "litres within ± 15 %", within, bar.litres));
  }
  return held;
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
