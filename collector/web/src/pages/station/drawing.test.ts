/** What is drawn of tanks and grades. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fuelOf } from "./fuel.ts";
import { heightShare, tankFill } from "./tank-shape.ts";

describe("the surface in a lying tank", () => {
  it("is at the bottom, the middle and the top for an empty, half and full one", () => {
    expect([heightShare(0), heightShare(0.5), heightShare(1)]).toEqual([0, expect.closeTo(0.5, 9), 1]);
  });

  it("encloses exactly the share of the volume", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), (share) => {
        const angle = 2 * Math.acos(1 - 2 * heightShare(share));
        expect((angle - Math.sin(angle)) / (2 * Math.PI)).toBeCloseTo(share, 8);
      }),
    );
  });

  it("is not drawn for a reading without a volume", () => {
    expect(tankFill({ volumeCl: null, levelUm: 1000, waterLevelUm: 0 }, 100)).toBeUndefined();
  });

  it("carries water at the scale of the fuel's own level, never above it", () => {
    const fill = tankFill({ volumeCl: 50, levelUm: 1_000_000, waterLevelUm: 100_000 }, 100);
    expect(fill).toEqual({ surface: expect.closeTo(0.5, 9), water: expect.closeTo(0.05, 9), percent: 50 });
    const flooded = tankFill({ volumeCl: 50, levelUm: 10, waterLevelUm: 100 }, 100);
    expect(flooded?.water).toBe(flooded?.surface);
  });
});

it.each([
  ["92#", "petrol"],
  ["95#", "petrol-high"],
  ["98号", "petrol-high"],
  ["0#", "diesel"],
  ["-10#", "diesel"],
  ["0号柴油", "diesel"],
  ["CNG", "other"],
])("%s is drawn as %s", (grade, fuel) => {
  expect(fuelOf(grade)).toBe(fuel);
});
