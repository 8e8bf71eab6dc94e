/**
 * CSV as spreadsheets write and read it. Text that a spreadsheet would take for a formula is written behind an
 * apostrophe and read without it, so that nothing a station is called can run on an official's computer.
 */
import { TextDecoder } from "node:util";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { CsvError, parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import { type FileError, tooMany } from "./file-errors.ts";
import { type SheetLimits, sheetLimits } from "./limits.ts";
import { type RawSheet, REMARK } from "./read-rows.ts";

/** What a spreadsheet takes for the beginning of a formula, behind apostrophes that stand for one. */
const FORMULA = /^'*[=+\-@\t\r]/;

/** @param name of the file, without its ending */
export function readCsv(bytes: Uint8Array, name: string, limits: SheetLimits): Result<RawSheet[], FileError> {
  const text = decode(bytes);
  if (text.includes("\0")) {
    return fail({
      code: "not-csv",
      message: { zh: "不是文本文件", en: "it is no text" },
      cure: { zh: "在表格软件中另存为 CSV。", en: "Save it as CSV in a spreadsheet." },
    });
  }
  try {
    const lines = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      relaxColumnCount: true,
      skipEmptyLines: false,
      info: true,
      to: limits.rows + limits.remarks + 2,
      maxRecordSize: limits.rowCharacters,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    if (lines.length > limits.rows + limits.remarks + 1) return fail(tooMany(limits));
    let line = 1;
    const rows = lines.map(({ record, info }) => {
      const row = { line, cells: record.slice(0, limits.columns).map((cell) => plainText(cell.trim())) };
      line = info.lines + 1;
      return row;
    });
    return ok([{ name, rows }]);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return fail({
      code: "not-csv",
      message: { zh: `CSV 无法解析：${error.message}`, en: `it cannot be read: ${error.message}` },
      cure: { zh: "检查引号是否成对，或另存为 CSV。", en: "Check the quotes, or save it as CSV anew." },
    });
  }
}

/**
 * Writes UTF-8 with a byte order mark, without which spreadsheets take Chinese for something else.
 * @param remarks lines above the table that are not part of it
 */
export function writeCsv(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  remarks: readonly string[] = [],
): Buffer {
  const text = stringify(
    [...remarks.map((remark) => [`${REMARK} ${remark}`]), header, ...rows].map((row) => row.map(inertText)),
    { record_delimiter: "\r\n" },
  );
  return Buffer.from(`\ufeff${text}`, "utf8");
}

function inertText(cell: string): string {
  return FORMULA.test(cell) ? `'${cell}` : cell;
}

function plainText(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}

/** UTF-8 where it is that; else what spreadsheets in China write. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

/** What stands between the header's cells: remarks above it may hold anything. */
function delimiterOf(text: string): string {
  const lines = text.split(/\r?\n/, sheetLimits.remarks + 1);
  const first = lines.find((line) => !/^\ufeff?"?#/.test(line)) ?? "";
  return [",", "\t", ";"].toSorted((a, b) => first.split(b).length - first.split(a).length)[0]!;
}
