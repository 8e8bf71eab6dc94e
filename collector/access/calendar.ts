/**
 * Working days in China: weekends, public holidays and the weekends that are worked instead. Years that nobody has
 * entered are told apart from years without holidays: a day there is only presumed. Pure.
 */
import { localDate, parseTime } from "@forecourt/protocol/time.ts";
import { DAY_MS } from "./policy.ts";

/** A day that is not what its day of the week says. */
export interface SpecialDay {
  /** such as 2026-10-01 */
  day: string;
  working: boolean;
  /** such as 国庆节 */
  name: string;
}

export interface Calendar {
  special: ReadonlyMap<string, Pick<SpecialDay, "working">>;
  /** years whose holidays have been entered */
  years: ReadonlySet<number>;
}

export interface Due {
  /** the end of the last day, epoch ms */
  atMs: number;
  /** false: a year on the way has not been entered, and holidays there were not counted */
  isCovered: boolean;
}

/** Nobody counts further. */
const MOST_DAYS = 400;

function isWorking(day: string, { special }: Calendar): boolean {
  const known = special.get(day);
  if (known !== undefined) return known.working;
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6;
}

/** The end of the n-th working day after the day (Asia/Shanghai) of a moment. */
export function dueAfter(fromMs: number, workingDays: number, calendar: Calendar): Due {
  let left = workingDays;
  let isCovered = true;
  let atMs = parseTime(`${localDate(fromMs)}T00:00:00.000+08:00`) ?? fromMs;
  for (let days = 0; left > 0 && days < MOST_DAYS; days += 1) {
    atMs += DAY_MS;
    const day = localDate(atMs);
    isCovered &&= calendar.years.has(Number(day.slice(0, 4)));
    if (isWorking(day, calendar)) left -= 1;
  }
  return { atMs: atMs + DAY_MS - 1, isCovered };
}

/** The last day of the years that follow each other from the moment's; undefined when its own is missing. */
export function coveredUntil(atMs: number, { years }: Pick<Calendar, "years">): string | undefined {
  const first = Number(localDate(atMs).slice(0, 4));
  if (!years.has(first)) return undefined;
  let last = first;
  while (years.has(last + 1)) last += 1;
  return `${last}-12-31`;
}
