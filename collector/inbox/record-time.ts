/** Reads the times of consecutive records quickly: most stand in the same minute as the record before. */
import { parseTime } from "@forecourt/protocol/time.ts";

/** Up to and with the minute: `2026-03-02T12:00`. */
const MINUTE_LENGTH = 16;
const LENGTH = "2026-03-02T12:00:00.000+08:00".length;
const ZERO = 48;

/**
 * Makes a reader that remembers the last minute. The same results as {@link parseTime}.
 * @returns a function from a record's time to epoch ms, undefined when there is no such moment
 */
export function timeReader(): (text: string) => number | undefined {
  let minute = "";
  let minuteMs = 0;
  return (text) => {
    const at = text.slice(0, MINUTE_LENGTH);
    if (at === minute && text.length === LENGTH && text.endsWith("+08:00") && text[16] === ":" && text[19] === ".") {
      const seconds = digits(text, 17, 2);
      const milliseconds = digits(text, 20, 3);
      if (seconds < 60 && milliseconds < 1_000) return minuteMs + seconds * 1_000 + milliseconds;
    }
    const epochMs = parseTime(text);
    if (epochMs === undefined) return undefined;
    minute = at;
    minuteMs = epochMs - (digits(text, 17, 2) * 1_000 + digits(text, 20, 3));
    return epochMs;
  };
}

/** Decimal digits as a number; infinite when one of them is none. */
function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.POSITIVE_INFINITY;
    value = value * 10 + digit;
  }
  return value;
}
