import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DispenserModel, type Step } from "./dispenser-model.test-support.ts";

/** Presets are sold again and again, so that rises, last fuellings and totals of neighbours often look alike. */
const volumeCl = fc.oneof(fc.constantFrom(1_000, 2_000, 2_500, 3_000), fc.integer({ min: 1, max: 9_900 }));
const event: fc.Arbitrary<Step["event"]> = fc.oneof(
  { weight: 30, arbitrary: fc.constant({ kind: "none" as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("sale" as const), nozzle: fc.nat(3), volumeCl }) },
  { weight: 1, arbitrary: fc.constant({ kind: "restart" as const }) },
);
const answer = fc.oneof(
  { weight: 6, arbitrary: fc.constant("true" as const) },
  { weight: 2, arbitrary: fc.constant("swapped" as const) },
  { weight: 1, arbitrary: fc.constant("lost" as const) },
);
const steps = fc.array(fc.record({ event, answer, neighbour: fc.nat(3) }), {
  minLength: 20,
  maxLength: 400,
  size: "max",
});
const startTotals = fc.oneof(
  fc.integer({ min: 1, max: 4 }).map((count) => Array.from({ length: count }, () => 0)),
  fc.array(fc.integer({ min: 0, max: 9_000_000 }), { minLength: 1, maxLength: 4 }),
  fc.array(fc.constantFrom(0, 1_000, 2_000, 3_000), { minLength: 2, maxLength: 4 }),
);

function lived(start: number[], life: Step[]): DispenserModel {
  const model = new DispenserModel(start);
  for (const step of life) model.step(step);
  model.rest();
  return model;
}

/** FORECOURT_RUNS raises it for a long search. */
const numRuns = Number(process.env.FORECOURT_RUNS ?? 300);

describe("whatever is sold, swapped, lost and restarted", () => {
  test("the recorded litres of each nozzle are those that left it, from its first total on", () => {
    fc.assert(
      fc.property(startTotals, steps, (start, life) => {
        const model = lived(start, life);
        for (const nozzle of model.nozzles) {
          const recorded = model.salesOf(nozzle).reduce((sum, sale) => sum + sale.volumeCl, 0);
          expect(recorded).toBe(nozzle.volumeCl - (model.firstTotalCl(nozzle) ?? Number.NaN));
        }
      }),
      { numRuns },
    );
  });

  test("a record with quality good and count 1 is one true sale, and no sale is recorded twice", () => {
    fc.assert(
      fc.property(startTotals, steps, (start, life) => {
        const model = lived(start, life);
        for (const nozzle of model.nozzles) {
          const good = model.salesOf(nozzle).filter(({ count, quality }) => count === 1 && quality === "good");
          const recorded = good.map(({ volumeCl, amountFen, beforeVolumeCl }) => ({
            volumeCl,
            amountFen,
            beforeVolumeCl,
          }));
          for (const sale of recorded) expect(nozzle.sales).toContainEqual(sale);
          expect(new Set(recorded.map(({ beforeVolumeCl }) => beforeVolumeCl)).size).toBe(recorded.length);
        }
      }),
      { numRuns },
    );
  });

  test("no total is ever said to have decreased, and every first total is one that the nozzle had", () => {
    fc.assert(
      fc.property(startTotals, steps, (start, life) => {
        const model = lived(start, life);
        expect(model.records.filter((record) => record.kind === "total" && record.cause === "decreased")).toEqual([]);
        for (const [index, nozzle] of model.nozzles.entries()) {
          const had = [start[index], ...nozzle.sales.map((sale) => sale.beforeVolumeCl + sale.volumeCl)];
          expect(had).toContain(model.firstTotalCl(nozzle));
        }
      }),
      { numRuns },
    );
  });

  test("when nothing is swapped or lost and sales lie well apart, every sale is recorded good", () => {
    const calm = fc.array(fc.record({ nozzle: fc.nat(3), volumeCl }), { maxLength: 8 });
    fc.assert(
      fc.property(startTotals, calm, (start, sales) => {
        const model = new DispenserModel(start);
        model.rest();
        for (const sale of sales) {
          model.step({ event: { kind: "sale", ...sale }, answer: "true", neighbour: 0 });
          model.rest();
        }
        for (const nozzle of model.nozzles) {
          const recorded = model.salesOf(nozzle);
          expect(recorded.map((sale) => sale.volumeCl)).toEqual(nozzle.sales.map((sale) => sale.volumeCl));
          expect(recorded.every(({ quality, count }) => quality === "good" && count === 1)).toBe(true);
        }
      }),
      { numRuns: Math.min(numRuns, 50) },
    );
  });
});
