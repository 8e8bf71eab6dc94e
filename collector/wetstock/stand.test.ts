/** Where a tank stands: what is noise of a level and what has moved, and how a chart's version is made anew. */
import { describe, expect, it } from "vitest";
import { layoutOf } from "../rules/rule.ts";
import { wetstockRecords, wetstockStation } from "../testing/wetstock-station.ts";
import { WetstockBooks } from "./books.ts";
import { columnsOf } from "./columns.ts";
import { moveStand, standL, unrestMm } from "./stand.ts";
import { startTank } from "./state.ts";

const SURFACE = 15;
const columns = columnsOf(1);
const rowOf = (book: number) => [...new Array<number>(columns.book).fill(0), book];

/** A tank that stood at these litres, with 0.1 mm of noise. */
function tankAt(...books: number[]) {
  const state = { ...startTank(1), noiseMm2: 0.01 };
  for (const book of books) moveStand(state, rowOf(book));
  return state;
}

describe("the level of a tank that nobody touched", () => {
  it("is off by its noise, which the columns of the chart must not know", () => {
    const state = tankAt(8_000, 8_001, 7_999, 8_000);
    expect(standL(state, columns)).toBeCloseTo(8_000, 6);
    expect(unrestMm(state, columns, rowOf(8_003), SURFACE)).toBeCloseTo(0.2, 6);
    expect(unrestMm(state, columns, rowOf(7_997), SURFACE)).toBeCloseTo(-0.2, 6);
  });

  it("has moved when it is off by more than noise", () => {
    expect(unrestMm(tankAt(8_000, 8_000), columns, rowOf(7_900), SURFACE)).toBe(0);
  });
});

describe("a chart's version", () => {
  it("is made anew from more sales, as further editions, and tells each time what it found", () => {
    const station = wetstockStation(4);
    const books = new WetstockBooks({ station, layout: layoutOf(station), version: 1 });
    const names: string[] = [];
    for (const one of wetstockRecords({ seed: 31, days: 9 })) {
      if (!("record" in one)) continue;
      for (const event of books.take(one, () => false)) {
        if (event.kind === "calibrated") names.push(`${event.version}.${event.edition}`);
      }
    }
    expect(names.slice(0, 3)).toEqual(["1.1", "2.1", "2.2"]);
    expect(new Set(names).size).toBe(names.length);
  });
});
