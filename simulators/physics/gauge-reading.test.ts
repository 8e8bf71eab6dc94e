import { describe, expect, test } from "vitest";
import { resolveScenario } from "../scenario/scenario.ts";
import { scenarioFile } from "../testing/builder.ts";
import { readGauge } from "./gauge-reading.ts";
import { heightOfMm } from "./tank-shape.ts";

const plan = resolveScenario(scenarioFile()).tanks[0]!;
const START = Date.parse("2025-08-01T08:00:00+08:00");

describe("a tank gauge", () => {
  test("reads the true level with a noise of 0.1 mm, in steps of 0.1 mm", () => {
    const trueUm = heightOfMm(plan, 1_500_000) * 1000;
    const errors = Array.from(
      { length: 2000 },
      (_, n) => readGauge(plan, 1_500_000, START + n * 1000, 1).levelUm - trueUm,
    );
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const deviation = Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / errors.length);
    expect(Math.abs(mean)).toBeLessThan(15);
    expect(deviation).toBeGreaterThan(90);
    expect(deviation).toBeLessThan(125);
    expect(readGauge(plan, 1_500_000, START, 1).levelUm % 100).toBe(0);
  });

  test("says the same to everybody within a second", () => {
    expect(readGauge(plan, 1_500_000, START + 999, 1)).toEqual(readGauge(plan, 1_500_000, START + 1, 1));
  });

  test("gives a standard volume above the ambient one when the fuel is colder than 20 °C", () => {
    const cold = readGauge({ ...plan, temperatureC: 0, temperatureSwingC: 0 }, 1_500_000, START, 1);
    expect(cold.standardVolumeCl / cold.volumeCl).toBeCloseTo(1.0246, 4);
  });

  test("takes the water off the fuel and off the ullage", () => {
    const dry = readGauge(plan, 1_500_000, START, 1);
    const wet = readGauge({ ...plan, waterMm: 50 }, 1_500_000, START, 1);
    expect(wet.waterHigh).toBe(true);
    expect(wet.waterVolumeCl).toBeGreaterThan(0);
    expect(dry.volumeCl - wet.volumeCl).toBe(wet.waterVolumeCl);
    expect(wet.ullageCl).toBe(dry.ullageCl);
  });
});
