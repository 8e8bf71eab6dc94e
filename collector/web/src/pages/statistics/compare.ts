/** Another span to compare with: which days, and which of its steps stands beside which of those that are shown. Pure. */
import type { SaleStatistics } from "../../../../api/statistics-schemas.ts";
import { formatScaled } from "../../format/number.ts";
import { type Choices, type StepName, spanBefore } from "./choices.ts";

export const COMPARISONS = ["before", "year"] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** The days that are compared with: as many that lie just before, or the same days a year earlier. */
export function comparedSpan({ from, to, compare }: Pick<Choices, "from" | "to" | "compare">): {
  from: string;
  to: string;
} {
  return compare === "before" ? spanBefore(from, to) : { from: yearEarlier(from), to: yearEarlier(to) };
}

function yearEarlier(day: string): string {
  const earlier = `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`;
  // There is no 29 February every year.
  return day.endsWith("-02-29") ? `${earlier.slice(0, 8)}28` : earlier;
}

/** How much more or less than before, such as `+3.4 %`. @param before not 0 */
export function changeText(now: number, before: number): string {
  const permille = Math.round(((now - before) * 1_000) / before);
  return `${permille > 0 ? "+" : ""}${formatScaled(permille, 1)} %`;
}

/**
 * Volumes of the compared span by the steps that are shown, 0.01 L; null where nothing stands beside a step.
 * @param steps as the API names them
 */
export function comparedVolumes(
  steps: readonly string[],
  items: SaleStatistics["items"],
  of: { step: StepName; from: string; compared: { from: string } },
): (number | null)[] {
  const volumes = new Map<string, number>();
  for (const { at, volumeCl } of items) volumes.set(at ?? "", (volumes.get(at ?? "") ?? 0) + volumeCl);
  const beside = besideOf(of);
  return steps.map((step) => volumes.get(beside(step)) ?? null);
}

function besideOf({ step, from, compared }: { step: StepName; from: string; compared: { from: string } }) {
  const apartMs = Date.parse(from) - Date.parse(compared.from);
  return (text: string): string => {
    switch (step) {
      case "hour":
        // As the API writes hours: with milliseconds and the zone of the stations.
        return `${new Date(Date.parse(text) - apartMs + 8 * 3_600_000).toISOString().slice(0, 23)}+08:00`;
      case "day":
        return new Date(Date.parse(text) - apartMs).toISOString().slice(0, 10);
      case "month":
        return monthEarlier(text, monthsBetween(compared.from, from));
      case "year":
        return String(Number(text) - (Number(from.slice(0, 4)) - Number(compared.from.slice(0, 4))));
      default:
        return text;
    }
  };
}

const monthOf = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
const monthsBetween = (first: string, second: string) => monthOf(second) - monthOf(first);

function monthEarlier(text: string, months: number): string {
  const month = monthOf(text) - months;
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;
}
