import { describe, expect, test } from "vitest";
import { Backoff } from "./backoff.ts";

const BOXES = 10_000;

/** A small generator of our own, so that a run can be repeated (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * All boxes lose the broker at 0 s; it is back after `downMs`.
 * @returns attempts in each second, those among them that the broker was there for, and when the last box was back
 */
function outage(downMs: number): { perSecond: number[]; mostArrivals: number; allBackMs: number } {
  const random = seeded(7);
  const perSecond: number[] = [];
  const arrivals: number[] = [];
  let allBackMs = 0;
  for (let box = 0; box < BOXES; box += 1) {
    const backoff = new Backoff({ minMs: 1_000, maxMs: 60_000, random });
    let at = 0;
    do {
      at += backoff.next();
      const second = Math.floor(at / 1_000);
      perSecond[second] = (perSecond[second] ?? 0) + 1;
    } while (at < downMs);
    const second = Math.floor(at / 1_000);
    arrivals[second] = (arrivals[second] ?? 0) + 1;
    allBackMs = Math.max(allBackMs, at);
  }
  const mostArrivals = Math.max(...Array.from(arrivals, (count) => count ?? 0));
  return { perSecond, mostArrivals, allBackMs };
}

describe("ten thousand boxes that lose their broker at the same moment", () => {
  test.each([
    ["a restart of 2 s", 2_000, 1_700],
    ["an outage of 1 minute", 60_000, 500],
    ["an outage of 1 hour", 3_600_000, 500],
  ])("after %s they come back spread out", (_name, downMs, mostPerSecond) => {
    const { mostArrivals, allBackMs } = outage(downMs);
    expect(mostArrivals).toBeLessThan(mostPerSecond);
    expect(allBackMs).toBeLessThan(downMs + 60_000);
  });

  test("a long outage has blurred them: no second sees more than twice the mean", () => {
    const { perSecond } = outage(3_600_000);
    const late = Array.from(perSecond, (count) => count ?? 0).slice(600, 3_600);
    const mean = late.reduce((sum, count) => sum + count, 0) / late.length;
    expect(mean).toBeLessThan(BOXES / 25);
    expect(Math.max(...late)).toBeLessThan(2 * mean);
  });
});

test("pauses lie between the shortest and a ceiling that grows to the longest", () => {
  const pauses = (random: number) => {
    const backoff = new Backoff({ minMs: 1_000, maxMs: 60_000, random: () => random });
    return Array.from({ length: 6 }, () => backoff.next());
  };
  expect(pauses(0)).toEqual([1_000, 1_000, 1_000, 1_000, 1_000, 1_000]);
  expect(pauses(1)).toEqual([8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test("only a stable connection makes the pauses short again", () => {
  const backoff = new Backoff({ minMs: 1_000, maxMs: 60_000, random: () => 1 });
  backoff.next();
  backoff.next();
  expect(backoff.attempts).toBe(2);
  backoff.stable();
  expect(backoff.attempts).toBe(0);
  expect(backoff.next()).toBe(8_000);
});
