import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOUR, judge, MINUTE, records, SECOND, station } from "../testing/judge.ts";
import { link, NOON_MS, sale, tank } from "../testing/records.ts";
import { GATEWAY } from "../testing/stations.ts";
import type { WaybillFiling } from "./filings.ts";
import type { FlagRow } from "./flag.ts";
import type { RuleInput } from "./rule.ts";

const rulesOf = (flags: FlagRow[]) => flags.map((flag) => flag.rule);

describe("wetstock.inflow-without-notice", () => {
  const rise = (from: number, litres: number) =>
    Array.from({ length: 21 }, (_, step): [number, object] => [
      (10 + step * 10) * SECOND,
      tank(from + Math.round((litres * 100 * step) / 20)),
    ]);
  const notice = (changes: Partial<WaybillFiling> = {}): RuleInput => ({
    kind: "filing",
    atMs: NOON_MS,
    filing: {
      filing: "waybill",
      grade: "92#",
      id: "n1",
      station: "532801-0001",
      tank: "T1",
      volumeCl: 500_000,
      fromMs: NOON_MS,
      untilMs: NOON_MS + HOUR,
      tanker: "云K12345",
      ...changes,
    },
  });

  it("makes one flag of a delivery, that grows and ends, with the litres sold meanwhile counted in", () => {
    const during: [number, object] = [100 * SECOND, sale({ volumeCl: 3_000 })];
    const list = [
      [0, tank(1_000_000)] as [number, object],
      ...rise(1_000_000, 5_000),
      during,
      [20 * MINUTE, tank(1_500_000)] as [number, object],
    ];
    list.sort((a, b) => a[0] - b[0]);
    const { flags } = judge(records(...list));
    expect(flags).toMatchObject([{ rule: "wetstock.inflow-without-notice", subject: "T1", state: "ended" }]);
    expect(flags[0]?.figures.inflowCl).toBe(503_000);
  });

  it("does not flag a delivery with its notice, but a second one under the same notice", () => {
    const first = records([0, tank(1_000_000)], ...rise(1_000_000, 5_000), [10 * MINUTE, tank(1_500_000)]);
    expect(judge([notice(), ...first]).flags).toEqual([]);
    const second = records(...rise(1_500_000, 3_000)).map((one) => ({ ...one, atMs: one.atMs + 20 * MINUTE }));
    expect(rulesOf(judge([notice(), ...first, ...second]).flags)).toEqual(["wetstock.inflow-without-notice"]);
  });

  it("is not seen in a volume that another chart makes of the same level", () => {
    const chart = (chartSha256: string) => ({
      ...{ kind: "chart", device: "gauge-1", tank: "T1", cause: "daily", points: [{ levelUm: 1, volumeCl: 1 }] },
      ...{ chartSha256, previousChartSha256: null, deviceChangedAt: null, quality: "good", reason: null, raw: ["00"] },
    });
    const levels: [number, object][] = [
      [0, tank(1_500_000)],
      [HOUR, tank(1_526_000)],
    ];
    const change: [number, object] = [HOUR - SECOND, chart("b".repeat(64))];
    const inputs = (...more: [number, object][]) =>
      records([-SECOND, chart("a".repeat(64))], levels[0]!, ...more, levels[1]!);
    expect(rulesOf(judge(inputs()).flags)).toContain("wetstock.inflow-without-notice");
    expect(rulesOf(judge(inputs(change)).flags)).toEqual(["wetstock.chart-changed"]);
  });

  it("does not take a notice of another tank or another day", () => {
    const list = records([0, tank(1_000_000)], ...rise(1_000_000, 5_000));
    expect(judge([notice({ tank: "T2", grade: "95#" }), ...list]).flags).toHaveLength(1);
    const old = { fromMs: NOON_MS - 26 * HOUR, untilMs: NOON_MS - 24 * HOUR };
    expect(judge([notice(old), ...list]).flags).toHaveLength(1);
  });
});

describe("wetstock.outflow-without-sales", () => {
  const outflow = (flags: FlagRow[]) => flags.filter((flag) => flag.rule === "wetstock.outflow-without-sales");

  it("leaves a busy honest station in peace, whatever the customers do", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (seed) => {
        expect(outflow(judge(station(seed, { minutes: 180 })).flags)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it("is not disturbed by a delivery", () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const delivered = station(seed, { minutes: 120, deliveryAtMs: 30 * MINUTE });
      expect(outflow(judge(delivered).flags)).toEqual([]);
    }
  });

  it("finds sales past the tax port at a busy station, with the litres", () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { flags } = judge(station(seed, { minutes: 180, bypassAfterMs: 30 * MINUTE }));
      expect(outflow(flags)).toMatchObject([{ subject: "T1", severity: "notice" }]);
    }
  });

  it("states the missing litres and the records that prove them", () => {
    const levels = (fromMin: number, toMin: number, cl: number) =>
      Array.from({ length: toMin - fromMin }, (_, step): [number, object] => [(fromMin + step) * MINUTE, tank(cl)]);
    const list = records(
      ...levels(0, 15, 1_000_000),
      [15 * MINUTE, sale({ volumeCl: 4_000 })],
      ...levels(16, 40, 980_000),
    );
    const [flag] = outflow(judge(list).flags);
    expect(flag?.figures).toMatchObject({ lostCl: 16_000, soldCl: 4_000, fellCl: 20_000 });
    expect(flag?.evidence).toEqual([{ gateway: GATEWAY, fromSeq: 15, toSeq: expect.any(Number) as number }]);
  });

  it("is not misled by levels that are older than the sales, as a loaded machine and a console's cache tell them", () => {
    const level = (second: number, cl: number): [number, object] => [second * SECOND, tank(cl)];
    const before = Array.from({ length: 15 }, (_, minute) => level(minute * 60, 1_000_000));
    const sold = [level(900, 1_000_000), [905 * SECOND, sale({ volumeCl: 9_000 })] as [number, object]];
    const stale = [level(950, 1_000_000)];
    const after = Array.from({ length: 30 }, (_, minute) => level(1_000 + minute * 60, 991_000));
    expect(outflow(judge(records(...before, ...sold, ...stale, ...after)).flags)).toEqual([]);
  });

  it("says unknown while a tax port is down, and forgives when its merged sale explains the loss", () => {
    const level = (minute: number, cl: number): [number, object] => [minute * MINUTE, tank(cl)];
    const before = Array.from({ length: 15 }, (_, minute) => level(minute, 1_000_000));
    const while_ = Array.from({ length: 20 }, (_, step) => level(16 + step, 990_000));
    const after = Array.from({ length: 20 }, (_, step) => level(40 + step, 990_000));
    const list = records(
      ...before,
      [15 * MINUTE + 1, link("down")],
      ...while_,
      [38 * MINUTE, link("up")],
      [39 * MINUTE, sale({ volumeCl: 10_000, count: null, quality: "unconfirmed" })],
      ...after,
    );
    const { flags, unknowns } = judge(list);
    expect(outflow(flags)).toEqual([]);
    expect(unknowns.map((one) => one.rule)).toContain("wetstock.outflow-without-sales");
  });
});
