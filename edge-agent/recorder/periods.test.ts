import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PeriodTotalObservation } from "../drivers/observation.ts";
import { PeriodTotals } from "./periods.ts";
import type { TotalBody } from "./sale-records.ts";
import { DEVICE, expectValid } from "./sales.test-support.ts";

const at = (date: string, time = "12:00") => `${date}T${time}:00.000+08:00`;

function seen(nozzle: string, period: string, volumeCl: number, noData: string | null = null): PeriodTotalObservation {
  const scope = period.length === 7 ? "month" : "day";
  return {
    point: "period-total",
    device: DEVICE,
    nozzle,
    scope,
    period,
    volumeCl,
    amountFen: volumeCl * 8,
    noData,
    raw: ["87"],
  };
}

/** Answers every question with what the device counted, until none is left. @returns the records and the questions */
function collect(periods: PeriodTotals, answer: (nozzle: string, period: string) => PeriodTotalObservation, now = 0) {
  const records: TotalBody[] = [];
  const asked: string[] = [];
  for (let question = periods.next(now); question !== undefined; question = periods.next(now)) {
    asked.push(`${question.period}/${question.nozzle}`);
    records.push(...periods.total(answer(question.nozzle, question.period)));
    expect(asked.length).toBeLessThan(1_000);
  }
  expectValid(records);
  return { records, asked };
}

describe("when a day or a month has ended", () => {
  test("yesterday and last month are asked for, each read twice, and recorded once", () => {
    const periods = new PeriodTotals(DEVICE, ["N01"], new Map());
    periods.tick(at("2026-12-01"), 0);
    const { records, asked } = collect(periods, (nozzle, period) => seen(nozzle, period, 100));
    expect(asked).toEqual(["2026-11-30/N01", "2026-11-30/N01", "2026-11/N01", "2026-11/N01"]);
    expect(records).toMatchObject([
      { scope: "day", period: "2026-11-30", cause: "period-end", volumeCl: 100, amountFen: 800, quality: "good" },
      { scope: "month", period: "2026-11", cause: "period-end", quality: "good", raw: ["87", "87"] },
    ]);
    periods.tick(at("2026-12-01", "23:59"), 1);
    expect(periods.next(1)).toBeUndefined();
  });

  test("the device gets ten minutes for its own midnight", () => {
    const known = new Map([["N01", { day: "2026-11-29", month: "2026-10" }]]);
    const periods = new PeriodTotals(DEVICE, ["N01"], known);
    periods.tick(at("2026-12-01", "00:05"), 0);
    expect(collect(periods, (nozzle, period) => seen(nozzle, period, 1)).records).toEqual([]);
    periods.tick(at("2026-12-01", "00:10"), 0);
    const { records } = collect(periods, (nozzle, period) => seen(nozzle, period, 1));
    expect(records.map(({ period }) => period)).toEqual(["2026-11-30", "2026-11"]);
  });

  test("days that passed while the agent was away are made up for, a month of them at the most", () => {
    const missed = (day: string) => {
      const periods = new PeriodTotals(DEVICE, ["N01"], new Map([["N01", { day, month: "2026-10" }]]));
      periods.tick(at("2026-11-25"), 0);
      return collect(periods, (nozzle, period) => seen(nozzle, period, 1)).records.map(({ period }) => period);
    };
    expect(missed("2026-11-21")).toEqual(["2026-11-22", "2026-11-23", "2026-11-24"]);
    expect(missed("2026-01-01")).toHaveLength(31);
    expect(missed("2026-11-24")).toEqual([]);
  });

  test("a clock that stood in the future before does no lasting harm", () => {
    const periods = new PeriodTotals(DEVICE, ["N01"], new Map([["N01", { day: "2099-01-01", month: "2098-12" }]]));
    periods.tick(at("2026-11-25"), 0);
    const { records } = collect(periods, (nozzle, period) => seen(nozzle, period, 1));
    expect(records.map(({ period }) => period)).toEqual(["2026-11-24", "2026-10"]);
  });
});

describe("after a silence", () => {
  test("the present day and month are asked for", () => {
    const known = new Map([["N01", { day: "2026-11-24", month: "2026-10" }]]);
    const periods = new PeriodTotals(DEVICE, ["N01"], known);
    periods.afterSilence(at("2026-11-25"), 0);
    const { records } = collect(periods, (nozzle, period) => seen(nozzle, period, 5));
    expect(records).toMatchObject([
      { scope: "day", period: "2026-11-25", cause: "after-silence" },
      { scope: "month", period: "2026-11", cause: "after-silence" },
    ]);
  });

  test("a second silence makes what was read before it count no more, and adds no second record", () => {
    const periods = new PeriodTotals(DEVICE, ["N01"], new Map([["N01", { day: "2026-11-24", month: "2026-10" }]]));
    periods.afterSilence(at("2026-11-25"), 0);
    expect(periods.total(seen("N01", "2026-11-25", 5))).toEqual([]);
    periods.afterSilence(at("2026-11-25"), 1);
    expect(periods.total(seen("N01", "2026-11-25", 5))).toEqual([]);
    expect(periods.total(seen("N01", "2026-11-25", 5))).toHaveLength(1);
    expect(periods.total(seen("N01", "2026-11-25", 5))).toEqual([]);
  });
});

describe("what is believed", () => {
  test("no sale that day is no data, with the reason", () => {
    const periods = new PeriodTotals(DEVICE, ["N01"], new Map());
    periods.tick(at("2026-11-25"), 0);
    const { records } = collect(periods, (nozzle, period) => seen(nozzle, period, 0, "status 0"));
    expect(records[0]).toMatchObject({ volumeCl: 0, amountFen: 0, quality: "missing", reason: "status 0" });
  });

  test("a neighbour's figure, read twice, is not enough", () => {
    const periods = new PeriodTotals(DEVICE, ["N01", "N02"], new Map());
    periods.tick(at("2026-11-25"), 0);
    let swaps = 0;
    const { records } = collect(periods, (nozzle, period) => {
      const swapped = nozzle === "N02" && swaps < 3;
      if (swapped) swaps += 1;
      return seen(nozzle, period, nozzle === "N01" || swapped ? 100 : 200);
    });
    const days = records.filter(({ scope }) => scope === "day");
    expect(days.map(({ nozzle, volumeCl }) => [nozzle, volumeCl])).toEqual([
      ["N01", 100],
      ["N02", 200],
    ]);
  });

  test("answers that never agree end in a record that says so", () => {
    const periods = new PeriodTotals(DEVICE, ["N01"], new Map());
    periods.tick(at("2026-11-25"), 0);
    let volumeCl = 0;
    const { records } = collect(periods, (nozzle, period) => seen(nozzle, period, ++volumeCl));
    expect(records).toMatchObject([{ quality: "unconfirmed" }, { quality: "unconfirmed" }]);
  });

  test("a device that never answers is left alone after a while, and a useless answer is no record", () => {
    const periods = new PeriodTotals(DEVICE, ["N01"], new Map([["N01", { month: "2026-10" }]]));
    periods.tick(at("2026-11-25"), 0);
    let asked = 0;
    for (let now = 0; now < 86_400_000; now += 60_000) {
      const question = periods.next(now);
      if (question === undefined) continue;
      asked += 1;
      periods.failed(question, now);
    }
    expect(asked).toBe(9);
  });

  test("single swapped or lost answers never make a good record of a wrong figure", () => {
    const answers = fc.array(fc.constantFrom("true", "swapped", "lost"), { minLength: 60, maxLength: 60 });
    fc.assert(
      fc.property(answers, (all) => {
        const nozzles = ["N01", "N02", "N03"];
        const truth = new Map(nozzles.map((nozzle, index) => [nozzle, 1_000 + index]));
        const periods = new PeriodTotals(DEVICE, nozzles, new Map());
        periods.tick(at("2026-11-25"), 0);
        let before = "true";
        for (const answer of all) {
          const question = periods.next(0);
          if (question === undefined) break;
          // Never two swapped answers in a row, lost ones aside: nothing on this port tells a swap that lasts from the truth.
          const kind = answer === "swapped" && before === "swapped" ? "true" : answer;
          if (kind !== "lost") before = kind;
          if (kind === "lost") {
            periods.failed(question, 0);
            continue;
          }
          const other = nozzles[(nozzles.indexOf(question.nozzle) + 1) % 3]!;
          const figure = truth.get(kind === "swapped" ? other : question.nozzle)!;
          for (const record of periods.total(seen(question.nozzle, question.period, figure))) {
            if (record.quality === "good") expect(record.volumeCl).toBe(truth.get(record.nozzle));
          }
        }
      }),
    );
  });
});
