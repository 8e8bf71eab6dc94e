import { expect, test } from "vitest";
import { resolveScenario } from "../scenario/scenario.ts";
import type { ScenarioFile } from "../scenario/schema.ts";
import { scenarioFile } from "../testing/builder.ts";
import { readGauge } from "./gauge-reading.ts";
import { createStation } from "./station.ts";
import type { World } from "./world.ts";

const AT = Date.parse("2025-08-01T08:00:00+08:00");

function still(changes: Partial<ScenarioFile["tanks"][number]> = {}, file: Partial<ScenarioFile> = {}): World {
  const built = scenarioFile({ station: { customersPerHour: 0 }, ...file });
  return createStation(resolveScenario({ ...built, tanks: built.tanks.map((tank) => ({ ...tank, ...changes })) }), AT);
}

const reading = (world: World, afterMs = 0) => readGauge(world, world.tanks.get("T1")!, AT + afterMs);

test("the level is that of the volume, within its noise, and the volume is the chart's at that level", () => {
  const { levelUm, volumeCl, ullageCl } = reading(still());
  expect(levelUm % 100).toBe(0);
  expect(Math.abs(volumeCl - 1_500_000)).toBeLessThan(1_200);
  expect(Math.abs(volumeCl + ullageCl - 2_895_291)).toBeLessThan(60);
});

test("within a second every master reads the same, a second later it may read another value", () => {
  const world = still();
  expect(reading(world, 100)).toEqual(reading(world, 900));
  const levels = new Set(Array.from({ length: 20 }, (_, second) => reading(world, second * 1_000).levelUm));
  expect(levels.size).toBeGreaterThan(2);
});

test("petrol at 30 °C has a standard volume 1.22 % below what is there, cold fuel more than is there", () => {
  const calm = { physics: { annualSwingC: 0 } };
  const warm = reading(still({ temperatureC: 30, temperatureSwingC: 0 }, calm));
  expect(warm.standardVolumeCl / warm.volumeCl).toBeCloseTo(0.9878, 3);
  const cold = reading(still({ temperatureC: 5, temperatureSwingC: 0 }, calm));
  expect(cold.standardVolumeCl).toBeGreaterThan(cold.volumeCl);
});

test("water lies below the fuel and is no fuel", () => {
  const dry = reading(still({ noiseMm: 0 }));
  const wet = reading(still({ noiseMm: 0, waterMm: 50 }));
  expect(wet.waterLevelUm).toBe(50_000);
  expect(wet.waterHigh).toBe(true);
  expect(wet.levelUm).toBe(dry.levelUm);
  expect(wet.volumeCl).toBe(dry.volumeCl - wet.waterVolumeCl);
});

test("a tank that lies tilted is read through a chart that takes it to lie straight", () => {
  const calm = { noiseMm: 0, startVolumeL: 8_000 };
  const straight = reading(still(calm));
  const tilted = reading(still({ ...calm, tiltMmPerM: 15, probeAtMm: 1_000, chart: { tiltMmPerM: 0 } }));
  expect(Math.abs(tilted.volumeCl / straight.volumeCl - 1)).toBeGreaterThan(0.01);
  const known = reading(still({ ...calm, tiltMmPerM: 15, probeAtMm: 1_000 }));
  expect(Math.abs(known.volumeCl / straight.volumeCl - 1)).toBeLessThan(0.001);
});

test("a probe that is stuck says the same for ever", () => {
  const world = still();
  world.tanks.get("T1")!.probe.stuckUm = 777_700;
  expect([0, 5_000, 90_000].map((after) => reading(world, after).levelUm)).toEqual([777_700, 777_700, 777_700]);
});
