/** Litres of a short nozzle between two midnights: rate times what was sold, taken back when the day says otherwise. */
import { describe, expect, it } from "vitest";
import type { Judged } from "../wetstock/judge.ts";
import { soldToday, startToday, takenBack } from "./short-today.ts";

const HOUR_MS = 3_600_000;
/** 08:00 at the stations. */
const MORNING_MS = Date.parse("2026-03-02T08:00:00+08:00");

function today(kind: Judged["cause"]["kind"] = "nozzle") {
  const cause = { kind, nozzle: 0, value: 0.02, se: 0.001, chi: 400 };
  const judged: Judged = { cause, days: 4, sinceDay: 20_000, litres: 100, se: 4, excluded: [] };
  const figures = { pattern: kind, shortCl: 10_000, seCl: 400 };
  return startToday(judged, { fromMs: 0, atMs: MORNING_MS, figures });
}

const sell = (book: ReturnType<typeof today>, litres: number, hours: number, count: 1 | null = 1) =>
  soldToday(
    book,
    { volumeCl: litres * 100, count },
    { subject: "N01", atMs: MORNING_MS + hours * HOUR_MS, evidence: [] },
  );

describe("what a short nozzle keeps today", () => {
  it("is told every two hours, with what was told of the days before", () => {
    const book = today();
    expect(sell(book, 500, 1)).toBeUndefined();
    expect(sell(book, 500, 2.5)).toMatchObject({ figures: { pattern: "nozzle", shortCl: 12_000, seCl: 412 } });
    expect(sell(book, 500, 3)).toBeUndefined();
  });

  it("counts only the hours or the litres that are short", () => {
    expect(sell(today("beyond"), 50, 3)).toMatchObject({ figures: { shortCl: 10_060 } });
    expect(sell(today("beyond"), 50, 3, null)).toMatchObject({ figures: { shortCl: 10_000 } });
    expect(sell(today("night"), 50, 3)).toMatchObject({ figures: { shortCl: 10_000 } });
    expect(sell(today("night"), 50, 14)).toMatchObject({ figures: { shortCl: 10_100 } });
  });

  it("leaves out sales of a day that is closed already, which come late", () => {
    const book = today();
    sell(book, 500, -1);
    expect(sell(book, 100, 3)).toMatchObject({ figures: { shortCl: 10_200 } });
  });

  it("is taken back when the day does not show it", () => {
    const book = today();
    expect(takenBack(book, "N01", MORNING_MS + 24 * HOUR_MS)).toBeUndefined();
    sell(book, 500, 3);
    expect(takenBack(book, "N01", MORNING_MS + 24 * HOUR_MS)).toMatchObject({ figures: { shortCl: 10_000 } });
  });
});
