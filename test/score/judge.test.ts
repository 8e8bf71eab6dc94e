import { describe, expect, it } from "vitest";
import { holdAgainst } from "./bars.ts";
import { type Flag, type Replayed, scoreStation } from "./judge.ts";
import { type Run, summarise } from "./summary.ts";
import type { Planted, Truth } from "./truth.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const tankOf = new Map([
  ["N01", "T1"],
  ["N02", "T2"],
]);

const cheat = (changes: Partial<Planted> = {}): Planted => ({
  id: "c1",
  kind: "bypass-tax-port",
  subject: "T1",
  nozzle: "N01",
  honest: false,
  expects: ["wetstock.outflow-without-sales"],
  also: [],
  byFen: null,
  fromMs: 10 * DAY,
  shownMs: 10 * DAY,
  untilMs: 20 * DAY,
  litres: 500,
  ...changes,
});
const flag = (changes: Partial<Flag> = {}): Flag => ({
  rule: "wetstock.outflow-without-sales",
  subject: "T1",
  severity: "high",
  fromMs: 10 * DAY,
  untilMs: 19 * DAY,
  raisedMs: 11 * DAY,
  aboveNoticeMs: 11 * DAY,
  figures: { lostCl: 45_000 },
  ...changes,
});
const truth = (...planted: Planted[]): Truth => ({
  fromMs: 0,
  untilMs: 30 * DAY,
  planted,
  dark: [],
  deliveries: [],
  hidden: [],
  sales: [],
});
const replayed = (...flags: Flag[]): Replayed => ({
  station: "532801-0001",
  fromMs: 0,
  untilMs: 30 * DAY,
  records: 100,
  flags,
  tankDays: [{ tank: "T1", day: 5, version: 2, gainCl: 500, soldCl: 500_000 }],
  inconclusive: [{ rule: "wetstock.unaccounted", subject: "T1", day: "2026-03-02", reason: "r" }],
});

describe("a station's score", () => {
  it("finds a cheat by its rule and tank, counts the hours and compares the litres", () => {
    const { causes, wrong } = scoreStation(truth(cheat()), replayed(flag()), tankOf);
    expect(causes).toMatchObject([{ found: true, hours: 24, named: true, litresTrue: 500, litresSaid: 450 }]);
    expect(wrong).toEqual([]);
  });

  it("takes several strokes at one tank as one cause", () => {
    const both = truth(cheat(), cheat({ id: "c2", nozzle: "N01", fromMs: 12 * DAY, litres: 100 }));
    expect(scoreStation(both, replayed(flag()), tankOf).causes).toMatchObject([{ found: true, litresTrue: 600 }]);
  });

  it("does not count another tank, another rule, a notice, or a flag before the cheat", () => {
    for (const other of [
      { subject: "T2" },
      { rule: "wetstock.leak" },
      { severity: "notice" as const, aboveNoticeMs: null },
      { raisedMs: 5 * DAY, aboveNoticeMs: 5 * DAY, fromMs: 5 * DAY, untilMs: 6 * DAY },
    ]) {
      expect(scoreStation(truth(cheat()), replayed(flag(other)), tankOf).causes[0]?.found).toBe(false);
    }
  });

  it("finds a cheat only when each rule that must tell has told", () => {
    const both = cheat({ expects: ["wetstock.outflow-without-sales", "tax-port.records-repeated"] });
    const repeated = flag({ rule: "tax-port.records-repeated", subject: "N01", figures: {} });
    expect(scoreStation(truth(both), replayed(flag()), tankOf).causes).toMatchObject([
      { found: false, missing: ["tax-port.records-repeated"] },
    ]);
    expect(scoreStation(truth(both), replayed(flag(), repeated), tankOf).causes[0]?.found).toBe(true);
  });

  it("neither asks for rules that see it from another side nor calls them wrong", () => {
    const side = flag({ rule: "tax-port.nozzle-idle", subject: "N02" });
    const { causes, beside } = scoreStation(
      truth(cheat({ also: ["tax-port.nozzle-idle"] })),
      replayed(flag(), side),
      tankOf,
    );
    expect(causes[0]?.found).toBe(true);
    expect(beside).toEqual([]);
  });

  it("counts the days with 100 L past the tax ports that are told by the next noon", () => {
    const hidden = [10, 11, 12].map((day) => ({ tank: "T1", dayMs: day * DAY, litres: day === 12 ? 90 : 150 }));
    const found = flag({ raisedMs: 12 * DAY, aboveNoticeMs: 12 * DAY });
    const { hiddenDays } = scoreStation({ ...truth(cheat()), hidden }, replayed(found), tankOf);
    expect(hiddenDays).toEqual({ days: 2, told: 1 });
  });

  it("takes the residual of a chart from days before anything was planted", () => {
    expect(scoreStation(truth(cheat()), replayed(), tankOf).residuals).toEqual([{ version: 2, share: 0.001 }]);
    expect(scoreStation(truth(cheat({ fromMs: 3 * DAY })), replayed(), tankOf).residuals).toEqual([]);
  });

  it("calls a flag wrong when no cheat went on, also beside something honest that looks odd", () => {
    const odd = cheat({ honest: true, expects: [], kind: "repair" });
    expect(scoreStation(truth(odd), replayed(flag()), tankOf).wrong).toHaveLength(1);
    const early = flag({ raisedMs: 2 * DAY, aboveNoticeMs: 2 * DAY, fromMs: 2 * DAY, untilMs: 3 * DAY });
    expect(scoreStation(truth(cheat()), replayed(early, flag()), tankOf).wrong).toHaveLength(1);
  });

  it("does not blame a flag about silence while there was no power", () => {
    const dark = { ...truth(), dark: [{ fromMs: 11 * DAY, untilMs: 12 * DAY }] };
    const silent = flag({ rule: "gateway.silent", subject: "gw-1", fromMs: 11 * DAY, untilMs: 12 * DAY });
    expect(scoreStation(dark, replayed(silent), tankOf).wrong).toEqual([]);
  });
});

describe("the bars", () => {
  const run = (scenario: string, ...flags: Flag[]): Run => ({
    ...scoreStation(truth(cheat()), replayed(...flags), tankOf),
    scenario,
    seed: 1,
    historyMs: 1,
    replayMs: 1,
  });
  const bars = {
    bars: [{ name: "bypass", scenarios: ["bypass-*"], found: 1, hours: 30, litres: 1 }],
    honest: { wrongPerStationYear: 0.2, inconclusiveShare: 0.05 },
  };

  it("fail when a cheat is missed, or found too late", () => {
    const rows = (...runs: Run[]) => [summarise("bypass-night", runs)];
    expect(holdAgainst(bars, rows(run("bypass-night", flag()))).every((one) => one.reached)).toBe(true);
    expect(holdAgainst(bars, rows(run("bypass-night")))[0]?.reached).toBe(false);
    const late = flag({ raisedMs: 15 * DAY, aboveNoticeMs: 15 * DAY });
    expect(holdAgainst(bars, rows(run("bypass-night", late)))[0]?.reached).toBe(false);
    const tenth = flag({ figures: { lostCl: 5_000 } });
    expect(holdAgainst(bars, rows(run("bypass-night", tenth)))[1]?.reached).toBe(false);
  });

  it("count wrong flags at honest stations by the year", () => {
    const honest = { ...run("honest-month"), wrong: [{ rule: "r", subject: "s", day: 1 }], days: 365 };
    const [held] = holdAgainst(bars, [summarise("honest-month", [honest])]);
    expect(held).toMatchObject({ value: 1, reached: false });
  });
});
