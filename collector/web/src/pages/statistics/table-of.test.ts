/** From the API's answer to what is drawn. */
import { describe, expect, it } from "vitest";
import { tableOf } from "./table-of.ts";

const figure = (at: string, grade: string, volumeCl: number) => ({
  at,
  grade,
  station: null,
  county: null,
  brand: null,
  nozzle: null,
  sales: 1,
  volumeCl,
  amountFen: volumeCl * 7,
  untrustedSales: 0,
  untrustedVolumeCl: 0,
});

describe("figures of sales", () => {
  it("become one series a group, with nothing where nothing was sold, the largest first", () => {
    const items = [figure("2026-03-02", "92#", 500), figure("2026-03-01", "95#", 700), figure("2026-03-02", "95#", 1)];
    const { steps, series } = tableOf(items, "grade", 10, "其他");
    expect(steps).toEqual(["2026-03-01", "2026-03-02"]);
    expect(series.map(({ key, volumeCl, total }) => [key, volumeCl, total.sales])).toEqual([
      ["95#", [700, 1], 2],
      ["92#", [0, 500], 1],
    ]);
  });

  it("join the smallest groups when there are too many, and lose none of their litres", () => {
    const items = [1, 2, 3, 4, 5].map((n) => figure("2026-03-01", `g${n}`, n * 100));
    const { series } = tableOf(items, "grade", 3, "其他");
    expect(series.map(({ key, volumeCl }) => [key, volumeCl])).toEqual([
      ["g5", [500]],
      ["g4", [400]],
      ["其他", [600]],
    ]);
  });

  it("are empty when nothing was sold", () => {
    expect(tableOf([], "grade", 3, "其他")).toEqual({ steps: [], series: [] });
  });
});
