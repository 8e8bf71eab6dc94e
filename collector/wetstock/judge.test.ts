/** What a day's explanations amount to. */
import { describe, expect, it } from "vitest";
import type { Cause, Explanation } from "./explain.ts";
import { judgeGain } from "./judge-gain.ts";
import type { TankDay } from "./state.ts";

const DAY = 20_000;
const NOZZLES = ["N01", "N02", "N03"];
const SOLD_L = 1_000;

const nozzleShort = (value: number, se: number): Cause => ({
  kind: "nozzle",
  nozzle: 1,
  value,
  se,
  chi: (value / se) ** 2,
});
const explained = (days: number, cause: Cause): Explanation => ({
  days,
  anchors: 80 * days,
  misfit: 1,
  causes: [cause],
});

/** A calm tank of three nozzles that gained a share of one nozzle's sales on each day. */
function dayOf(share: number, explanations: Explanation[]): TankDay {
  const numbers = Array.from({ length: 16 }, (_, index) => DAY - 15 + index);
  const gainL = share * SOLD_L;
  return {
    ...{ kind: "day", tank: "T1", day: DAY, atMs: 0, gainL, seL: 5, sold: 3 * SOLD_L, nozzles: NOZZLES },
    ...{
      stepGainL: 0,
      stepLossL: 0,
      steps: 0,
      anchors: 80,
      noiseMm: 0.1,
      version: 4,
      inconclusive: null,
      evidence: [],
    },
    explanations,
    since: null,
    days: numbers.map((day) => ({ day, gainL, steadyL: gainL, sold: 3 * SOLD_L, anchors: 80 })),
    soldByDay: numbers.map((day) => ({ day, litres: [SOLD_L, SOLD_L, SOLD_L], night: [0, 0, 0], beyond: [0, 0, 0] })),
  } as TankDay;
}

describe("a cause of a long window", () => {
  it("is believed when its younger half shows it as well", () => {
    const half = explained(8, nozzleShort(0.0085, 0.0018));
    const judged = judgeGain(dayOf(0.009, [half, explained(16, nozzleShort(0.009, 0.0008))]));
    expect(judged).toMatchObject({ cause: { kind: "nozzle", nozzle: 1 } });
  });

  it("is a bend and no cause when the younger half knows nothing of it", () => {
    const half = explained(8, nozzleShort(0.002, 0.0015));
    expect(judgeGain(dayOf(0.009, [half, explained(16, nozzleShort(0.009, 0.0008))]))).toBeUndefined();
  });
});
