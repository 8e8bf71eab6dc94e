import { expect, test } from "vitest";
import { tankCapacityCl, volumeAtCl } from "./tank-shape.ts";
import { TankTable } from "./tank-table.ts";

const contest = { diameterMm: 3_000, lengthMm: 8_000, dishMm: 1_000 };

test("a full tank of R 1.5 m, L 8 m with caps 1 m deep holds 64 664.4 L (tanks.md 4.1)", () => {
  expect(tankCapacityCl(contest) / 100).toBeCloseTo(64_664.4, 0);
  expect(volumeAtCl(contest, 3_000) / 100).toBeCloseTo(64_664.4, 0);
});

test("half full is half the volume, also when the tank lies tilted and the probe stands in its middle", () => {
  const half = volumeAtCl(contest, 3_000) / 2;
  expect(volumeAtCl(contest, 1_500)).toBeCloseTo(half, 0);
  expect(volumeAtCl({ ...contest, tiltMmPerM: 30 }, 1_500)).toBeCloseTo(half, 0);
});

test("a tilt of 37 mm/m makes the straight chart wrong by several per cent, as in the contest's tank", () => {
  const tilted = { ...contest, tiltMmPerM: 37, rollDeg: 4, probeAtMm: 2_000 };
  const errors = [400, 800, 1_200, 1_800, 2_400].map(
    (height) =>
      (volumeAtCl(tilted, height + 50) - volumeAtCl(tilted, height - 50)) /
        (volumeAtCl(contest, height + 50) - volumeAtCl(contest, height - 50)) -
      1,
  );
  expect(Math.max(...errors.map(Math.abs))).toBeGreaterThan(0.015);
  expect(Math.max(...errors.map(Math.abs))).toBeLessThan(0.12);
});

test("the table of a tilted tank agrees with the integral, and its inverse with both", () => {
  const shape = { ...contest, tiltMmPerM: 8, rollDeg: 2, probeAtMm: 2_400 };
  const table = new TankTable(shape);
  for (let height = 150; height < 2_900; height += 37) {
    const exactUl = volumeAtCl(shape, height) * 10_000;
    expect(Math.abs(table.volumeUlAt(height * 1_000) - exactUl)).toBeLessThan(5_000);
    expect(Math.abs(table.heightUmAt(exactUl) - height * 1_000)).toBeLessThan(0.5);
  }
});
