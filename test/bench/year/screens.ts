/** The screens of the console, each with the questions that its page asks of the API when it opens. */
import type { Random } from "@forecourt/simulators/random.ts";

export interface YearFacts {
  stations: readonly { id: string; county: string; tanks: readonly string[] }[];
  /** local days of the year, `YYYY-MM-DD` */
  from: string;
  to: string;
  cases: readonly string[];
  flags: readonly string[];
}

export interface Screen {
  name: string;
  /** who looks */
  login: "shangwu" | "shenji";
  /** @returns the paths that are asked for at once */
  questions: (facts: YearFacts, chance: Random) => string[];
}

const DAY_MS = 86_400_000;
const pick = <Value>(list: readonly Value[], chance: Random): Value => chance.pick(list, () => 1);
const dayOf = (text: string, days: number) => new Date(Date.parse(text) + days * DAY_MS).toISOString().slice(0, 10);
const someDay = ({ from, to }: YearFacts, chance: Random) =>
  dayOf(from, chance.integer(0, (Date.parse(to) - Date.parse(from)) / DAY_MS));

function statistics(by: string, step: string, span: "year" | "month" | "day"): Screen["questions"] {
  return (facts, chance) => {
    const from = span === "year" ? facts.from : someDay(facts, chance);
    const to = span === "year" ? facts.to : dayOf(from, span === "month" ? 29 : 0);
    const before = `from=${dayOf(from, -30)}&to=${dayOf(from, -1)}`;
    const kept = `step=${step}&by=${by}`;
    return [
      `/statistics/sales?from=${from}&to=${to}&${kept}`,
      `/statistics/sales?${before}&${kept}`,
      `/statistics/outliers?from=${from}&to=${to}`,
    ];
  };
}

function flags(filter: (facts: YearFacts, chance: Random) => string): Screen["questions"] {
  return (facts, chance) => [`/flags?limit=100&${filter(facts, chance)}`, "/rules", "/stations", "/views?page=flags"];
}

function stationPage({ stations }: YearFacts, chance: Random): string[] {
  const { id, tanks } = pick(stations, chance);
  return [
    `/stations/${id}`,
    `/sales?station=${id}&limit=30`,
    `/flags?station=${id}&state=open&limit=500`,
    `/stations/${id}/equipment`,
    `/stations/${id}/provisional`,
    ...tanks.map((tank) => `/tank-levels?station=${id}&tank=${tank}&limit=500`),
  ];
}

function daySales(facts: YearFacts, chance: Random): string[] {
  const { id } = pick(facts.stations, chance);
  const day = someDay(facts, chance);
  const span = `from=${day}T00:00:00%2B08:00&to=${dayOf(day, 1)}T00:00:00%2B08:00`;
  return [`/sales?station=${id}&${span}&limit=100`, `/stations/${id}`, "/stations"];
}

const officer = "shangwu" as const;

export const SCREENS: readonly Screen[] = [
  {
    name: "overview",
    login: officer,
    questions: () => ["/stations", "/open-flags", "/sales?limit=20", "/flags?limit=20", "/map"],
  },
  { name: "station", login: officer, questions: stationPage },
  { name: "flags", login: officer, questions: flags(() => "") },
  { name: "flags-severity", login: officer, questions: flags(() => "state=open&severity=high") },
  { name: "flags-department", login: officer, questions: flags(() => "department=market-regulation") },
  {
    name: "flags-county",
    login: officer,
    questions: flags(({ stations }, chance) => `county=${encodeURIComponent(pick(stations, chance).county)}`),
  },
  {
    name: "flag",
    login: officer,
    questions: (facts, chance) => (facts.flags.length === 0 ? [] : [`/flags/${pick(facts.flags, chance)}`]),
  },
  { name: "statistics-station-year", login: officer, questions: statistics("station", "month", "year") },
  { name: "statistics-station-days", login: officer, questions: statistics("station", "day", "month") },
  { name: "statistics-station-days-year", login: officer, questions: statistics("station", "day", "year") },
  { name: "statistics-county-hours", login: officer, questions: statistics("county", "hour", "month") },
  { name: "statistics-brand-time-of-day", login: officer, questions: statistics("brand", "hourOfDay", "year") },
  { name: "statistics-grade-year", login: officer, questions: statistics("grade", "day", "year") },
  { name: "sales-of-a-day", login: officer, questions: daySales },
  { name: "cases", login: officer, questions: () => ["/cases?open=true", "/stations"] },
  {
    name: "case",
    login: officer,
    questions: (facts, chance) => (facts.cases.length === 0 ? [] : [`/cases/${pick(facts.cases, chance)}`]),
  },
  { name: "registry", login: officer, questions: () => ["/registry/stations", "/registry/coverage"] },
  { name: "audit", login: "shenji", questions: () => ["/audit?limit=100", "/audit?limit=100&action=look"] },
];
