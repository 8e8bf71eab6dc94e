/** Days and months of the station's calendar, as the text that the tax port takes: `YYYY-MM-DD` and `YYYY-MM`. */

const DAY_MS = 86_400_000;

export function dayBefore(date: string): string {
  return textOf(Date.parse(`${date}T00:00:00Z`) - DAY_MS);
}

export function monthBefore(month: string): string {
  return dayBefore(`${month}-01`).slice(0, 7);
}

/** The days after `after`, up to and with `last`; none when there are none. */
export function daysAfter(after: string, last: string): string[] {
  const from = Date.parse(`${after}T00:00:00Z`);
  const count = Math.round((Date.parse(`${last}T00:00:00Z`) - from) / DAY_MS);
  return Array.from({ length: Math.max(0, count) }, (_, index) => textOf(from + (index + 1) * DAY_MS));
}

function textOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
