import fc from "fast-check";
import { expect, test } from "vitest";
import { heightOfMm, tankCapacityCl, volumeAtCl } from "./tank-shape.ts";

const shape = { diameterMm: 2400, lengthMm: 6400 };

test("a full tank of 2.4 m by 6.4 m holds 28.95 m3, a half-full one half of it", () => {
  expect(tankCapacityCl(shape) / 100_000).toBeCloseTo(28.953, 2);
  expect(volumeAtCl(shape, 1200)).toBeCloseTo(volumeAtCl(shape, 2400) / 2, 6);
  expect(volumeAtCl(shape, 0)).toBe(0);
});

test("the height found for a volume holds that volume to 1 cL", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 500, max: 4000 }),
      fc.integer({ min: 500, max: 20_000 }),
      fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      (diameterMm, lengthMm, share) => {
        const tank = { diameterMm, lengthMm };
        const volumeCl = Math.round(tankCapacityCl(tank) * share);
        const width = 2 * lengthMm * Math.sqrt((diameterMm / 2) ** 2);
        const tolerance = Math.max(1, (width * 0.000_05) / 10_000);
        expect(Math.abs(volumeAtCl(tank, heightOfMm(tank, volumeCl)) - volumeCl)).toBeLessThanOrEqual(tolerance);
      },
    ),
  );
});

test("the volume rises with the height", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 23_999 }), (tenths) => {
      expect(volumeAtCl(shape, (tenths + 1) / 10)).toBeGreaterThan(volumeAtCl(shape, tenths / 10));
    }),
  );
});
