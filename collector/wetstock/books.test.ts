/** Weeks of a simulated tank through the wetstock rules (the others would find its dispensers odd): honest ones are left in peace, cheats are found and sized. */

import { describe, expect, it } from "vitest";
import { unchanged } from "../rules/entry-book.ts";
import type { SeenFiling } from "../rules/filings.ts";
import { Replay, type ReplayedFlag } from "../rules/replay.ts";
import { NOON_MS } from "../testing/records.ts";
import { STATION } from "../testing/stations.ts";
import { nozzleName, type WetstockOptions, wetstockRecords, wetstockStation } from "../testing/wetstock-station.ts";

const DAY_MS = 86_400_000;
const START_MS = NOON_MS - DAY_MS / 2;

function replay(options: WetstockOptions, ...filed: { atMs: number; filing: SeenFiling }[]) {
  const station = wetstockStation(options.nozzles ?? 4);
  const filings = [...filed];
  const records = [];
  for (const one of wetstockRecords(options)) {
    if ("record" in one) records.push(one);
    else filings.push(one);
  }
  const run = new Replay(unchanged(station), {}, filings);
  for (const record of records) run.record(record);
  const { flags, inconclusive } = run.finish();
  for (const flag of flags)
    if (process.env.SHOW !== undefined) console.log(flag.rule, flag.subject, flag.severity, flag.text.en);
  return {
    flags: flags.filter(({ rule, severity }) => rule.startsWith("wetstock.") && severity !== "notice"),
    inconclusive,
  };
}

const day = (flag: ReplayedFlag | undefined) => ((flag?.raisedMs ?? Number.NaN) - START_MS) / DAY_MS;
const litresOf = (flag: ReplayedFlag | undefined, figure: string) => Number(flag?.figures[figure]) / 100;

describe("an honest tank", () => {
  it("is left in peace whatever its chart, its gauge and its nozzles", () => {
    for (const options of [
      { seed: 1 },
      { seed: 2, tiltMmPerM: 25 },
      { seed: 3, noiseMm: 0.3, stepMm: 0.5 },
      { seed: 4, nozzles: 1, customersPerDay: 40 },
      { seed: 5, nozzles: 6, customersPerDay: 350 },
    ]) {
      expect(replay({ days: 24, ...options }).flags, JSON.stringify(options)).toEqual([]);
    }
  });

  it("is judged every day once its chart is calibrated", () => {
    const { inconclusive } = replay({ seed: 6, days: 12 });
    expect(inconclusive.length).toBeLessThanOrEqual(2);
    expect(inconclusive[0]?.reason).toContain("not calibrated");
  });
});

describe("a cheat", () => {
  it("of one nozzle by 2 % is found within two days, named and sized", () => {
    const { flags } = replay({ seed: 11, days: 30, fromDay: 16, short: ({ nozzle }) => (nozzle === 1 ? 0.02 : 0) });
    expect(flags).toMatchObject([{ rule: "wetstock.short-measure", subject: nozzleName(1) }]);
    expect(day(flags[0])).toBeLessThan(18.1);
    expect(litresOf(flags[0], "shortCl") / (0.02 * 14 * 1_650)).toBeCloseTo(1, 0);
  });

  it("of one nozzle by 0.6 % is found within ten days, named, dated and sized", () => {
    const { flags } = replay({ seed: 21, days: 30, fromDay: 16, short: ({ nozzle }) => (nozzle === 3 ? 0.006 : 0) });
    expect(flags).toMatchObject([{ rule: "wetstock.short-measure", subject: nozzleName(3) }]);
    expect(day(flags[0])).toBeLessThan(26);
    expect(Math.abs((flags[0]!.fromMs - START_MS) / DAY_MS - 16)).toBeLessThanOrEqual(1);
    expect(Math.abs(litresOf(flags[0], "shortCl") / (0.006 * 13 * 1_650) - 1)).toBeLessThan(0.15);
  });

  it("that is switched off while somebody inspects says so", () => {
    const inspection = (at: number) => {
      const span = { fromMs: START_MS + at * DAY_MS, untilMs: START_MS + (at + 1) * DAY_MS };
      const filing = { filing: "inspection", id: `i${at}`, station: STATION, ...span } as SeenFiling;
      return { atMs: span.fromMs, filing };
    };
    const textOf = (honestDay: number) =>
      replay({ seed: 15, days: 24, fromDay: 14, short: (one) => (one.day === honestDay ? 0 : 0.03) }, inspection(19))
        .flags.filter(({ rule }) => rule === "wetstock.short-measure")
        .map((flag) => [flag.subject, typeof flag.figures.honestMs]);
    expect(textOf(19)).toEqual([["T1", "number"]]);
    expect(textOf(-1)).toEqual([["T1", "object"]]);
  });

  it("of all nozzles by 1 % is laid to the tank", () => {
    const { flags } = replay({ seed: 12, days: 26, fromDay: 16, short: () => 0.01 });
    expect(flags.map((flag) => [flag.rule, flag.subject])).toEqual([["wetstock.short-measure", "T1"]]);
    expect(flags[0]?.figures.pattern).toBe("all");
  });

  it("past the tax port is found the next day, with its litres", () => {
    let hiddenL = 0;
    const hidden = ({ random, litres }: { random: number; litres: number }) => {
      hiddenL += random < 0.03 ? litres : 0;
      return random < 0.03;
    };
    const { flags } = replay({ seed: 13, days: 26, fromDay: 15, hidden });
    expect(flags).toMatchObject([{ rule: "wetstock.outflow-without-sales", subject: "T1" }]);
    expect(day(flags[0])).toBeLessThan(16.1);
    // The last day has not ended, so its litres are not in the sum yet.
    expect(litresOf(flags[0], "lostCl") / (hiddenL * (10 / 11))).toBeGreaterThan(0.8);
    expect(litresOf(flags[0], "lostCl") / (hiddenL * (10 / 11))).toBeLessThan(1.2);
  });

  it("never becomes part of the chart: 2 % from the first day on one of four nozzles is told when the chart is learnt", () => {
    const { flags } = replay({ seed: 14, days: 12, short: ({ nozzle }) => (nozzle === 2 ? 0.03 : 0) });
    expect(flags.map((flag) => [flag.rule, flag.subject])).toEqual([["wetstock.short-measure", nozzleName(2)]]);
  });
});

describe("a leak of 0.757 L/h", () => {
  it("is found within a week and told from cheats", () => {
    const { flags } = replay({ seed: 15, days: 26, fromDay: 16, leakLPerHour: 0.757 });
    expect(flags).toMatchObject([{ rule: "wetstock.leak", subject: "T1" }]);
    expect(day(flags[0])).toBeLessThan(23);
    expect(Number(flags[0]?.figures.lossMlPerH)).toBeGreaterThan(600);
    expect(Number(flags[0]?.figures.lossMlPerH)).toBeLessThan(900);
  });
});
