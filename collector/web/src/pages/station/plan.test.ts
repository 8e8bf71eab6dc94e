/** The drawing of a forecourt, its seals, and the marks on a tank's curve. */
import { describe, expect, it } from "vitest";
import type { Dispenser, SealStatus, TankLevel } from "../../../../api/schemas.ts";
import { marksWithin } from "./curve-points.ts";
import { planOf } from "./plan.ts";
import { placesOf } from "./seal-places.ts";

const dispenser = (device: string, ...nozzles: [string, string][]) => ({
  device,
  nozzles: nozzles.map(([nozzle, tank]) => ({ nozzle, tank })) as Dispenser["nozzles"],
});

describe("the plan", () => {
  const dispensers = [dispenser("tax-1", ["N01", "T1"], ["N02", "T2"]), dispenser("tax-2", ["N03", "T1"])];
  const plan = planOf(dispensers, [{ tank: "T1" }, { tank: "T2" }])!;

  it("leads a pipe from every nozzle to its own tank", () => {
    expect(plan.pipes.map(({ nozzle, tank }) => `${nozzle} ${tank}`)).toEqual(["N01 T1", "N02 T2", "N03 T1"]);
    for (const { nozzle, tank, path } of plan.pipes) {
      const from = plan.nozzles.find((one) => one.nozzle === nozzle)!;
      const to = plan.tanks.find((one) => one.tank === tank)!;
      expect(path.startsWith(`M${from.x} `)).toBe(true);
      expect(path).toContain(`H${to.x + to.width / 2}V`);
    }
  });

  it("keeps pipes of two tanks on lines of their own", () => {
    const levels = plan.pipes.map(({ path }) => Number(/V(\d+)H/.exec(path)?.[1]));
    expect(levels[0]).toBe(levels[2]);
    expect(levels[0]).not.toBe(levels[1]);
  });

  it("lets nothing overlap or stand outside", () => {
    for (const row of [plan.dispensers, plan.tanks]) {
      row.forEach(({ x, width }, index) => {
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x + width).toBeLessThanOrEqual(plan.width);
        const next = row[index + 1];
        if (next !== undefined) expect(x + width).toBeLessThan(next.x);
      });
    }
  });

  it("draws no pipe to a tank that is not registered, and nothing where there is nothing", () => {
    expect(planOf([dispenser("tax-1", ["N01", "T9"])], [])?.pipes).toEqual([]);
    expect(planOf([], [])).toBeUndefined();
  });
});

it("seals are put on the part that they close, two on one part beside each other, unknown ones at the foot", () => {
  const seal = (name: string, place: string) => ({ seal: name, place }) as SealStatus;
  const [board, first, second, other] = placesOf([
    ...[seal("S01", "board-box"), seal("S02", "encoder"), seal("S03", "encoder"), seal("S04", "hose")],
  ]);
  expect(board!.y).toBeLessThan(first!.y);
  expect([first!.y, second!.x - first!.x]).toEqual([second!.y, 38]);
  expect(other!.y).toBeGreaterThan(first!.y);
});

it("marks on a curve stay within what the curve shows", () => {
  const level = (at: string) => ({ at }) as TankLevel;
  const levels = [level("2026-03-02T08:00:00+08:00"), level("2026-03-02T12:00:00+08:00")];
  const things = ["2026-03-02T07:59:59+08:00", "2026-03-02T09:00:00+08:00", "2026-03-02T12:00:01+08:00"];
  expect(marksWithin(levels, things, (at) => at)).toEqual([things[1]]);
  expect(marksWithin([], things, (at) => at)).toEqual([]);
});
