/** A span of days, cut so that whole months are read from the table of months and only the rest from that of days. */
import { firstDayOf, monthOf } from "./sums.ts";

/** Both ends belong to it. */
export interface DaySpan {
  fromDay: number;
  untilDay: number;
}

export interface MonthSpan {
  fromMonth: number;
  untilMonth: number;
}

export interface Cut {
  days: DaySpan[];
  months: MonthSpan | undefined;
}

/** @param span local days; empty when it ends before it begins */
export function cutMonths({ fromDay, untilDay }: DaySpan): Cut {
  if (untilDay < fromDay) return { days: [], months: undefined };
  const startsMonth = firstDayOf(monthOf(fromDay)) === fromDay;
  const fromMonth = startsMonth ? monthOf(fromDay) : monthOf(fromDay) + 1;
  const untilMonth = monthOf(untilDay + 1) - 1;
  if (untilMonth < fromMonth) return { days: [{ fromDay, untilDay }], months: undefined };
  const days: DaySpan[] = [];
  if (!startsMonth) days.push({ fromDay, untilDay: firstDayOf(fromMonth) - 1 });
  if (firstDayOf(untilMonth + 1) <= untilDay) days.push({ fromDay: firstDayOf(untilMonth + 1), untilDay });
  return { days, months: { fromMonth, untilMonth } };
}
