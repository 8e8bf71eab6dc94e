import { describe, expect, it } from "vitest";
import { isRound, startRow, takeFuelling } from "./repeated-row.ts";

const PRICE = 772;
const YEARS = 1_000;

/** Fuellings as honest customers take them: a third for round money, a few for round litres, the others fill up. */
function honest(count: number, seed = 1): { volumeCl: number; amountFen: number }[] {
  let state = seed;
  const next = () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
  return Array.from({ length: count }, () => {
    const kind = next();
    const filled = 500 + Math.round((next() + next() + next() + next()) * 1_500);
    const money = [10_000, 20_000, 20_000, 30_000][Math.floor(next() * 4)]!;
    const litres = [1_000, 2_000, 3_000, 4_000][Math.floor(next() * 4)]!;
    const volumeCl = kind < 0.45 ? Math.round((money * 100) / PRICE) : kind < 0.6 ? litres : filled;
    return { volumeCl, amountFen: Math.round((volumeCl * PRICE) / 100) };
  });
}

function told(fuellings: readonly { volumeCl: number; amountFen: number }[], years = YEARS): number[] {
  const row = startRow("gw-1");
  return fuellings.flatMap((one, seq) => (takeFuelling(row, { ...one, seq }, years) === undefined ? [] : [seq]));
}

describe("a repeated row", () => {
  it("is told at the third fuelling that is not round, wherever the loop stands", () => {
    const before = honest(100);
    const loop = honest(200, 9)
      .filter(({ volumeCl, amountFen }) => !isRound(volumeCl, amountFen))
      .slice(0, 7);
    expect(told([...before, ...loop, ...loop])[0]).toBe(before.length + loop.length + 2);
  });

  it("is told as two spans of records, the first telling and the second", () => {
    const row = startRow("gw-1");
    const loop = [3_886, 3_781, 2_611, 1_307, 2_833].map((volumeCl) => ({ volumeCl, amountFen: volumeCl * 7 + 31 }));
    const all = [...honest(90), ...loop, ...loop].map((one, seq) => ({ ...one, seq }));
    const last = all.map((one) => takeFuelling(row, one, YEARS)).at(-1);
    expect(last).toMatchObject({ distance: 5, times: 1, first: { fromSeq: 90, toSeq: 94 }, again: { fromSeq: 95 } });
  });

  it("is no accident at an honest nozzle, in the fuellings of a station-year", () => {
    expect(told(honest(120_000, 77))).toEqual([]);
  });

  it("is no inspector's row of cans, and no fleet", () => {
    const cans = Array.from({ length: 10 }, () => ({ volumeCl: 2_000, amountFen: 15_440 }));
    expect(told([...honest(60), ...cans])).toEqual([]);
    const fleet = Array.from({ length: 500 }, () => ({ volumeCl: 2_591, amountFen: 20_003 }));
    expect(told([...honest(60), ...fleet])).toEqual([]);
  });

  it("of round fuellings alone is told once it is long", () => {
    const round = [1_295, 2_591, 3_886, 2_000, 1_000].map((volumeCl) => ({
      volumeCl,
      amountFen: Math.round((volumeCl * PRICE) / 100),
    }));
    const loops = Array.from({ length: 9 }, () => round).flat();
    expect(told([...honest(60, 5), ...loops]).length).toBeGreaterThan(0);
    expect(told([...honest(60, 5), ...round, ...round])).toEqual([]);
  });
});
