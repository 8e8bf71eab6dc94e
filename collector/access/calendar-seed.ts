/**
 * The holidays that the package `chinese-days` knows. Beyond its years it calls every weekday a working day without a
 * word, so only years in which it knows a holiday are taken.
 */
import chineseDays from "chinese-days";
import type { SpecialDay } from "./calendar.ts";

const DAY_MS = 86_400_000;

/** @returns undefined when the package does not know the year */
export function knownYear(year: number): SpecialDay[] | undefined {
  const days: SpecialDay[] = [];
  for (let atMs = Date.UTC(year, 0, 1); atMs < Date.UTC(year + 1, 0, 1); atMs += DAY_MS) {
    const day = new Date(atMs).toISOString().slice(0, 10);
    const { work, name } = chineseDays.getDayDetail(day);
    const weekday = new Date(atMs).getUTCDay();
    const isWeekday = weekday !== 0 && weekday !== 6;
    // Names are `Labour Day,劳动节,1`; of an ordinary day the name is the weekday's.
    if (name.includes(",")) days.push({ day, working: work, name: name.split(",")[1] ?? name });
    else if (work !== isWeekday) days.push({ day, working: work, name: "" });
  }
  return days.some(({ working }) => !working) ? days : undefined;
}
