/** Files that were made to do harm are refused, quickly, and with a cure. */

import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { exportMark } from "../../access/export-mark.ts";
import { machine } from "../../access/reader.ts";
import { unpack } from "./archive.ts";
import { readCsv } from "./csv.ts";
import { sheetLimits } from "./limits.ts";
import { readSheetFile } from "./read-file.ts";
import { exportFile } from "./templates.ts";
import { readXlsx } from "./xlsx.ts";

const limits = { ...sheetLimits, unpackedBytes: 1_048_576, rows: 100 };
const text = (part: string) => Buffer.from(part, "utf8");

/** A workbook of one sheet with this XML for its rows. */
function workbook(rows: string, more: Record<string, Uint8Array> = {}): Buffer {
  const relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  return Buffer.from(
    zipSync({
      "[Content_Types].xml": text('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'),
      "xl/workbook.xml": text(
        `<workbook xmlns:r="${relations}"><sheets><sheet name="油罐" sheetId="1" r:id="r1"/></sheets></workbook>`,
      ),
      "xl/_rels/workbook.xml.rels": text(
        `<Relationships><Relationship Id="r1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
      ),
      "xl/worksheets/sheet1.xml": text(`<worksheet><sheetData>${rows}</sheetData></worksheet>`),
      ...more,
    }),
  );
}
const cell = (at: string, value: string) => `<c r="${at}" t="inlineStr"><is><t>${value}</t></is></c>`;
const codeOf = async (bytes: Buffer) => {
  const read = await readXlsx(bytes, limits);
  return read.ok ? read.value.map(({ rows }) => rows.map(({ cells }) => cells)) : read.error.code;
};

describe("a workbook", () => {
  test("as it should be is read", async () => {
    expect(await codeOf(workbook(`<row r="1">${cell("A1", "站")}${cell("B1", "罐")}</row>`))).toEqual([[["站", "罐"]]]);
  });

  test.each([
    [
      "that unpacks to a hundred times its size",
      workbook("", { "xl/sharedStrings.xml": Buffer.alloc(4_000_000, 32) }),
      "too-large",
    ],
    ["with a cell in the last row of all", workbook(`<row r="1048576">${cell("A1048576", "x")}</row>`), "too-large"],
    ["with a row far down that has no cells", workbook("<row r='900000'/>"), "too-large"],
    ["with a cell in the last column of all", workbook(`<row r="1">${cell("XFD1", "x")}</row>`), "too-large"],
    ["with a formula", workbook('<row r="1"><c r="A1"><f>WEBSERVICE("http://x")</f><v>1</v></c></row>'), "formula"],
    [
      "of a thousand parts",
      workbook("", Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`x${n}`, text("")]))),
      "too-large",
    ],
    ["that is none", Buffer.from("PK\u0003\u0004 and nothing more"), "not-xlsx"],
  ])("%s is refused", async (_what, bytes, code) => {
    expect(await codeOf(bytes)).toBe(code);
  });

  test("that lies about its sizes is unpacked no further than the limit", () => {
    const bomb = workbook("", { "xl/sharedStrings.xml": Buffer.alloc(4_000_000, 32) });
    const at = bomb.indexOf(Buffer.from("504b0102", "hex"));
    for (let entry = at; entry > 0; entry = bomb.indexOf(Buffer.from("504b0102", "hex"), entry + 4))
      bomb.writeUInt32LE(10, entry + 24);
    const read = unpack(bomb, limits);
    expect(read.ok ? undefined : read.error.code).toBe("too-large");
  });

  test("that is damaged anywhere is refused or read, and never breaks anything", async () => {
    const whole = exportFile("xlsx", ["stations", "tanks"], [], exportMark(machine("tester", []), null, "EX1", 0));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, by, cut) => {
          const bytes = Buffer.from(cut ? whole.subarray(0, at) : whole);
          if (!cut) bytes[at] = bytes[at]! ^ by;
          expect(typeof (await readXlsx(bytes, limits)).ok).toBe("boolean");
        },
      ),
      { numRuns: 150 },
    );
  });

  test("with a document type is read without its entities", async () => {
    const laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>';
    const sheet = `${laughs}<worksheet><sheetData><row r="1">${cell("A1", "&b;")}</row></sheetData></worksheet>`;
    const read = await codeOf(workbook("", { "xl/worksheets/sheet1.xml": text(sheet) }));
    expect(JSON.stringify(read)).not.toContain("haha");
  });
});

describe("a CSV file", () => {
  test.each<[string, Buffer, string]>([
    ["with more rows than are taken", Buffer.from("a,b\n1,2\n".repeat(80)), "too-large"],
    ["whose quotes do not end", Buffer.from('a,b\n"1,2\n'), "not-csv"],
    ["that is a picture", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]), "not-csv"],
  ])("%s is refused", (_what, bytes, code) => {
    const read = readCsv(bytes, "x", limits);
    expect(read.ok ? undefined : read.error.code).toBe(code);
  });
});

test("files are read in a thread of their own, and one that is too large not at all", async () => {
  const read = await readSheetFile(Buffer.from("站点编号,油罐编号\n532801-0001,T1\n"), "油罐.csv");
  expect(read).toMatchObject({
    ok: true,
    value: [{ name: "油罐", rows: [{ line: 1 }, { line: 2, cells: ["532801-0001", "T1"] }] }],
  });
  expect((await readSheetFile(Buffer.alloc(sheetLimits.fileBytes + 1), "x.csv")).ok).toBe(false);
});
