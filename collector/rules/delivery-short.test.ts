/** Deliveries against their waybills: the parts of one delivery are added up before it is called short. */
import { describe, expect, it } from "vitest";
import type { WetstockEvent } from "../wetstock/state.ts";
import { deliveryShort } from "./delivery-short.ts";
import { FilingBook } from "./filings.ts";
import type { RuleContext, Verdict } from "./rule.ts";

const HOUR_MS = 3_600_000;
const NOON_MS = Date.parse("2026-03-02T12:00:00+08:00");

const inflow = (hour: number, litres: number) =>
  ({
    kind: "inflow",
    tank: "T1",
    fromMs: NOON_MS + hour * HOUR_MS,
    atMs: NOON_MS + hour * HOUR_MS,
    litres,
    seL: 3,
    version: 3,
    evidence: [],
  }) as unknown as WetstockEvent;
const dayEnd = (hour: number) =>
  ({ kind: "day", tank: "T1", atMs: NOON_MS + hour * HOUR_MS }) as unknown as WetstockEvent;

function judge(events: readonly WetstockEvent[]): Verdict[] {
  const filings = new FilingBook([
    {
      filing: "waybill",
      id: "w1",
      station: "532801-0001",
      tank: "T1",
      grade: "92#",
      volumeCl: 2_000_000,
      tanker: "云K1",
      fromMs: NOON_MS,
      untilMs: NOON_MS + 2 * HOUR_MS,
    },
  ]);
  const parameters = Object.fromEntries(
    Object.entries(deliveryShort.parameters).map(([name, one]) => [name, one.default]),
  );
  const context = { filings, parameters } as unknown as RuleContext;
  const state = deliveryShort.start();
  return events.flatMap((event) => [...(deliveryShort.onWetstock?.(state, event, context) ?? [])]);
}

describe("wetstock.delivery-short", () => {
  it("adds up the parts of a delivery, also over midnight", () => {
    expect(judge([inflow(0, 10_700), inflow(1, 9_230), dayEnd(12)])).toEqual([]);
    expect(judge([inflow(0, 10_700), dayEnd(1), inflow(1.5, 9_230), dayEnd(25)])).toEqual([]);
  });

  it("tells of what is missing once no further part can come", () => {
    expect(judge([inflow(0, 10_700), inflow(1, 8_300)])).toEqual([]);
    expect(judge([inflow(0, 10_700), inflow(1, 8_300), dayEnd(12)])).toMatchObject([
      { verdict: "finding", subject: "T1", figures: { waybill: "w1", measuredCl: 1_900_000, shortCl: 100_000 } },
    ]);
  });
});
