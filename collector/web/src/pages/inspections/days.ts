/** Days of the prefecture (UTC+8), as `2026-03-02`. */

const OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** Today. @param nowMs epoch ms */
export function today(nowMs = Date.now()): string {
  return new Date(nowMs + OFFSET_MS).toISOString().slice(0, 10);
}

/** The last days, the oldest first, today included. */
export function lastDays(count: number, nowMs = Date.now()): string[] {
  return Array.from({ length: count }, (_, index) => today(nowMs - (count - 1 - index) * DAY_MS));
}
