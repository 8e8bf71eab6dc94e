/** What is exported is imported again as the same, whatever is in it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exportMark, hiddenIn } from "../../access/export-mark.ts";
import { machine } from "../../access/reader.ts";
import { testStation } from "../../testing/stations.ts";
import { locationOf } from "../place.ts";
import type { StationEntry } from "../schema.ts";
import { unpack } from "./archive.ts";
import { readCsv, writeCsv } from "./csv.ts";
import { planImport } from "./import.ts";
import { sheetLimits } from "./limits.ts";
import { TABLE_NAMES, TABLES } from "./tables.ts";
import { exportFile } from "./templates.ts";
import { readXlsx } from "./xlsx.ts";

/** Text as a person may type it: formulas, apostrophes, commas and quotes among it; no control characters. */
const piece = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
  fc.constantFrom(
    "=1+1",
    "'=cmd|' /C calc'!A0",
    "+86",
    "-2",
    "@SUM(1)",
    "''=x",
    "a,b",
    'say "hi"',
    "景洪;站",
    "0012",
    "1e5",
  ),
);
const text = piece
  .map((one) =>
    [...one]
      .filter((character) => character >= " " && character !== "\u007f")
      .join("")
      .trim(),
  )
  .filter((one) => one !== "" && one.isWellFormed() && !/[\ufffe\uffff\u2028\u2029\u0085\ufeff]/.test(one));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const day = fc.date({ min: new Date("2020-01-01"), max: new Date("2040-12-31"), noInvalidDate: true });

const facts = fc.record({
  nameZh: text,
  nameEn: text,
  county: text,
  status: maybe(fc.constantFrom("in-service" as const, "suspended" as const, "closed" as const)),
  creditCode: maybe(fc.constantFrom("9144030071526726XG", "914403001922038216")),
  owner: maybe(text),
  brand: maybe(text),
  licenceNumber: maybe(text),
  licenceUntil: maybe(day.map((date) => date.toISOString().slice(0, 10))),
  contactName: maybe(text),
  contactPhone: maybe(fc.constantFrom("+86 691 2120000", "0691-2120000")),
  address: maybe(text),
  location: maybe(
    fc
      .tuple(
        fc.constantFrom("wgs84" as const, "gcj02" as const, "bd09" as const),
        fc.integer({ min: 97_000_000, max: 107_000_000 }),
        fc.integer({ min: 21_000_000, max: 29_000_000 }),
      )
      .map((place) => locationOf(...place)),
  ),
});
const chart = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 5_000 }), fc.nat(5_000)), { minLength: 2, maxLength: 12 })
  .map((steps) => {
    let [levelUm, volumeCl] = [0, 0];
    return steps.map(([up, more]) => {
      levelUm += up;
      volumeCl += more;
      return { levelUm, volumeCl };
    });
  });
const tank = fc.record({
  diameterMm: maybe(fc.integer({ min: 500, max: 6_000 })),
  gaugeStepUm: maybe(fc.integer({ min: 1, max: 10_000 })),
  chart: maybe(chart),
});
const nozzle = fc.record({
  unitPriceFen: maybe(fc.nat(999_999)),
  maxFlowLpm: maybe(fc.integer({ min: 1, max: 500 })),
  grade: text.filter((one) => one.length <= 20),
});

const entry = fc
  .record({
    facts,
    tanks: fc.tuple(tank, tank),
    nozzles: fc.tuple(nozzle, nozzle),
    serial: maybe(text),
    number: maybe(text),
  })
  .map(({ facts: own, tanks, nozzles, serial, number }): StationEntry => {
    const base = testStation();
    const [dispenser] = base.dispensers;
    return without({
      ...base,
      ...own,
      tanks: base.tanks.map((one, index) => without({ ...one, ...tanks[index] })),
      dispensers: [
        without({
          ...dispenser!,
          serial,
          nozzles: dispenser!.nozzles.map((one, index) => without({ ...one, ...nozzles[index] })),
        }),
      ],
      seals: base.seals.map((seal) => without({ ...seal, number })),
    });
  });

/** What may be undefined in the making is left out in the entry. */
function without<T>(value: object): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}

const nothing = { current: () => undefined, stationOfGateway: () => undefined };

const mark = exportMark(machine("tester", []), "州商务局, 市场科", "EXabc-1", Date.parse("2026-03-01T08:00:00+08:00"));

async function sheetsOf(form: "csv" | "xlsx", entries: readonly StationEntry[]) {
  if (form === "xlsx") {
    const read = await readXlsx(exportFile("xlsx", TABLE_NAMES, entries, mark), sheetLimits);
    if (!read.ok) throw new Error(read.error.message.en);
    return read.value;
  }
  const files = TABLE_NAMES.map((table) =>
    readCsv(exportFile("csv", [table], entries, mark), TABLES[table].zh, sheetLimits),
  );
  return files.flatMap((file) => (file.ok ? file.value : []));
}

describe.each(["csv", "xlsx"] as const)("an export as %s", (form) => {
  test("is imported into an empty registry as the same entries, without an error", async () => {
    await fc.assert(
      fc.asyncProperty(entry, async (one) => {
        const plan = planImport(await sheetsOf(form, [one]), nothing);
        expect(plan.errors).toEqual([]);
        expect(plan.orders).toEqual([{ entry: one, after: 0 }]);
      }),
      { numRuns: form === "csv" ? 150 : 60 },
    );
  });

  test("changes nothing where it came from", async () => {
    await fc.assert(
      fc.asyncProperty(entry, async (one) => {
        const sources = { current: () => ({ entry: one, version: 4 }), stationOfGateway: () => one.id as string };
        const plan = planImport(await sheetsOf(form, [one]), sources);
        expect([plan.orders, plan.errors, plan.stations.unchanged]).toEqual([[], [], [one.id]]);
      }),
      { numRuns: 30 },
    );
  });
});

test("no cell of a CSV file begins as a formula does, and every cell comes back", () => {
  const cells = fc.array(fc.array(text, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(cells, (rows) => {
      const file = writeCsv(["a", "b"], rows);
      const read = readCsv(file, "x", sheetLimits);
      expect(read.ok && read.value[0]!.rows.slice(1).map((row) => row.cells)).toEqual(rows);
      for (const row of file.toString("utf8").slice(1).split("\r\n")) expect(row).not.toMatch(/^"?[=+\-@]/);
    }),
  );
});

describe("the mark of who took an export", () => {
  const stations = [testStation([], "532801-0001")];
  const csv = exportFile("csv", ["stations"], stations, mark).toString("utf8");

  test("stands in words above a CSV table and hidden in its header", () => {
    const [words, warning, header] = csv.slice(1).split("\r\n");
    expect(words).toContain("导出人：tester (machine:tester)，州商务局, 市场科");
    expect(warning).toContain("第七条");
    expect(hiddenIn(header!)).toBe("EXabc-1");
  });

  test("does not stop the import after a spreadsheet has saved the table anew", () => {
    const saved = csv.replaceAll("\r\n", "\n").replace(/^(\ufeff?"?#.*)$/gm, "$1;;;;");
    const read = readCsv(Buffer.from(saved, "utf8"), "copy", sheetLimits);
    const sources = { current: () => ({ entry: stations[0]!, version: 1 }), stationOfGateway: () => undefined };
    expect(planImport(read.ok ? read.value : [], sources)).toMatchObject({ errors: [], orders: [] });
  });

  test("stands in a workbook's own sheet, in every header, and in the document's properties", async () => {
    const parts = unpack(exportFile("xlsx", ["stations", "tanks"], stations, mark), sheetLimits);
    const text = (name: string) => (parts.ok ? (parts.value.get(name)?.toString("utf8") ?? "") : "");
    expect(text("docProps/core.xml")).toContain("<dc:identifier>EXabc-1</dc:identifier>");
    expect([1, 2].map((sheet) => hiddenIn(text(`xl/worksheets/sheet${sheet}.xml`)))).toEqual(["EXabc-1", "EXabc-1"]);
    expect(text("xl/worksheets/sheet3.xml")).toContain("导出人：tester");
  });
});
