/** When notices are sent. */
import { parseTime } from "@forecourt/protocol/time.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_PREFERENCES } from "./preferences.ts";
import { afterQuiet, dueMs, retryAfterMs } from "./timing.ts";

const at = (time: string) => parseTime(`2026-03-02T${time}:00.000+08:00`)!;
const wishes = { ...DEFAULT_PREFERENCES, quiet: { from: "22:00", until: "07:00" }, urgentThrough: true } as const;
const HOUR_MS = 3_600_000;

describe("a notice", () => {
  it("comes at once by day, and after the quiet hours by night", () => {
    expect(dueMs(wishes, false, at("21:59"))).toBe(at("21:59"));
    expect(dueMs(wishes, false, at("22:00"))).toBe(at("07:00") + 24 * HOUR_MS);
    expect(dueMs(wishes, false, at("06:59"))).toBe(at("07:00"));
    expect(dueMs(wishes, false, at("07:00"))).toBe(at("07:00"));
  });

  it("comes through the night and out of turn when it is urgent and the person lets it", () => {
    expect(dueMs({ ...wishes, digest: "daily" }, true, at("23:00"))).toBe(at("23:00"));
    expect(dueMs({ ...wishes, urgentThrough: false }, true, at("23:00"))).toBe(at("07:00") + 24 * HOUR_MS);
  });

  it("is gathered to the hour or the day's time", () => {
    expect(dueMs({ ...wishes, digest: "hourly" }, false, at("10:20"))).toBe(at("11:00"));
    expect(dueMs({ ...wishes, digest: "hourly" }, false, at("21:20"))).toBe(at("07:00") + 24 * HOUR_MS);
    expect(dueMs({ ...wishes, digest: "daily", dailyAt: "08:30" }, false, at("08:30"))).toBe(
      at("08:30") + 24 * HOUR_MS,
    );
  });

  it("is never sent in quiet hours, nor before it happened, nor more than two days later", () => {
    const time = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":"));
    const any = fc.record({
      quiet: fc.option(fc.record({ from: time, until: time }).filter(({ from, until }) => from !== until)),
      urgentThrough: fc.boolean(),
      digest: fc.constantFrom("at-once" as const, "hourly" as const, "daily" as const),
      dailyAt: time,
    });
    fc.assert(
      fc.property(any, fc.boolean(), fc.integer({ min: at("00:00"), max: at("23:59") }), (own, urgent, nowMs) => {
        const sentMs = dueMs(own, urgent, nowMs);
        expect(sentMs).toBeGreaterThanOrEqual(nowMs);
        expect(sentMs).toBeLessThanOrEqual(nowMs + 48 * HOUR_MS);
        expect(afterQuiet(own, urgent, sentMs)).toBe(sentMs);
      }),
    );
  });
});

it("a try that failed is made again later and later, and at last no more", () => {
  const waits = Array.from({ length: 8 }, (_, index) => retryAfterMs(index + 1));
  expect(waits.slice(0, -1)).toEqual([...waits.slice(0, -1)].sort((a, b) => a! - b!));
  expect(waits.at(-1)).toBeUndefined();
});
