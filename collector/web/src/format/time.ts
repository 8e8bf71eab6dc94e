/**
 * Writes times of the API (RFC 3339 with offset) at the station's zone, which is Asia/Shanghai (UTC+8, no daylight
 * saving since 1991), whatever zone the reader's machine is in; and durations in the reader's language.
 */
import type { Language } from "../language/language.ts";
import { MISSING } from "./quantity.ts";

const OFFSET_MS = 8 * 3_600_000;

function localParts(time: string): { date: string; clock: string } | undefined {
  const epochMs = Date.parse(time);
  if (Number.isNaN(epochMs)) return undefined;
  const text = new Date(epochMs + OFFSET_MS).toISOString();
  return { date: text.slice(0, 10), clock: text.slice(11, 19) };
}

/** Date and time with seconds: `2026-11-24 12:03:22`; a dash for null, the text itself when it is no time. */
export function formatDateTime(time: string | null | undefined): string {
  if (time === null || time === undefined) return MISSING;
  const parts = localParts(time);
  return parts === undefined ? time : `${parts.date} ${parts.clock}`;
}

/**
 * The time alone when it is of today, else with month and day: `12:03:22` or `11-23 12:03:22`.
 * @param nowMs epoch milliseconds UTC
 */
export function formatRecent(time: string | null | undefined, nowMs: number): string {
  if (time === null || time === undefined) return MISSING;
  const parts = localParts(time);
  if (parts === undefined) return time;
  const today = new Date(nowMs + OFFSET_MS).toISOString().slice(0, 10);
  return parts.date === today ? parts.clock : `${parts.date.slice(5)} ${parts.clock}`;
}

const UNITS: { ms: number; zh: string; en: string }[] = [
  { ms: 86_400_000, zh: "天", en: "d" },
  { ms: 3_600_000, zh: "小时", en: "h" },
  { ms: 60_000, zh: "分", en: "min" },
  { ms: 1000, zh: "秒", en: "s" },
];

/**
 * A duration in at most two units: `3 分 20 秒`, `3 min 20 s`; under a second in milliseconds.
 * @param durationMs milliseconds, 0 or more; a negative one is written with a minus
 */
export function formatDuration(durationMs: number, language: Language): string {
  if (durationMs < 0) return `\u2212${formatDuration(-durationMs, language)}`;
  if (durationMs < 1000) return language === "zh" ? `${durationMs} 毫秒` : `${durationMs} ms`;
  // Rounded first, or 59.9 s would read "59 s" and 3 599.6 s "59 min 59 s".
  let rest = Math.round(durationMs / 1000) * 1000;
  const first = UNITS.findIndex((unit) => rest >= unit.ms);
  const words: string[] = [];
  for (const unit of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / unit.ms);
    rest -= count * unit.ms;
    if (count > 0) words.push(`${count} ${unit[language]}`);
  }
  return words.join(" ");
}

/** The time between two times of the API, or undefined when one of them is no time. Milliseconds. */
export function spanMs(from: string, until: string): number | undefined {
  const span = Date.parse(until) - Date.parse(from);
  return Number.isNaN(span) ? undefined : span;
}
