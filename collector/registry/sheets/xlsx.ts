/** Reads XLSX workbooks from outside, behind a guard. */
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import readWorkbook from "read-excel-file/universal";
import { repack, tooLarge, unpack } from "./archive.ts";
import { type FileError, tooMany } from "./file-errors.ts";
import type { SheetLimits } from "./limits.ts";
import type { RawSheet } from "./read-rows.ts";

/** The parts of a workbook that hold its cells; pictures, macros and links stay outside. */
const NEEDED =
  /^(\[Content_Types\]\.xml|_rels\/\.rels|xl\/(workbook|sharedStrings|styles)\.xml|xl\/_rels\/workbook\.xml\.rels|xl\/worksheets\/[^/]+\.xml)$/i;

/** Reads every sheet; numbers as they are written in the file. */
export async function readXlsx(bytes: Uint8Array, limits: SheetLimits): Promise<Result<RawSheet[], FileError>> {
  const parts = unpack(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), limits);
  if (!parts.ok) return parts;
  const needed = new Map([...parts.value].filter(([name]) => NEEDED.test(name)));
  for (const [name, part] of needed) {
    const wrong = name.startsWith("xl/worksheets/") ? sheetFault(part.toString("utf8"), limits) : undefined;
    if (wrong !== undefined) return fail(wrong);
  }
  try {
    const sheets = await readWorkbook(exact(repack(needed)), { parseNumber: (text: string) => text });
    return ok(
      sheets.map(({ sheet, data }) => ({
        name: sheet,
        rows: data.map((cells, index) => ({ line: index + 1, cells: cells.map(textOf) })),
      })),
    );
  } catch (error) {
    const { message } = error as Error;
    return fail({
      code: "not-xlsx",
      message: { zh: `XLSX 无法读取：${message}`, en: `it cannot be read: ${message}` },
      cure: { zh: "在表格软件中打开并另存为 XLSX。", en: "Open it in a spreadsheet and save it as XLSX." },
    });
  }
}

/** Cells far out would be read as millions of empty ones; formulas show what somebody else's workbook said. */
function sheetFault(xml: string, limits: SheetLimits): FileError | undefined {
  for (const [, letters, row] of xml.matchAll(/\br=["']([A-Z]{1,4})(\d{1,9})["']/g)) {
    if (Number(row) > limits.rows + 1) return tooMany(limits);
    if (columnNumber(letters!) > limits.columns) return tooLarge(limits);
  }
  for (const [, row] of xml.matchAll(/<(?:\w+:)?row\b[^>]*?\br=["'](\d{1,9})["']/g)) {
    if (Number(row) > limits.rows + 1) return tooMany(limits);
  }
  if (!/<(?:\w+:)?f[\s>/]/.test(xml)) return undefined;
  return {
    code: "formula",
    message: { zh: "工作簿含有公式", en: "the workbook holds formulas" },
    cure: { zh: "复制后“选择性粘贴—数值”，再保存。", en: "Paste the cells as values and save it again." },
  };
}

function columnNumber(letters: string): number {
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return "";
  if (cell instanceof Date) return cell.toISOString().slice(0, "2026-03-01".length);
  return String(cell).trim();
}

function exact(bytes: Uint8Array): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
