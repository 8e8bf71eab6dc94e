import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PlantFile } from "../scenario/plants.ts";
import { resolveScenario } from "../scenario/scenario.ts";
import type { ScenarioFile } from "../scenario/schema.ts";
import { scenarioFile, scenarioWith } from "../testing/builder.ts";
import type { CheatEvent, SaleEvent, TruthEvent } from "../truth/events.ts";
import { summarise } from "../truth/summary.ts";
import { plant } from "./cheats.ts";
import { createStation } from "./station.ts";
import { balanceUl } from "./stock.ts";
import { advance, isQuiet, settleTank, type World } from "./world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function stationOf(file: ScenarioFile, seed?: number): World {
  const scenario = resolveScenario(file, seed);
  return createStation(scenario, scenario.station.startsAt ?? 0);
}

function runFor(world: World, ms: number): TruthEvent[] {
  return advance(world, world.startAt + ms);
}

const sales = (events: TruthEvent[]) => events.filter((event): event is SaleEvent => event.event === "sale");
const cheats = (events: TruthEvent[]) => events.filter((event): event is CheatEvent => event.event === "cheat");

const anyPlant: fc.Arbitrary<PlantFile> = fc.oneof(
  fc.record({
    kind: fc.constant("bypass-tax-port" as const),
    nozzle: fc.constantFrom("N01", "N02"),
    at: minutes(0, 90),
    count: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({
    kind: fc.constant("total-rollback" as const),
    nozzle: fc.constantFrom("N01", "N02"),
    at: minutes(0, 90),
    volumeCl: fc.integer({ min: 1, max: 10_000_000 }),
  }),
  fc.record({
    kind: fc.constantFrom("delivery" as const, "delivery-without-notice" as const),
    tank: fc.constantFrom("T1", "T2"),
    at: minutes(0, 90),
    volumeL: fc.integer({ min: 1, max: 30_000 }),
  }),
  fc.record({
    kind: fc.constant("board-swap" as const),
    device: fc.constant("tax-1"),
    at: minutes(0, 90),
    factorySerial: fc.constant("4001900999"),
  }),
);

function minutes(min: number, max: number): fc.Arbitrary<string> {
  return fc.integer({ min, max }).map((value) => `${value}m`);
}

const anyScenario = fc.record({
  seed: fc.nat(),
  customersPerHour: fc.integer({ min: 1, max: 400 }),
  startVolumeL: fc.integer({ min: 200, max: 20_000 }),
  cheats: fc.array(anyPlant, { maxLength: 6 }),
});

function fileOf(drawn: { seed: number; customersPerHour: number; startVolumeL: number; cheats: PlantFile[] }) {
  const { seed, customersPerHour, startVolumeL, cheats: planted } = drawn;
  const file = scenarioFile({ station: { seed: seed >>> 0, customersPerHour }, cheats: planted });
  return { ...file, tanks: file.tanks.map((tank) => ({ ...tank, startVolumeL })) };
}

describe("the physics", () => {
  test("litres in are litres out and stock and losses, to the microlitre, whatever is planted", () => {
    fc.assert(
      fc.property(anyScenario, (drawn) => {
        const world = stationOf(fileOf(drawn));
        const events = runFor(world, 2 * HOUR);
        for (const tank of world.tanks.values()) {
          settleTank(world, tank);
          expect(tank.fuelUl + tank.waterUl).toBe(balanceUl(tank));
          expect(tank.fuelUl).toBeGreaterThanOrEqual(0);
          const own = sales(events).filter((sale) => sale.tank === tank.plan.tank && !sale.elsewhere);
          const drawing = [...tank.drawing].reduce((sum, fuelling) => sum + fuelling.drawnUl, 0);
          const sold = own.reduce((sum, sale) => sum + sale.trueUl, 0);
          expect(sold + drawing + tank.account.dispensedUl).toBe(0);
        }
        const inHand = [...world.nozzles.values()].reduce((sum, n) => sum + (n.fuelling?.pumpedCl ?? 0), 0);
        const sold = sales(events).reduce((sum, sale) => sum + sale.volumeCl, 0);
        expect(sold + inHand).toBe(summarise(world).pumpedCl);
      }),
      { numRuns: 60 },
    );
  });

  test("the grand total rises by exactly the sales that reach the tax port", () => {
    fc.assert(
      fc.property(anyScenario, (drawn) => {
        const honest = drawn.cheats.filter((cheat) => cheat.kind !== "total-rollback");
        const world = stationOf(fileOf({ ...drawn, cheats: honest }));
        const onWire = sales(runFor(world, 2 * HOUR)).filter((sale) => sale.onWire);
        for (const nozzle of world.nozzles.values()) {
          const own = onWire.filter((sale) => sale.nozzle === nozzle.plan.nozzle);
          const sum = own.reduce((total, sale) => total + sale.volumeCl, 0);
          expect(nozzle.grandTotal.volumeCl).toBe(nozzle.plan.startTotalCl + sum);
          expect(own.at(-1)?.totalAfterCl ?? nozzle.plan.startTotalCl).toBe(nozzle.grandTotal.volumeCl);
          expect([...nozzle.days.values()].reduce((total, day) => total + day.volumeCl, 0)).toBe(sum);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("the truth does not depend on how often anybody looks", () => {
    fc.assert(
      fc.property(anyScenario, fc.array(fc.integer({ min: 1, max: 600_000 }), { maxLength: 60 }), (drawn, steps) => {
        const atOnce = stationOf(fileOf(drawn));
        const inSteps = stationOf(fileOf(drawn));
        const seen: TruthEvent[] = [];
        for (const step of steps) seen.push(...advance(inSteps, Math.min(inSteps.now + step, inSteps.startAt + HOUR)));
        seen.push(...runFor(inSteps, HOUR));
        expect(seen).toEqual(runFor(atOnce, HOUR));
        expect(summarise(inSteps)).toEqual(summarise(atOnce));
      }),
      { numRuns: 40 },
    );
  });

  test("the same seed gives the same sales, another seed others", () => {
    const first = sales(runFor(stationOf(scenarioFile(), 5), HOUR));
    expect(sales(runFor(stationOf(scenarioFile(), 5), HOUR))).toEqual(first);
    expect(sales(runFor(stationOf(scenarioFile(), 6), HOUR))).not.toEqual(first);
    expect(first.length).toBeGreaterThan(10);
  });

  test("amount is volume times price, rounded to the fen", () => {
    for (const sale of sales(runFor(stationOf(scenarioFile()), 3 * HOUR))) {
      expect(sale.amountFen).toBe(Math.round((sale.volumeCl * sale.unitPriceFen) / 100));
    }
  });

  test("nobody comes in an hour whose share is zero", () => {
    const hourShare = Array.from({ length: 24 }, (_, hour) => (hour === 9 ? 1 : 0));
    const events = sales(runFor(stationOf(scenarioFile({ station: { hourShare, customersPerHour: 10 } })), 24 * HOUR));
    const hours = events.map((sale) => new Date(sale.at + 8 * HOUR).getUTCHours());
    expect(hours.length).toBeGreaterThan(20);
    expect(hours.every((hour) => hour === 9 || hour === 10)).toBe(true);
  });

  test("a drained station becomes quiet", () => {
    const world = stationOf(scenarioFile({ station: { customersPerHour: 600 } }));
    runFor(world, 10 * MINUTE);
    expect(isQuiet(world)).toBe(false);
    world.open = false;
    runFor(world, 30 * MINUTE);
    expect(isQuiet(world)).toBe(true);
  });
});

describe("cheats", () => {
  test("a bypassed sale empties the tank and leaves the totals alone", () => {
    const world = stationOf(scenarioWith({ kind: "bypass-tax-port", nozzle: "N01", at: "0s", count: 2 }));
    const events = runFor(world, HOUR);
    const hidden = sales(events).filter((sale) => !sale.onWire);
    expect(hidden).toHaveLength(2);
    expect(hidden.every((sale) => sale.nozzle === "N01" && sale.totalAfterCl === 12_345_678)).toBe(true);
    expect(cheats(events).map(({ phase, subject, expects }) => ({ phase, subject, expects }))).toEqual([
      { phase: "start", subject: "T1", expects: ["wetstock.outflow-without-sales"] },
      { phase: "end", subject: "T1", expects: ["wetstock.outflow-without-sales"] },
    ]);
    expect(cheats(events)[1]?.at).toBe(hidden[1]?.at);
  });

  test("a bypass that runs for a time ends with the last sale lifted in it", () => {
    const file = scenarioFile({
      station: { customersPerHour: 300 },
      cheats: [{ kind: "bypass-tax-port", nozzle: "N01", at: "1m", for: "6m" }],
    });
    const world = stationOf(file);
    const events = runFor(world, HOUR);
    const end = cheats(events).find((event) => event.phase === "end")!;
    const hidden = sales(events).filter((sale) => !sale.onWire);
    expect(hidden.length).toBeGreaterThan(0);
    expect(end.at).toBe(Math.max(world.startAt + 7 * MINUTE, hidden.at(-1)!.at));
  });

  test("a total is rolled back only while the nozzle has hung for 20 seconds", () => {
    const file = scenarioFile({
      station: { customersPerHour: 500 },
      cheats: [{ kind: "total-rollback", nozzle: "N01", volumeCl: 50_000, at: "10m" }],
    });
    const world = stationOf(file);
    const events = runFor(world, HOUR);
    const [start] = cheats(events);
    const before = sales(events).filter((sale) => sale.nozzle === "N01" && sale.at <= start!.at);
    const after = sales(events).filter((sale) => sale.nozzle === "N01" && sale.at > start!.at);
    expect(start!.at - before.at(-1)!.at).toBeGreaterThanOrEqual(20_000);
    expect(after[0]!.totalAfterCl).toBe(before.at(-1)!.totalAfterCl - 50_000 + after[0]!.volumeCl);
  });

  test("a cut seal stays cut and counts the tampering", () => {
    const world = stationOf(scenarioWith({ kind: "seal-cut", seal: "S02", at: "1m" }));
    const events = runFor(world, 2 * MINUTE);
    expect(world.seals.get("S02")).toMatchObject({ condition: "cut", tamperCount: 1, openCount: 0 });
    expect(cheats(events)[0]).toMatchObject({ subject: "S02", expects: ["seal.opened"] });
  });

  test("an opened seal closes again when its time is over, but has counted", () => {
    const world = stationOf(scenarioWith({ kind: "seal-open", seal: "S01", at: "1m", for: "2m" }));
    runFor(world, 2 * MINUTE);
    expect(world.seals.get("S01")?.condition).toBe("open");
    runFor(world, 4 * MINUTE);
    expect(world.seals.get("S01")).toMatchObject({ condition: "sealed", openCount: 1, tamperCount: 0 });
  });

  test("a delivery is announced before it begins; one without notice is not", () => {
    const announced = runFor(stationOf(scenarioFile({ deliveries: [{ tank: "T1", at: "5m", volumeL: 1000 }] })), HOUR);
    const kinds = announced.filter((event) => event.event !== "sale").map((event) => event.event);
    expect(kinds).toEqual(["notice", "delivery", "delivery"]);
    const world = stationOf(scenarioWith({ kind: "delivery-without-notice", tank: "T1", at: "5m", volumeL: 1000 }));
    const silent = runFor(world, HOUR).filter((event) => event.event !== "sale");
    expect(silent.map((event) => event.event)).toEqual(["cheat", "delivery", "delivery", "cheat"]);
    expect(world.tanks.get("T1")!.deliveredCl / 100_000).toBeCloseTo(1, 1);
  });

  test("a delivery that does not fit is stopped at the highest allowed level", () => {
    const file = scenarioFile({
      station: { customersPerHour: 0 },
      deliveries: [
        { tank: "T1", at: "1m", volumeL: 30_000 },
        { tank: "T1", at: "2m", volumeL: 30_000 },
      ],
    });
    const world = stationOf(file);
    runFor(world, 3 * HOUR);
    expect(world.tanks.get("T1")!.volumeCl / 2_895_291).toBeCloseTo(0.95, 3);
  });

  test("a pulled cable comes back, and is a matter for a rule only on a tax port", () => {
    const events = runFor(stationOf(scenarioWith({ kind: "cable-pulled", line: "tax-1", at: "1m", for: "30s" })), HOUR);
    expect(events.filter((event) => event.event === "line").map((event) => event.state)).toEqual(["pulled", "plugged"]);
    expect(cheats(events)[0]).toMatchObject({ subject: "tax-1", expects: ["tax-port.silent", "tax-port.sold-unseen"] });
  });

  test("what is planted while the station runs begins at once", () => {
    const world = stationOf(scenarioFile());
    runFor(world, 5 * MINUTE);
    plant(world, { kind: "seal-cut", seal: "S01", atMs: 0 });
    const [event] = cheats(advance(world, world.now));
    expect(event).toMatchObject({ kind: "seal-cut", phase: "start", at: world.startAt + 5 * MINUTE });
  });
});
