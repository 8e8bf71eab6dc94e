/**
 * Times in records and APIs: RFC 3339 with milliseconds and the offset of the station's zone, which is
 * Asia/Shanghai (UTC+8, no daylight saving since 1991). In code a time is epoch milliseconds UTC.
 */

const OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;
const SHAPE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}\+08:00$/;

/** The pattern of a formatted time, for schemas. */
export const TIME_PATTERN = "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}\\+08:00$";

/**
 * Writes a time as RFC 3339 with offset +08:00.
 * @param epochMs epoch milliseconds UTC, an integer between the years 0 and 9999
 */
export function formatTime(epochMs: number): string {
  return `${new Date(epochMs + OFFSET_MS).toISOString().slice(0, -1)}+08:00`;
}

/**
 * Reads a time written by {@link formatTime}.
 * @returns epoch milliseconds UTC, or undefined when the text is not of that form or no such instant exists
 */
export function parseTime(text: string): number | undefined {
  if (!SHAPE.test(text)) return undefined;
  const dayMs = dayOf(text.slice(0, DATE_LENGTH));
  const [hour, minute, second] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)] as const;
  if (dayMs === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  const ms = (text.charCodeAt(20) - ZERO) * 100 + twoDigits(text, 21);
  return dayMs + ((hour * 60 + minute) * 60 + second) * 1_000 + ms;
}

const DATE_LENGTH = "2026-03-01".length;
const ZERO = 48;

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
}

/** The first moment of a day at the station, epoch ms; undefined when no such day exists. */
function dayOf(date: string): number | undefined {
  // Times come in their order: the day is mostly that of the time before.
  if (date === lastParsed.date) return lastParsed.ms;
  const utcMs = Date.parse(`${date}T00:00:00.000Z`);
  const exists = !Number.isNaN(utcMs) && new Date(utcMs).toISOString().startsWith(date);
  lastParsed = { date, ms: exists ? utcMs - OFFSET_MS : undefined };
  return lastParsed.ms;
}

let lastParsed: { date: string; ms: number | undefined } = { date: "", ms: undefined };

/**
 * The calendar date at the station.
 * @param epochMs epoch milliseconds UTC
 * @returns `YYYY-MM-DD` in Asia/Shanghai
 */
export function localDate(epochMs: number): string {
  const day = Math.floor((epochMs + OFFSET_MS) / DAY_MS);
  // Whoever walks through records asks for the same day thousands of times.
  if (day !== lastDay.day) lastDay = { day, date: formatTime(epochMs).slice(0, 10) };
  return lastDay.date;
}

let lastDay = { day: Number.NaN, date: "" };
