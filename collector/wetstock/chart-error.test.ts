/** What a chart's own uncertainty adds to the litres between two levels. */
import { expect, it } from "vitest";
import { chartSeL } from "./chart-error.ts";
import { CHART_FUNCTIONS, SCALE } from "./cylinder.ts";

const CYLINDER = { diameterMm: 2_400, lengthMm: 6_400 };
type State = Parameters<typeof chartSeL>[0];

/** A chart of which everything is known but its scale, by so many per cent. */
function known(scalePercent: number): State {
  const n = CHART_FUNCTIONS;
  const information = new Array<number>(n * n).fill(0);
  for (let index = 0; index < n; index += 1)
    information[index * n + index] = index === SCALE ? scalePercent ** -2 : 1e12;
  const calibration = { knowledge: { mean: new Array<number>(n).fill(0), information } };
  return { calibration, cylinder: CYLINDER } as unknown as State;
}

it("a scale that is known within 0.1 % leaves 0.1 % of the litres, whichever way the level went", () => {
  const up = chartSeL(known(0.1), 600, 1_800)!;
  const share = up / (chartSeL(known(1), 600, 1_800)! * 100);
  expect(share).toBeCloseTo(0.001, 4);
  expect(up).toBeGreaterThan(5);
  expect(chartSeL(known(0.1), 1_800, 600)).toBeCloseTo(up, 6);
});

it("grows with the distance, and is nothing at one level", () => {
  const near = chartSeL(known(0.1), 1_000, 1_010)!;
  expect(near).toBeLessThan(chartSeL(known(0.1), 1_000, 1_500)! / 20);
  expect(chartSeL(known(0.1), 1_000, 1_000)).toBe(0);
});

it("is not known without a calibration or a level", () => {
  expect(chartSeL({ calibration: null, cylinder: CYLINDER }, 600, 1_800)).toBeNull();
  expect(chartSeL(known(0.1), 0, 1_800)).toBeNull();
});
