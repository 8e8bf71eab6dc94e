/** Pairs of deliveries from the same level: what was drawn by the waybills against what the nozzles say they sold. */
import { describe, expect, it } from "vitest";
import type { WetstockEvent } from "../wetstock/state.ts";
import { deliveryPair } from "./delivery-pair.ts";
import { FilingBook, type WaybillFiling } from "./filings.ts";
import type { RuleContext, Verdict } from "./rule.ts";

const DAY_MS = 86_400_000;
const NOON_MS = Date.parse("2026-03-02T12:00:00+08:00");
const LOAD_L = 20_000;

/** Deliveries five days apart, each announced unless it is left out. */
function judge(deliveries: readonly { volumeL: number; soldL: number; unannounced?: true }[]): Verdict[] {
  const atMs = (index: number) => NOON_MS + index * 5 * DAY_MS;
  const waybills = deliveries.flatMap(({ unannounced }, index): WaybillFiling[] => {
    const span = { fromMs: atMs(index) - 3_600_000, untilMs: atMs(index) + 3_600_000 };
    const paper = { filing: "waybill", id: `w${index}`, station: "532801-0001", tank: "T1", grade: "92#" } as const;
    return unannounced ? [] : [{ ...paper, volumeCl: LOAD_L * 100, tanker: "云K1", ...span }];
  });
  const parameters = Object.fromEntries(
    Object.entries(deliveryPair.parameters).map(([name, one]) => [name, one.default]),
  );
  const context = { filings: new FilingBook(waybills), parameters } as unknown as RuleContext;
  const state = deliveryPair.start();
  return deliveries.flatMap(({ volumeL, soldL }, index) => {
    const place = { kind: "inflow", tank: "T1", fromMs: atMs(index), atMs: atMs(index), litres: LOAD_L };
    const event = { ...place, seL: 2, version: 0, volumeBeforeL: volumeL, soldBeforeL: soldL, evidence: [] };
    return [...(deliveryPair.onWetstock?.(state, event as unknown as WetstockEvent, context) ?? [])];
  });
}

/** So many deliveries from the same level, between which the nozzles say that they sold so much. */
const even = (count: number, betweenL: number) =>
  Array.from({ length: count }, (_, index) => ({ volumeL: 5_000, soldL: index * betweenL }));

describe("wetstock.delivery-pair", () => {
  it("tells of sales that exceed what was delivered, from the third pair on, whatever the chart says", () => {
    expect(judge(even(3, 20_400))).toEqual([]);
    expect(judge(even(4, 20_400))).toMatchObject([
      {
        verdict: "finding",
        subject: "T1",
        fromMs: NOON_MS,
        figures: { shortCl: 120_000, pairs: 3, excessPpm: 20_000 },
      },
    ]);
  });

  it("tells of deliveries that were not sold, and leaves what is lost on the way alone", () => {
    expect(judge(even(6, 19_600)).at(-1)).toMatchObject({ figures: { lostCl: 200_000, excessPpm: -20_000 } });
    expect(judge(even(12, 19_850))).toEqual([]);
    expect(judge(even(12, 20_080))).toEqual([]);
  });

  it("allows for levels that differ a little, and waits where they differ by much", () => {
    const higher = [0, 1_000, 0, 1_000].map((above, index) => ({
      volumeL: 5_000 + above,
      soldL: index * 20_000 - above,
    }));
    expect(judge(higher)).toEqual([]);
    const far = [0, 1, 0, 1, 0, 1, 0].map((high, index) => ({
      volumeL: 5_000 + high * 9_000,
      soldL: index * 20_400 - high * 9_000,
    }));
    expect(judge(far)).toMatchObject([{ figures: { pairs: 3, announcedCl: 12_000_000 } }]);
  });

  it("begins anew where a delivery has no waybill", () => {
    const gap = even(6, 20_400).map((one, index) => (index === 2 ? { ...one, unannounced: true as const } : one));
    expect(judge(gap).length).toBeLessThan(judge(even(6, 20_400)).length);
  });

  it("is over when later pairs are even", () => {
    const short = even(5, 20_400);
    const right = Array.from({ length: 14 }, (_, index) => ({ volumeL: 5_000, soldL: 81_600 + (index + 1) * 20_000 }));
    expect(judge([...short, ...right]).at(-1)).toMatchObject({ verdict: "ended", subject: "T1" });
  });
});
