import fc from "fast-check";
import { expect, test } from "vitest";
import { Latency } from "./latency.ts";

function learned(answersMs: readonly number[]): Latency {
  const latency = new Latency();
  for (const ms of answersMs) latency.answered(ms);
  return latency;
}

test("until enough answers came, the configured time-out holds", () => {
  expect(learned([5, 5, 5]).timeoutMs(3_000, 100)).toBe(3_000);
});

test("then it follows the answers, and each miss doubles it up to the configured one", () => {
  const latency = learned(Array(50).fill(200));
  const first = latency.timeoutMs(3_000, 100);
  expect(first).toBeGreaterThanOrEqual(200);
  expect(first).toBeLessThan(300);
  latency.missed();
  expect(latency.timeoutMs(3_000, 100)).toBe(2 * first);
  for (let miss = 0; miss < 20; miss += 1) latency.missed();
  expect(latency.timeoutMs(3_000, 100)).toBe(3_000);
  latency.answered(200);
  expect(latency.timeoutMs(3_000, 100)).toBeLessThan(300);
});

test("whatever was learned, it lies between the floor and the configured time-out", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 40 }),
      fc.nat(12),
      fc.integer({ min: 20, max: 60_000 }),
      fc.nat(500),
      (answers, misses, limitMs, floorMs) => {
        const latency = learned(answers);
        for (let miss = 0; miss < misses; miss += 1) latency.missed();
        const timeoutMs = latency.timeoutMs(limitMs, floorMs);
        expect(timeoutMs).toBeLessThanOrEqual(limitMs);
        expect(timeoutMs).toBeGreaterThanOrEqual(Math.min(floorMs, limitMs));
      },
    ),
  );
});
