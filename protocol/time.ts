/**
 * Times in records and APIs: RFC 3339 with milliseconds and the offset of the station's zone, which is
 * Asia/Shanghai (UTC+8, no daylight saving since 1991). In code a time is epoch milliseconds UTC.
 */

const OFFSET_MS = 8 * 3_600_000;
const SHAPE = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3})\+08:00$/;

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
  const match = SHAPE.exec(text);
  if (match === null) return undefined;
  const local = Date.parse(`${match[1]}Z`);
  if (Number.isNaN(local)) return undefined;
  const epochMs = local - OFFSET_MS;
  return formatTime(epochMs) === text ? epochMs : undefined;
}

/**
 * The calendar date at the station.
 * @param epochMs epoch milliseconds UTC
 * @returns `YYYY-MM-DD` in Asia/Shanghai
 */
export function localDate(epochMs: number): string {
  return formatTime(epochMs).slice(0, 10);
}
