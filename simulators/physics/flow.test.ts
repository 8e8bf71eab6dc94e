import fc from "fast-check";
import { expect, test } from "vitest";
import { flowDurationMs, flowedCl, flowOf } from "./flow.ts";

const anyFlow = fc.tuple(fc.integer({ min: 1, max: 990_000 }), fc.integer({ min: 1, max: 300 }));

test("a fill starts at nothing, never runs backwards, and ends at its target", () => {
  fc.assert(
    fc.property(anyFlow, fc.array(fc.double({ min: 0, max: 1, noNaN: true })), ([target, rate], shares) => {
      const flow = flowOf(target, rate);
      const lasts = flowDurationMs(flow);
      const seen = [...shares].sort((a, b) => a - b).map((share) => flowedCl(flow, Math.round(lasts * share)));
      expect(flowedCl(flow, 0)).toBe(0);
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      expect(flowedCl(flow, lasts)).toBe(target);
      expect(flowedCl(flow, lasts - 1)).toBeGreaterThanOrEqual(target - rate);
    }),
  );
});

test("thirty litres at 35 L/min take about a minute, the last one slowly", () => {
  const flow = flowOf(3000, 35);
  expect(flowDurationMs(flow)).toBeCloseTo((29 / 35) * 60_000 + (1 / 6) * 60_000, -1);
  expect(flowedCl(flow, 30_000)).toBe(1750);
});
