/** The daily reconciliation of a tank. */
import { describe, expect, it } from "vitest";
import { type DayBooks, reconcile } from "./reconciliation.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const startMs = (day: number) => day * DAY_MS;
const books = (changes: Partial<DayBooks> = {}): DayBooks => ({
  days: { from: 10, until: 11 },
  startMs,
  readings: [
    { atMs: startMs(10) - HOUR_MS, volumeCl: 1_000_000 },
    { atMs: startMs(10) + 12 * HOUR_MS, volumeCl: 1_700_000 },
    { atMs: startMs(11) - 60_000, volumeCl: 1_500_000 },
    { atMs: startMs(11) + 5 * HOUR_MS, volumeCl: 1_450_000 },
  ],
  deliveries: [{ endedMs: startMs(10) + 9 * HOUR_MS, volumeCl: 800_000 }],
  soldCl: new Map([
    [10, 299_000],
    [11, 50_000],
  ]),
  ...changes,
});

describe("a day's line", () => {
  it("holds opening, delivered, sold and closing, and what they leave unexplained", () => {
    const [later, earlier] = reconcile(books());
    expect(earlier).toEqual({
      ...{ day: 10, openingCl: 1_000_000, deliveries: 1, deliveredCl: 800_000, soldCl: 299_000 },
      ...{ closingCl: 1_500_000, differenceCl: -1_000 },
    });
    expect(later).toMatchObject({
      day: 11,
      openingCl: 1_500_000,
      deliveredCl: 0,
      closingCl: 1_450_000,
      differenceCl: 0,
    });
  });

  it("says nothing of a day whose opening nobody read", () => {
    const { readings } = books();
    const [, earlier] = reconcile(books({ readings: readings.slice(1) }));
    expect(earlier).toMatchObject({ openingCl: null, differenceCl: null, soldCl: 299_000 });
  });

  it("does not take a reading of days ago for the opening", () => {
    const [later] = reconcile(books({ days: { from: 14, until: 14 } }));
    expect(later).toMatchObject({ openingCl: null, closingCl: null, differenceCl: null });
  });

  it("says nothing of a day with a delivery of unknown volume", () => {
    const [, earlier] = reconcile(books({ deliveries: [{ endedMs: startMs(10) + 1, volumeCl: null }] }));
    expect(earlier).toMatchObject({ deliveries: 1, deliveredCl: null, differenceCl: null });
  });
});
