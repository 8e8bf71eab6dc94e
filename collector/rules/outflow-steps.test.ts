/** Losses of a tank day by day: what is told of them never shrinks below nothing when something else lets the tank gain. */
import { describe, expect, it } from "vitest";
import { dayEndMs } from "../wetstock/local-day.ts";
import type { TankDay } from "../wetstock/state.ts";
import { emptyOutflow, onDay } from "./outflow-steps.ts";
import { outflowWithoutSales } from "./outflow-without-sales.ts";
import type { RuleContext, Verdict } from "./rule.ts";

const DAY = 20_000;

/** Days of a tank by what each gained, L; 5 L is the standard error of one. */
function told(gains: readonly number[]): Extract<Verdict, { verdict: "finding" }>[] {
  const parameters = Object.fromEntries(
    Object.entries(outflowWithoutSales.parameters).map(([name, { default: value }]) => [name, value]),
  );
  const context = { parameters, filings: { excuses: () => false } } as unknown as RuleContext;
  const memory = emptyOutflow();
  return gains.flatMap((gainL, index) => {
    const day = {
      ...{ kind: "day", tank: "T1", day: DAY + index, atMs: dayEndMs(DAY + index), gainL, seL: 5, sold: 3_000 },
      ...{ stepGainL: 0, stepLossL: 0, steps: 0, anchors: 80, noiseMm: 0.1, version: 4, inconclusive: null },
      ...{ nozzles: ["N01"], explanations: [], since: null, soldByDay: [], days: [], evidence: [] },
    } as TankDay;
    return onDay(memory, day, context).filter((one) => one.verdict === "finding");
  });
}

const lastOf = (gains: readonly number[]) => Number(told(gains).at(-1)?.figures.lostCl) / 100;

describe("litres that left a tank", () => {
  it("are the sum of the days once they are told", () => {
    expect(lastOf([-120, -100, -4, -110])).toBe(334);
  });

  it("are not lessened by days on which another cause makes the tank gain", () => {
    expect(lastOf([-120, 400, 300, -110])).toBe(230);
  });

  it("take the chance of calm days as it falls, both ways", () => {
    expect(lastOf([-120, 6, -6, 8, -110])).toBe(222);
  });
});
