import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createStation } from "./physics/station.ts";
import { advance } from "./physics/world.ts";
import { parseScenario } from "./scenario/parse.ts";
import { resolveScenario } from "./scenario/scenario.ts";
import type { CheatEvent, SaleEvent } from "./truth/events.ts";

const FOLDER = join(import.meta.dirname, "scenarios");
const files = readdirSync(FOLDER).filter((name) => name.endsWith(".yaml"));
const MINUTE = 60_000;

function shipped(name: string) {
  const parsed = parseScenario(readFileSync(join(FOLDER, name), "utf8"), name);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

function hours(name: string, count: number): SaleEvent[] {
  const world = createStation(resolveScenario(shipped(name)), 0);
  return advance(world, count * 60 * MINUTE).filter((event): event is SaleEvent => event.event === "sale");
}

function tenMinutes(name: string, startAt = 0) {
  const world = createStation(resolveScenario(shipped(name)), startAt);
  const events = advance(world, startAt + 10 * MINUTE);
  return {
    world,
    sales: events.filter((event): event is SaleEvent => event.event === "sale"),
    cheats: events.filter((event): event is CheatEvent => event.event === "cheat"),
  };
}

test.each(files)("%s is valid, named after its file, and can be run", (name) => {
  const file = shipped(name);
  expect(`${file.scenario}.yaml`).toBe(name);
  expect(file.shows.length).toBeGreaterThan(60);
  expect(hours(name, 10).length).toBeGreaterThan(0);
});

test("no two scenarios stand for the same station", () => {
  const ids = files.map((name) => shipped(name).station.id);
  expect(new Set(ids).size).toBe(ids.length);
});

describe.each(["demo-honest.yaml", "demo-bypass.yaml", "demo-tampered.yaml"])("%s", (name) => {
  test("sells about every two to three seconds of a demonstration at ten times the speed", () => {
    const { sales } = tenMinutes(name);
    expect(sales.length).toBeGreaterThanOrEqual(20);
    expect(sales[0]!.at).toBeLessThan(MINUTE);
  });

  test("has every cheat begin after minute 2 and be over by minute 7", () => {
    const { cheats, world } = tenMinutes(name);
    expect(cheats.every((cheat) => cheat.at >= 2 * MINUTE && cheat.at <= 7 * MINUTE)).toBe(true);
    expect(world.plants.every((plant) => plant.phase === "over")).toBe(true);
  });

  test("goes the same way whenever it is started", () => {
    const offset = Date.parse("2025-11-20T22:58:00+08:00");
    const later = tenMinutes(name, offset).sales.map((sale) => ({ ...sale, at: sale.at - offset }));
    expect(later).toEqual(tenMinutes(name).sales);
  });
});

test("demo-honest plants nothing, and announces its delivery", () => {
  const { cheats, world } = tenMinutes("demo-honest.yaml");
  expect(cheats).toEqual([]);
  expect(world.tanks.get("T1")!.deliveredCl / 250_000).toBeCloseTo(1, 1);
});

test("demo-bypass sells at least 60 litres past the tax port by minute 6", () => {
  const hidden = tenMinutes("demo-bypass.yaml").sales.filter((sale) => !sale.onWire && sale.at <= 6 * MINUTE);
  expect(hidden.reduce((sum, sale) => sum + sale.volumeCl, 0)).toBeGreaterThanOrEqual(6_000);
});

test("demo-tampered plants one of each: seal, board, delivery, cable", () => {
  const kinds = new Set(tenMinutes("demo-tampered.yaml").cheats.map((cheat) => cheat.kind));
  expect(kinds).toEqual(new Set(["seal-cut", "board-swap", "delivery-without-notice", "cable-pulled"]));
});

test("large-station has eight dispensers, four tanks and twenty-four seals", () => {
  const file = shipped("large-station.yaml");
  expect([file.dispensers.length, file.tanks.length, file.sealHub?.seals.length]).toEqual([8, 4, 24]);
});
