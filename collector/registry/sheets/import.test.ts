/** An import says by row what is wrong, and takes what is right. */
import { describe, expect, test } from "vitest";
import { testStation } from "../../testing/stations.ts";
import type { StationEntry } from "../schema.ts";
import { readCsv } from "./csv.ts";
import { planImport } from "./import.ts";
import { sheetLimits } from "./limits.ts";
import type { RawSheet } from "./read-rows.ts";
import { templateFile } from "./templates.ts";
import { readXlsx } from "./xlsx.ts";

const sheet = (name: string, ...lines: string[]): RawSheet => ({
  name,
  rows: lines.map((line, index) => ({ line: index + 1, cells: line.split(",").map((cell) => cell.trim()) })),
});
const standing = (...entries: StationEntry[]) => ({
  current: (id: string) => {
    const entry = entries.find((one) => one.id === id);
    return entry && { entry, version: 3 };
  },
  stationOfGateway: () => undefined,
});
const told = (plan: ReturnType<typeof planImport>) =>
  plan.errors.map(({ sheet: name, line, column, message }) => [name, line, column, message.zh]);

const STATIONS = "站点编号,站名,县市,统一社会信用代码,经度(度),纬度(度),坐标系";
const GOOD = "532801-0001,江滨站,景洪市,9144030071526726XG,100.797941,22.002122,GCJ-02";

test("good rows are taken beside wrong ones, which are told with row, column and cure", () => {
  const plan = planImport(
    [
      sheet(
        "加油站",
        STATIONS,
        GOOD,
        "532801-0002,二站,景洪市,9144030071526726XX,,,",
        "5328010003,三站,景洪市,,,,",
        "532801-0004,,景洪市,,,,",
        "532801-0005,五站,景洪市,,100.79,22.0,",
        "532801-0006,六站,景洪市,,东经一百度,22.0,WGS84",
        "532801-0001,江滨站,景洪市,,,,",
      ),
    ],
    standing(),
  );
  expect(plan.orders.map(({ entry, after }) => [entry.id, entry.location?.source?.system, after])).toEqual([
    ["532801-0001", "gcj02", 0],
  ]);
  expect(told(plan)).toEqual([
    ["加油站", 3, "统一社会信用代码", "统一社会信用代码 9144030071526726XX 校验位不符"],
    ["加油站", 4, "站点编号", "“5328010003” 格式不符"],
    ["加油站", 5, "站名", "“站名”为空"],
    ["加油站", 6, "坐标系", "坐标不完整"],
    ["加油站", 7, "经度(度)", "“东经一百度” 不是数字"],
    ["加油站", 8, null, "与“加油站”第 2 行重复"],
  ]);
  expect([plan.rows, plan.good]).toEqual([7, 1]);
  expect(plan.errors.every(({ cure }) => cure.zh !== "" && cure.en !== "")).toBe(true);
});

test("a wrong tank takes along the nozzle that hangs on it, and not the others", () => {
  const plan = planImport(
    [
      sheet("加油站", STATIONS, GOOD),
      sheet("油罐", "站点编号,油罐编号,油品,容量(L)", "532801-0001,T1,92#,30000", "532801-0001,T2,95#,很大"),
      sheet(
        "油枪",
        "站点编号,加油机编号,油枪编号,油品,油罐编号",
        "532801-0001,tax-1,N01,92#,T1",
        "532801-0001,tax-1,N02,95#,T2",
      ),
    ],
    standing(),
  );
  expect(told(plan)).toEqual([
    ["油罐", 3, "容量(L)", "“很大” 不是数字"],
    ["油枪", 3, "油罐编号", "本站没有 T2"],
  ]);
  expect(plan.orders[0]?.entry.dispensers).toMatchObject([{ device: "tax-1", nozzles: [{ nozzle: "N01" }] }]);
});

test("rows of a station that is not registered are told so", () => {
  const plan = planImport([sheet("油罐", "站点编号,油罐编号,油品,容量(L)", "532801-0009,T1,92#,30000")], standing());
  expect(told(plan)).toEqual([["油罐", 2, "站点编号", "加油站 532801-0009 未登记，或其登记行有误"]]);
});

test("a column that is there and empty clears its field; one that is missing leaves it", () => {
  const entry = { ...testStation(), brand: "甲", owner: "乙" };
  const plan = planImport(
    [sheet("加油站", "站点编号,站名,县市,品牌", "532801-0001,测试加油站,景洪市,")],
    standing(entry),
  );
  expect(plan.orders[0]?.entry).not.toHaveProperty("brand");
  expect(plan.orders[0]).toMatchObject({ after: 3, entry: { owner: "乙", nameEn: "Test Station" } });
});

describe("a strapping table", () => {
  const CHART = "站点编号,油罐编号,液位(cm),容积(m3)";
  const rows = (...points: [number, number][]) => points.map(([level, volume]) => `532801-0001,T1,${level},${volume}`);

  test("is read in the units of its header, from a file that does not say what it holds", () => {
    const plan = planImport([sheet("导出", CHART, ...rows([0, 0], [130, 15.2], [260, 29.9]))], standing(testStation()));
    expect(plan.errors).toEqual([]);
    expect(plan.orders[0]?.entry.tanks[0]?.chart).toEqual([
      { levelUm: 0, volumeCl: 0 },
      { levelUm: 1_300_000, volumeCl: 1_520_000 },
      { levelUm: 2_600_000, volumeCl: 2_990_000 },
    ]);
  });

  test("that does not rise is refused at its row; one wrong row holds the whole table back", () => {
    const falls = planImport(
      [sheet("罐容表", CHART, ...rows([0, 0], [130, 15.2], [120, 16]))],
      standing(testStation()),
    );
    expect(told(falls)[0]).toEqual(["罐容表", 4, null, "罐容表在液位 1200 mm 处不递增"]);
    expect(falls.orders).toEqual([]);
    const wrong = planImport(
      [sheet("罐容表", CHART, ...rows([0, 0], [130, 15.2]), "532801-0001,T1,二米,29")],
      standing(testStation()),
    );
    expect([told(wrong), wrong.orders, wrong.good]).toEqual([[["罐容表", 4, "液位(cm)", "“二米” 不是数字"]], [], 0]);
  });

  test("without a unit, or with two, is refused", () => {
    const plan = planImport(
      [sheet("罐容表", "站点编号,油罐编号,液位(mm),液位(cm),容积(L)", "532801-0001,T1,1,1,1")],
      standing(testStation()),
    );
    expect(told(plan)).toEqual([["罐容表", 1, "液位(mm)/液位(cm)", "缺少列“液位(mm)/液位(cm)”"]]);
  });
});

test("the templates are read without a word of complaint", async () => {
  const read = await readXlsx(templateFile("xlsx"), sheetLimits);
  const plan = planImport(read.ok ? read.value : [], standing());
  expect(plan.errors).toEqual([]);
  expect(plan.stations.added).toEqual(["532801-0007"]);
  for (const table of ["tanks", "charts"] as const) {
    const csv = readCsv(templateFile("csv", [table]), "template", sheetLimits);
    expect(
      csv.ok && planImport(csv.value, standing({ ...testStation(), id: "532801-0007" } as StationEntry)).rows,
    ).toBe(table === "charts" ? 2 : 1);
  }
});

test("a file that a spreadsheet in China saved as CSV is read", () => {
  const bytes = Buffer.from(
    "d5beb5e3b1e0bac52cd5bec3fb2ccfd8cad00d0a3533323830312d303030312cbdadb1f5d5be2cbeb0bae9cad00d0a",
    "hex",
  );
  const read = readCsv(bytes, "stations", sheetLimits);
  const plan = planImport(read.ok ? read.value : [], standing());
  expect(plan.orders[0]?.entry).toMatchObject({ id: "532801-0001", nameZh: "江滨站", county: "景洪市" });
});
