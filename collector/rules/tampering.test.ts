/** Totals, prices, flow and clocks: every kind of tampering is found at once, and its honest look-alike left in peace. */
import { describe, expect, it } from "vitest";
import { HOUR, judge, MINUTE, records, SECOND } from "../testing/judge.ts";
import { gateway, link, NOON_MS, sale, total } from "../testing/records.ts";
import { STATION } from "../testing/stations.ts";
import type { SeenFiling } from "./filings.ts";
import type { RuleInput } from "./rule.ts";

const DAY = 24 * HOUR;

function workOrder(change: string, subject: string): RuleInput {
  const span = { fromMs: NOON_MS - HOUR, untilMs: NOON_MS + HOUR };
  const filing = { filing: "work-order", id: "WO-1", station: STATION, change, subject, ...span } as SeenFiling;
  return { kind: "filing", atMs: NOON_MS - HOUR, filing };
}

function price(unitPriceFen: number, fromMs: number, grade = "92#"): RuleInput {
  const filing = { filing: "price", id: `P-${fromMs}`, station: STATION, grade, unitPriceFen, fromMs } as SeenFiling;
  return { kind: "filing", atMs: fromMs, filing };
}

const rulesOf = (inputs: Parameters<typeof judge>[0]) => judge(inputs).flags.map(({ rule }) => rule);

describe("a grand total", () => {
  const life = total(50_000_000);
  it("that begins anew is a reset, not a decrease", () => {
    expect(judge(records(life, total(0))).flags).toMatchObject([
      { rule: "tax-port.total-reset", subject: "N01", severity: "high", figures: { previousVolumeCl: 50_000_000 } },
    ]);
  });

  it("that fell or began anew under a work order for its board is honest", () => {
    expect(rulesOf([workOrder("board-replaced", "tax-1"), ...records(life, total(0))])).toEqual([]);
    expect(rulesOf([workOrder("total-reset", "N01"), ...records(life, total(49_000_000))])).toEqual([]);
    expect(rulesOf([workOrder("board-replaced", "tax-9"), ...records(life, total(0))])).toEqual([
      "tax-port.total-reset",
    ]);
  });
});

describe("tax-port.sold-unseen", () => {
  it("sums what the totals of a device rose by over a silence", () => {
    const inputs = records(
      [0, total(1_000_000)],
      [SECOND, total(2_000_000, { nozzle: "N02" })],
      [MINUTE, link("down")],
      [HOUR, link("up")],
      [HOUR + SECOND, total(1_040_000, { cause: "after-silence" })],
      [HOUR + 2 * SECOND, total(2_060_000, { nozzle: "N02", cause: "after-silence" })],
    );
    const flag = judge(inputs).flags.find(({ rule }) => rule === "tax-port.sold-unseen");
    expect(flag).toMatchObject({ subject: "tax-1", figures: { unseenCl: 100_000, nozzles: 2 } });
  });

  it("adds the silences up, each counted once", () => {
    const silence = (hour: number, ...totals: object[]): [number, object][] => [
      [hour * HOUR, link("down")],
      [(hour + 1) * HOUR, link("up")],
      ...totals.map((one, index): [number, object] => [(hour + 1) * HOUR + (index + 1) * SECOND, one]),
    ];
    const inputs = records(
      [0, total(1_000_000)],
      [SECOND, total(2_000_000, { nozzle: "N02" })],
      ...silence(1, total(1_040_000), total(2_060_000, { nozzle: "N02" })),
      // Too little to be told by itself, and told with the next.
      ...silence(3, total(1_041_000)),
      ...silence(5, total(1_044_000)),
    );
    const flag = judge(inputs).flags.find(({ rule }) => rule === "tax-port.sold-unseen");
    expect(flag).toMatchObject({ figures: { unseenCl: 3_000, allUnseenCl: 104_000, silences: 2 } });
  });

  it("counts a gateway's own outage as well, from its last record on", () => {
    const inputs = records(
      [0, total(1_000_000)],
      [3 * HOUR, gateway({ event: "start" })],
      [3 * HOUR + SECOND, total(1_300_000)],
    );
    const flag = judge(inputs).flags.find(({ rule }) => rule === "tax-port.sold-unseen");
    expect(flag).toMatchObject({ figures: { unseenCl: 300_000, silentMs: 3 * HOUR + SECOND } });
  });

  it("says nothing of a silence in which nothing was sold", () => {
    const inputs = records(
      [0, total(1_000_000)],
      [MINUTE, link("down")],
      [HOUR, link("up")],
      [2 * HOUR, total(1_000_000)],
    );
    expect(rulesOf(inputs)).not.toContain("tax-port.sold-unseen");
  });
});

describe("tax-port.period-total-mismatch", () => {
  const midnight = Date.parse("2026-03-03T00:00:00+08:00") - NOON_MS;
  const sales = (count: number, fromMs: number) =>
    Array.from({ length: count }, (_, index): [number, object] => [
      fromMs + index * HOUR,
      sale({ beforeVolumeCl: 1_000_000 + index * 2_000, lastFuelling: null, unitPriceFen: null }),
    ]);
  const dayTotal = (volumeCl: number): [number, object] => [
    midnight + DAY + HOUR,
    total(volumeCl, { scope: "day", period: "2026-03-03", cause: "period-end" }),
  ];
  const start: [number, object] = [0, total(1_000_000)];

  it("compares the sales of a whole day with the port's own memory", () => {
    const day = [start, ...sales(10, midnight + 8 * HOUR)];
    expect(rulesOf(records(...day, dayTotal(20_000)))).toEqual([]);
    const { flags } = judge(records(...day, dayTotal(26_000)));
    expect(flags).toMatchObject([
      {
        rule: "tax-port.period-total-mismatch",
        figures: { periodTotalCl: 26_000, salesCl: 20_000, differenceCl: 6_000 },
      },
    ]);
    expect(judge(records(...day, dayTotal(14_000))).flags).toMatchObject([{ figures: { differenceCl: -6_000 } }]);
  });

  it("lets a fuelling around midnight belong to either day, and a day that was not watched from its start to nobody", () => {
    const near = [start, [midnight - 5 * MINUTE, sale({ lastFuelling: null, unitPriceFen: null })] as [number, object]];
    expect(rulesOf(records(...near, dayTotal(2_000)))).toEqual([]);
    expect(rulesOf(records(...near, dayTotal(0)))).toEqual([]);
    expect(rulesOf(records(...sales(10, midnight + 8 * HOUR), dayTotal(90_000)))).toEqual([]);
  });
});

describe("prices", () => {
  const at = (unitPriceFen: number, atMs: number, changes: object = {}): [number, object] => {
    const amountFen = Math.round(20 * unitPriceFen);
    const stamp = { dayOfMonth: 2, hour: 12, minute: 0, volumeCl: 2_000, amountFen, unitPriceFen };
    return [atMs, sale({ unitPriceFen, amountFen, count: 1, lastFuelling: stamp, ...changes })];
  };
  it("off the filed board are flagged, around a change both are right", () => {
    const board = [price(770, NOON_MS - DAY), price(790, NOON_MS)];
    expect(rulesOf([...board, ...records(at(770, 10 * MINUTE))])).toEqual([]);
    const { flags } = judge([...board, ...records(at(770, 2 * HOUR))]);
    expect(flags.find(({ rule }) => rule === "price.off-board")).toMatchObject({
      subject: "N01",
      figures: { unitPriceFen: 770, boardPriceFen: 790, grade: "92#" },
    });
  });

  it("without a filed board are not judged", () => {
    expect(rulesOf(records(at(10, 0)))).toEqual([]);
  });
});

describe("tax-port.flow-too-fast", () => {
  it("flags litres that no pump gives in the time, and no honest queue", () => {
    const honest = records([0, sale()], [90 * SECOND, sale({ beforeVolumeCl: 1_002_000, volumeCl: 5_000 })]);
    expect(rulesOf(honest)).not.toContain("tax-port.flow-too-fast");
    const written = records([0, sale()], [20 * SECOND, sale({ beforeVolumeCl: 1_002_000, volumeCl: 40_000 })]);
    expect(rulesOf(written)).toContain("tax-port.flow-too-fast");
  });
});

describe("tax-port.clock-drift", () => {
  const stamped = (hour: number, index: number): [number, object] => {
    const stamp = { dayOfMonth: 2, hour, minute: index, volumeCl: 2_000, amountFen: 15_400, unitPriceFen: 770 };
    return [index * MINUTE, sale({ beforeVolumeCl: 1_000_000 + index * 2_000, lastFuelling: stamp })];
  };
  it("flags a clock that three sales in a row show to be off, and ends when it is right again", () => {
    const off = [0, 1, 2].map((index) => stamped(9, index));
    const { flags } = judge(records(...off));
    expect(flags).toMatchObject([
      { rule: "tax-port.clock-drift", subject: "tax-1", severity: "notice", figures: { offsetMs: -3 * HOUR } },
    ]);
    const jumped = judge(records(stamped(12, 0), ...[1, 2, 3].map((index) => stamped(9, index)))).flags;
    expect(jumped).toMatchObject([{ rule: "tax-port.clock-drift", severity: "medium" }]);
    const right = [3, 4, 5].map((index) => stamped(12, index));
    expect(judge(records(...off, ...right)).flags).toMatchObject([{ state: "ended" }]);
    expect(rulesOf(records(...off.slice(0, 2)))).toEqual([]);
  });
});

describe("tax-port.clock-drift over months", () => {
  it("makes one notice of a clock that creeps around the limit", () => {
    const creeping = Array.from({ length: 60 }, (_, index): [number, object] => {
      const behind = 14 + Math.round(index / 12) - (index % 3);
      const stamp = {
        dayOfMonth: 2,
        hour: 13,
        minute: index - behind + 14,
        volumeCl: 2_000,
        amountFen: 15_400,
        unitPriceFen: 770,
      };
      const moved = { ...stamp, minute: (60 + stamp.minute) % 60, hour: stamp.minute < 0 ? 12 : 13 };
      return [HOUR + (index + 14) * MINUTE, sale({ beforeVolumeCl: 1_000_000 + index * 2_000, lastFuelling: moved })];
    });
    const { flags } = judge(records(...creeping));
    expect(flags.filter(({ rule }) => rule === "tax-port.clock-drift").length).toBeLessThanOrEqual(1);
    expect(flags.every(({ severity }) => severity === "notice")).toBe(true);
  });
});
