import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cylinder, cylinderOfChart, fitCylinder, levelMm, litresPerMm, volumeL } from "./cylinder.ts";
import { place, solve, triangleLength } from "./linear.ts";

const tank = { diameterMm: 2_600, lengthMm: 7_200 };
const capacityL = volumeL(tank, 2_600);

describe("a lying cylinder", () => {
  it("is half full at half its diameter, and full at its top", () => {
    expect(volumeL(tank, 1_300)).toBeCloseTo(capacityL / 2, 6);
    expect(capacityL).toBeCloseTo(Math.PI * 1.3 ** 2 * 7.2 * 1e3, 6);
  });

  it("holds a millimetre's litres between two levels", () => {
    fc.assert(
      fc.property(fc.double({ min: 200, max: 2_400, noNaN: true }), (level) => {
        const litres = volumeL(tank, level + 0.5) - volumeL(tank, level - 0.5);
        expect(litres).toBeCloseTo(litresPerMm(tank, level), 3);
        expect(levelMm(tank, volumeL(tank, level))).toBeCloseTo(level, 3);
      }),
    );
  });

  it("is found again from its capacity and some points of its chart", () => {
    const pairs = [300, 900, 1_500, 2_100].map((level) => ({ levelMm: level, volumeL: volumeL(tank, level) }));
    expect(fitCylinder(capacityL, pairs).diameterMm).toBe(2_600);
  });
});

describe("a strapping table", () => {
  const chart = (tank: Cylinder, litres: (level: number) => number = (level) => volumeL(tank, level)) =>
    Array.from({ length: tank.diameterMm / 20 + 1 }, (_, index) => ({
      levelMm: index * 20,
      volumeL: litres(index * 20),
    }));

  it("tells the shape of its tank, with rounded ends", () => {
    const rounded = { diameterMm: 2_400, lengthMm: 6_400, headMm: 320 };
    const found = cylinderOfChart(chart(rounded))!;
    expect(found.diameterMm).toBe(2_400);
    expect(found.lengthMm).toBeCloseTo(6_400, 3);
    expect(found.headMm).toBeCloseTo(320, 3);
    expect(litresPerMm(found, 700)).toBeCloseTo(volumeL(rounded, 700.5) - volumeL(rounded, 699.5), 4);
  });

  it("of an upright tank is none of a lying cylinder", () => {
    expect(cylinderOfChart(chart(tank, (level) => level * 10))).toBeUndefined();
  });
});

describe("normal equations", () => {
  it("are solved exactly for a system with a known answer", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 3, maxLength: 3 }), (answer) => {
        const rows = [
          [1, 2, 3],
          [2, -1, 0.5],
          [0.3, 4, -2],
          [5, 1, 1],
        ];
        const normal = new Float64Array(triangleLength(3));
        const right = new Float64Array(3);
        let zz = 0;
        for (const row of rows) {
          const z = row.reduce((sum, x, index) => sum + x * answer[index]!, 0);
          zz += z * z;
          for (let i = 0; i < 3; i += 1) {
            right[i] = right[i]! + row[i]! * z;
            for (let j = 0; j <= i; j += 1) normal[place(i, j)] = normal[place(i, j)]! + row[i]! * row[j]!;
          }
        }
        const solved = solve(normal, right, zz)!;
        for (let i = 0; i < 3; i += 1) expect(solved.mean[i]).toBeCloseTo(answer[i]!, 8);
        expect(solved.residual).toBeLessThan(1e-6);
      }),
    );
  });

  it("are refused when they say nothing of an unknown", () => {
    expect(solve(new Float64Array([1, 0, 0]), new Float64Array(2), 0)).toBeUndefined();
  });
});
