import fc from "fast-check";
import { expect, test } from "vitest";
import { templateFile } from "../history/command.ts";
import { parsePlant } from "../scenario/parse.ts";
import { type PlantFile, plantSchemas } from "../scenario/plants.ts";
import { resolveScenario } from "../scenario/scenario.ts";
import type { DeliveryEvent, SaleEvent, TruthEvent } from "../truth/events.ts";
import { createStation } from "./station.ts";
import { balanceUl, UL_PER_CL } from "./stock.ts";
import { tankCapacityCl } from "./tank-shape.ts";
import { settleTank, step } from "./world.ts";

const FROM = Date.parse("2025-05-01T00:00:00+08:00");
const HOUR = 3_600_000;
const DAYS = 2;
const file = templateFile("county-road");

const hoursOf = (min: number, max: number) => fc.integer({ min, max }).map((hour) => `${hour}h`);
const tank = fc.constantFrom("T1", "T2", "T3");
const nozzle = fc.constantFrom("N01", "N03", "N04", "N08");
const device = fc.constantFrom("tax-1", "tax-2");
const litres = fc.integer({ min: 1, max: 12_000 });
const percent = fc.integer({ min: 0, max: 20 });
const window = fc.constantFrom("22-05", "08-10", "00-24");

/** Something to fill each field with that a kind of plant may have. */
const fields: Record<string, fc.Arbitrary<unknown>> = {
  at: hoursOf(0, 40),
  for: hoursOf(1, 30),
  hours: window,
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  count: fc.integer({ min: 1, max: 30 }),
  percent,
  shortPercent: percent,
  beyondL: fc.integer({ min: 0, max: 40 }),
  sales: fc.integer({ min: 1, max: 8 }),
  byFen: fc.integer({ min: 1, max: 99 }),
  volumeCl: fc.integer({ min: 1, max: 10_000_000 }),
  factorySerial: fc.constant("D190055555"),
  by: hoursOf(1, 12),
  serial: fc.constant("FS-9"),
  volumeL: litres,
  soldL: litres,
  unloadLPerMin: fc.integer({ min: 50, max: 900 }),
  lPerHour: fc.integer({ min: 1, max: 150 }),
  grade: fc.constantFrom("92#", "0#"),
  byC: fc.integer({ min: -15, max: 15 }),
  bias: fc.double({ min: -0.003, max: 0.003, noNaN: true }),
  cans: fc.integer({ min: 1, max: 6 }),
  returned: fc.boolean(),
  honestWhenInspected: fc.boolean(),
  notice: fc.boolean(),
  tank,
  nozzle,
  device,
  seal: fc.constantFrom("S01", "S05"),
  cut: fc.constantFrom("S02", "S03"),
  line: fc.constantFrom("tax-1", "gauge-1"),
};

const anyPlant: fc.Arbitrary<PlantFile> = fc
  .oneof(
    ...Object.entries(plantSchemas).map(([kind, schema]) => {
      const known = Object.keys(schema.properties).filter((key) => key in fields);
      const drawn = Object.fromEntries(known.map((key) => [key, fields[key]!]));
      const required = (schema.required as string[] | undefined) ?? [];
      return fc
        .record(drawn, { requiredKeys: known.filter((key) => required.includes(key)) })
        .map((values) => ({ kind, ...values }) as unknown as PlantFile);
    }),
  )
  .filter((plant) => parsePlant(plant, file).ok);

const isSale = (event: TruthEvent): event is SaleEvent => event.event === "sale";
const isUnloaded = (event: TruthEvent): event is DeliveryEvent => event.event === "delivery" && event.phase === "end";
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

test("whatever is planted, litres in are litres out and stock and losses, and the truth says the same", () => {
  fc.assert(
    fc.property(fc.nat(), fc.array(anyPlant, { maxLength: 8 }), (seed, cheats) => {
      const world = createStation(resolveScenario({ ...file, cheats }, seed), FROM);
      const events = [...step(world, FROM + DAYS * 24 * HOUR)];
      for (const state of world.tanks.values()) {
        settleTank(world, state);
        expect(balanceUl(state)).toBe(state.fuelUl + state.waterUl);
        expect(state.fuelUl).toBeGreaterThanOrEqual(0);
        expect((state.fuelUl + state.waterUl) / UL_PER_CL).toBeLessThan(tankCapacityCl(state.plan));
        const { tank: name } = state.plan;
        const own = events.filter(isSale).filter((sale) => sale.tank === name && sale.elsewhere !== true);
        const inHand = total([...state.drawing].map(({ drawnUl }) => drawnUl));
        expect(total(own.map(({ trueUl }) => trueUl)) + inHand + state.account.dispensedUl).toBe(0);
        const unloaded = events.filter(isUnloaded).filter((delivery) => delivery.tank === name);
        const coming = total(state.unloading.map(({ unloadedUl }) => unloadedUl));
        expect(total(unloaded.map(({ receivedUl }) => receivedUl)) + coming).toBe(state.account.deliveredUl);
      }
    }),
    { numRuns: 60 },
  );
});

test("on the wire stands what was booked: totals are the start, the sales on the wire, and what was turned back", () => {
  const turning = new Set(["total-rollback", "total-reset"]);
  const still = anyPlant.filter(({ kind }) => !turning.has(kind));
  fc.assert(
    fc.property(fc.nat(), fc.array(still, { maxLength: 6 }), (seed, cheats) => {
      const world = createStation(resolveScenario({ ...file, cheats }, seed), FROM);
      const onWire = step(world, FROM + 24 * HOUR)
        .filter(isSale)
        .filter((sale) => sale.onWire);
      for (const { plan, grandTotal } of world.nozzles.values()) {
        const own = onWire.filter((sale) => sale.nozzle === plan.nozzle);
        const volumes = own.map((sale) => sale.wireVolumeCl ?? sale.volumeCl);
        expect(grandTotal.volumeCl).toBe(plan.startTotalCl + total(volumes));
      }
    }),
    { numRuns: 40 },
  );
});
