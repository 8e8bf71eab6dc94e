/** Days and moments of the station's zone, as forms and filters write them. */

const OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** The day that comes so many days from now, `2027-06-30`. */
export function dayIn(days: number, nowMs = Date.now()): string {
  return new Date(nowMs + days * DAY_MS + OFFSET_MS).toISOString().slice(0, "2027-06-30".length);
}

/** A moment as a field for date and time holds it, to the minute: `2027-06-30T08:00`. */
export function fieldOf(epochMs: number): string {
  return new Date(epochMs + OFFSET_MS).toISOString().slice(0, "2027-06-30T08:00".length);
}

/** What such a field says, as the API wants it. */
export function momentOf(field: string): string {
  return `${field}:00+08:00`;
}
