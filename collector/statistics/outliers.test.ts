/** Stations that sold unusually much or little. */
import { describe, expect, it } from "vitest";
import { outliers } from "./outliers.ts";

const fleet = Array.from({ length: 20 }, (_, index) => ({
  station: `5328${String(index).padStart(2, "0")}-0001`,
  volumeCl: 1_000_000 + index * 1_000,
  beforeCl: 1_000_000 + ((index * 7) % 5) * 4_000,
}));

describe("unusual stations", () => {
  it("names the one that fell by a third while the others stayed", () => {
    const fallen = { station: "532899-0001", volumeCl: 650_000, beforeCl: 1_000_000 };
    const [first, second] = outliers([...fleet, fallen]);
    expect(first).toMatchObject({ ...fallen, changePermille: 650 });
    expect(first!.scoreMilli).toBeLessThan(-10_000);
    expect(Math.abs(second!.scoreMilli!)).toBeLessThan(3_000);
  });

  it("marks nobody when all rise together", () => {
    const risen = fleet.map((one) => ({ ...one, volumeCl: one.volumeCl * 2 }));
    for (const { scoreMilli } of outliers(risen)) expect(Math.abs(scoreMilli!)).toBeLessThan(3_000);
  });

  it("puts a station that stopped selling first, and gives it no score", () => {
    const stopped = { station: "532899-0001", volumeCl: 0, beforeCl: 1_000_000 };
    expect(outliers([...fleet, stopped])[0]).toEqual({ ...stopped, changePermille: 0, scoreMilli: null });
  });

  it("does not speak of what is usual where there are few stations", () => {
    for (const { scoreMilli } of outliers(fleet.slice(0, 4))) expect(scoreMilli).toBeNull();
    expect(outliers([])).toEqual([]);
  });
});
