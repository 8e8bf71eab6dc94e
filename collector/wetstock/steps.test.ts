/** Steps of a tank's balance: a delivery under a sticking float is one inflow, later losses are steps of their own. */
import { describe, expect, it } from "vitest";
import { type Balance, startTank, type TankStep, type WetstockEvent } from "./state.ts";
import { takeBalance } from "./steps.ts";

const MINUTE_MS = 60_000;
const FACTS = { tank: "T1", nozzles: ["N01"], capacityL: 30_000, cylinder: null, expansionPerC: 0 };

/** Quiet moments of a tank whose chart is known: minute and unexplained litres. */
function steps(moments: readonly (readonly [minute: number, rest: number])[]): TankStep[] {
  const state = startTank(1);
  const knowledge = { mean: [], information: [] };
  state.calibration = { version: 3, edition: 1, isBent: false, knowledge, gains: [0], frozenMs: 0, sales: 2_000 };
  const events: WetstockEvent[] = [];
  moments.forEach(([minute, rest], index) => {
    const now: Balance = {
      atMs: minute * MINUTE_MS,
      rest,
      sold: 0,
      levelMm: 1_000,
      volumeL: 8_000 + rest,
      gateway: "gw",
      seq: index + 1,
    };
    events.push(...takeBalance(state, FACTS, now, 10).events);
  });
  return events.filter((event): event is TankStep => event.kind !== "day" && event.kind !== "calibrated");
}

const calm = (minute: number, rest: number, count: number) =>
  Array.from({ length: count }, (_, index) => [minute + index * 10, rest] as const);

describe("a delivery", () => {
  it("is one inflow when the float sticks half-way and comes free within half an hour", () => {
    const told = steps([...calm(0, 0, 4), ...calm(50, 9_000, 3), ...calm(85, 20_000, 6)]);
    expect(told).toMatchObject([{ kind: "inflow", litres: 20_000 }]);
  });

  it("is measured by what stays when the first readings are a wave", () => {
    const told = steps([...calm(0, 0, 4), [50, 20_070], [52, 20_071], ...calm(60, 20_000, 6)]);
    expect(told).toMatchObject([{ kind: "inflow", litres: 20_000 }]);
  });

  it("does not hide what leaves the tank an hour later", () => {
    const told = steps([...calm(0, 0, 4), ...calm(50, 20_000, 6), ...calm(170, 19_900, 6)]);
    expect(told.map(({ kind, litres }) => [kind, litres])).toEqual([
      ["inflow", 20_000],
      ["step", -100],
    ]);
  });
});
