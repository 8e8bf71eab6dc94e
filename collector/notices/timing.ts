/**
 * When a notice is sent: at once, or with the others of the hour or day; never in somebody's quiet hours, unless it is
 * urgent and they let that through; and when it is tried again. Hours are the prefecture's (Asia/Shanghai). Pure.
 */
import { formatTime, localDate, parseTime } from "@forecourt/protocol/time.ts";
import type { Preferences } from "./preferences.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** After each try that failed; when they are used up the notice is dead. Together a little over a day. */
const RETRY_AFTER_MS = [
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  HOUR_MS,
  4 * HOUR_MS,
  8 * HOUR_MS,
  12 * HOUR_MS,
] as const;

/** How long after its n-th failed try a notice is tried again; undefined: not any more. @param tries 1, 2, 3 … */
export function retryAfterMs(tries: number): number | undefined {
  return RETRY_AFTER_MS[tries - 1];
}

type Wishes = Pick<Preferences, "quiet" | "urgentThrough" | "digest" | "dailyAt">;

/** When a notice that goes out now is due for somebody, epoch ms. */
export function dueMs(wishes: Wishes, urgent: boolean, nowMs: number): number {
  if (urgent && wishes.urgentThrough) return nowMs;
  return afterQuiet(wishes, urgent, gathered(wishes, nowMs));
}

/** The end of the quiet hours in which a moment lies, or the moment itself. */
export function afterQuiet({ quiet, urgentThrough }: Wishes, urgent: boolean, atMs: number): number {
  if (quiet === null || (urgent && urgentThrough) || !within(quiet, timeOfDay(atMs))) return atMs;
  return nextAt(quiet.until, atMs);
}

function gathered({ digest, dailyAt }: Wishes, nowMs: number): number {
  // The zone is a whole number of hours from UTC.
  if (digest === "hourly") return (Math.floor(nowMs / HOUR_MS) + 1) * HOUR_MS;
  return digest === "daily" ? nextAt(dailyAt, nowMs) : nowMs;
}

/** `22:00` to `07:00` goes over midnight; from a time to the same is the whole day. */
function within({ from, until }: { from: string; until: string }, time: string): boolean {
  return from < until ? time >= from && time < until : time >= from || time < until;
}

function timeOfDay(atMs: number): string {
  return formatTime(atMs).slice(11, 16);
}

/** The next moment at which the clock shows a time, after this one. @param time such as `08:30` */
export function nextAt(time: string, afterMs: number): number {
  const today = momentOf(localDate(afterMs), time);
  return today > afterMs ? today : today + DAY_MS;
}

/** A time of a day, epoch ms. @param day such as 2026-03-01 @throws RangeError when there is no such moment: a mistake of ours */
export function momentOf(day: string, time: string): number {
  const atMs = parseTime(`${day}T${time}:00.000+08:00`);
  if (atMs === undefined) throw new RangeError(`there is no moment ${day} ${time}`);
  return atMs;
}
