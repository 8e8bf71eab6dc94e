/** What the page of statistics shows, as it stands in its address, so that a view can be kept and sent. */

export const SPANS = ["today", "week", "month", "thisMonth", "year"] as const;
export type SpanName = (typeof SPANS)[number];

const STEPS = ["hour", "day", "month", "year", "hourOfDay"] as const;
export type StepName = (typeof STEPS)[number];

const GROUPS = ["grade", "county", "brand", "station", "nozzle"] as const;
export type GroupName = (typeof GROUPS)[number];

export interface Choices {
  /** first and last day at the stations, `YYYY-MM-DD` */
  from: string;
  to: string;
  step: StepName;
  by: GroupName;
  county: string | undefined;
  brand: string | undefined;
  /** ids, separated by commas where several are compared */
  station: string | undefined;
  grade: string | undefined;
  /** what the span is compared with */
  compare: "before" | "year";
}

const DAY_MS = 86_400_000;
const ZONE_MS = 8 * 3_600_000;
/** The API gives hours for at most so many days. */
const MOST_DAYS_OF_HOURS = 62;

const dayText = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** The first and last day of a named span. @param nowMs epoch ms */
export function spanOf(name: SpanName, nowMs: number): { from: string; to: string } {
  const today = nowMs + ZONE_MS;
  const to = dayText(today);
  switch (name) {
    case "today":
      return { from: to, to };
    case "week":
      return { from: dayText(today - 6 * DAY_MS), to };
    case "month":
      return { from: dayText(today - 29 * DAY_MS), to };
    case "thisMonth":
      return { from: `${to.slice(0, 8)}01`, to };
    default:
      return { from: dayText(today - 364 * DAY_MS), to };
  }
}

/** Days of a span, both ends counted; 0 when it is none. */
export function daysOf(from: string, to: string): number {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return Number.isNaN(days) ? 0 : Math.max(0, days);
}

/** The span of the same length that ends the day before. */
export function spanBefore(from: string, to: string): { from: string; to: string } {
  const first = Date.parse(from);
  return { from: dayText(first - daysOf(from, to) * DAY_MS), to: dayText(first - DAY_MS) };
}

/** A span whose end that was just chosen holds; the other end follows it where they would cross. */
export function ordered(from: string, to: string, chosen: "from" | "to"): { from: string; to: string } {
  if (from <= to) return { from, to };
  return chosen === "from" ? { from, to: from } : { from: to, to };
}

/** Reads the address; what is missing or wrong is as it usually is. */
export function choicesOf(search: URLSearchParams, nowMs: number): Choices {
  const day = (name: string) => {
    const text = search.get(name) ?? "";
    return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
  };
  const named = SPANS.find((name) => name === search.get("span"));
  const usual = spanOf(named ?? "month", nowMs);
  const [from, to] = [day("from") ?? usual.from, day("to") ?? usual.to];
  const span = from <= to ? { from, to } : { from: to, to: from };
  const station = search.get("station") ?? undefined;
  const step = STEPS.find((name) => name === search.get("step")) ?? usualStep(span.from, span.to);
  const by = GROUPS.find((name) => name === search.get("by")) ?? "grade";
  return {
    ...span,
    ...possible(step, by, station, daysOf(span.from, span.to)),
    county: search.get("county") ?? undefined,
    brand: search.get("brand") ?? undefined,
    station,
    grade: search.get("grade") ?? undefined,
    compare: search.get("compare") === "year" ? "year" : "before",
  };
}

/** The API refuses hours of long spans, and nozzles by the hour or without a station: they are not offered either. */
export function possibleSteps(days: number, by: GroupName): StepName[] {
  const refused = by === "nozzle" ? ["hour", "hourOfDay"] : days > MOST_DAYS_OF_HOURS ? ["hour"] : [];
  return STEPS.filter((name) => !refused.includes(name));
}

/** The groups that can be told apart there. */
export function possibleGroups(station: string | undefined): GroupName[] {
  return GROUPS.filter((name) => name !== "nozzle" || (station !== undefined && !station.includes(",")));
}

function possible(step: StepName, asked: GroupName, station: string | undefined, days: number) {
  const by: GroupName = possibleGroups(station).includes(asked) ? asked : "grade";
  return { by, step: possibleSteps(days, by).includes(step) ? step : ("day" as const) };
}

/** The step that gives a readable picture of a span. */
export function usualStep(from: string, to: string): StepName {
  const days = daysOf(from, to);
  if (days <= 2) return "hour";
  return days <= 92 ? "day" : "month";
}

/** The address under which a view is kept: a named span stays what it is called, so that it goes on with the days. */
export function keptAddress(choices: Choices, nowMs: number): URLSearchParams {
  const { from, to, ...others } = choices;
  const named = SPANS.find((name) => {
    const span = spanOf(name, nowMs);
    return span.from === from && span.to === to;
  });
  const kept = named === undefined ? { from, to, ...others } : { span: named, ...others };
  return new URLSearchParams(Object.entries(kept).filter(([, value]) => value !== undefined) as [string, string][]);
}

/** The days of a step that was pointed at, and the step that shows them; undefined for an hour or a time of day. */
export function within(step: StepName, at: string): { from: string; to: string; step: StepName } | undefined {
  if (step === "day") return { from: at, to: at, step: "hour" };
  if (step === "month") {
    const next = new Date(Date.UTC(Number(at.slice(0, 4)), Number(at.slice(5, 7)), 0));
    return { from: `${at}-01`, to: dayText(next.getTime()), step: "day" };
  }
  return step === "year" ? { from: `${at}-01-01`, to: `${at}-12-31`, step: "month" } : undefined;
}
