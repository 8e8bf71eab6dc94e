/** From a sheet's cells to rows with values by column, with everything that is wrong told by row and column. Pure. */
import type { Bilingual } from "../check-entry.ts";
import { readCell } from "./cells.ts";
import type { Column } from "./columns.ts";
import { columnOf, plainHeader, tableNamed } from "./headers.ts";
import { ALTERNATIVES, TABLE_NAMES, TABLES, type TableName } from "./tables.ts";

/** A sheet as it stands in a file. */
export interface RawSheet {
  /** the sheet's name, or the file's without its ending */
  name: string;
  /** cells as text, trimmed; an empty one is empty text */
  rows: readonly { line: number; cells: readonly string[] }[];
}

export interface RowError {
  /** the sheet's name in the file */
  sheet: string;
  table: TableName | null;
  /** 1-based line in the sheet; 0 for the sheet as a whole */
  line: number;
  /** the column's header; null for the row as a whole */
  column: string | null;
  value: string | null;
  message: Bilingual;
  cure: Bilingual;
}

export interface ReadRow {
  sheet: string;
  table: TableName;
  line: number;
  /** by column key; undefined where the cell is empty. Columns that the sheet does not have are missing. */
  values: Readonly<Record<string, string | number | undefined>>;
}

/** Rows that were read, and errors; a row with an error is not among the rows. */
export interface ReadSheet {
  table: TableName | undefined;
  rows: ReadRow[];
  errors: RowError[];
  /** lines that hold anything, the header not among them */
  lines: number;
}

/** The sheet of an export that says who took it. */
export const MARK_SHEET = "导出标记";
/** Sheets that explain instead of holding data. */
const NOTES = ["说明", "notes", "readme", MARK_SHEET];

/** Begins a line above the table of a CSV file that is not part of it. */
export const REMARK = "#";

/** Whether a sheet is for people only. */
export function isNotes({ name }: RawSheet): boolean {
  return NOTES.includes(plainHeader(name));
}

/** @param asked the table that the sender named */
export function readSheet(sheet: RawSheet, asked?: TableName): ReadSheet {
  const filled = sheet.rows.filter(({ cells }) => cells.some((cell) => cell !== ""));
  const [header, ...body] = filled.slice(filled.findIndex(({ cells }) => !isRemark(cells)));
  if (header === undefined) return { table: asked, rows: [], errors: [], lines: 0 };
  const table = asked ?? tableNamed(sheet.name) ?? tableByHeader(header.cells);
  const lines = body.length;
  const whole = (message: Bilingual, cure: Bilingual, column: string | null = null): RowError => {
    return { sheet: sheet.name, table: table ?? null, line: header.line, column, value: null, message, cure };
  };
  if (table === undefined) {
    const titles = TABLE_NAMES.map((name) => TABLES[name].zh).join("、");
    const zh = `无法判断“${sheet.name}”是哪一种表`;
    const cure = {
      zh: `工作表命名为 ${titles} 之一，或使用模板。`,
      en: `Name the sheet one of ${TABLE_NAMES.join(", ")}.`,
    };
    return { table, rows: [], errors: [whole({ zh, en: `it cannot be told what ${sheet.name} holds` }, cure)], lines };
  }
  const columns = header.cells.map((title) => (title === "" ? undefined : columnOf(TABLES[table], title)));
  const errors = headerErrors(table, header.cells, columns, whole);
  if (errors.length > 0) return { table, rows: [], errors, lines };
  const read = body.map((row) => readRow({ sheet: sheet.name, table, header: header.cells, columns }, row));
  return { table, lines, rows: read.flatMap(({ row }) => row ?? []), errors: read.flatMap(({ errors: list }) => list) };
}

/** A line above the table that is for people: who took the export stands in such lines. */
function isRemark([first = "", ...others]: readonly string[]): boolean {
  return first.startsWith(REMARK) && others.every((cell) => cell === "");
}

/** The table whose needed columns are all there; of several, the one that knows most of the headers. */
function tableByHeader(titles: readonly string[]): TableName | undefined {
  const known = TABLE_NAMES.map((name) => {
    const columns = titles.flatMap((title) => columnOf(TABLES[name], title) ?? []);
    const isWhole = missingColumns(name, columns).length === 0;
    return { name, count: isWhole ? columns.length : 0 };
  });
  const [best, second] = known.sort((a, b) => b.count - a.count);
  return best!.count > second!.count ? best!.name : undefined;
}

/** Titles of columns that a table needs and that are not there. */
function missingColumns(table: TableName, columns: readonly (Column | undefined)[]): string[] {
  const keys = new Set(columns.map((column) => column?.key));
  const needed = TABLES[table].columns.filter(({ required, key }) => required && !keys.has(key)).map(({ zh }) => zh);
  const choices = (ALTERNATIVES[table] ?? []).filter((keysOf) => keysOf.filter((key) => keys.has(key)).length !== 1);
  const titles = (keysOf: readonly string[]) =>
    TABLES[table].columns.filter(({ key }) => keysOf.includes(key)).map(({ zh }) => zh);
  return [...needed, ...choices.map((keysOf) => titles(keysOf).join("/"))];
}

function headerErrors(
  table: TableName,
  titles: readonly string[],
  columns: readonly (Column | undefined)[],
  whole: (message: Bilingual, cure: Bilingual, column?: string) => RowError,
): RowError[] {
  const known = TABLES[table].columns.map(({ zh }) => zh).join("、");
  const unknown = titles.filter((title, index) => title !== "" && columns[index] === undefined);
  const twice = columns.filter((column, index) => column !== undefined && columns.indexOf(column) !== index);
  return [
    ...unknown.map((title) =>
      whole(
        { zh: `没有名为“${title}”的列`, en: `there is no column ${title}` },
        { zh: `改名或删除该列；可用的列：${known}。`, en: "Rename the column or remove it; see the template." },
        title,
      ),
    ),
    ...twice.map((column) =>
      whole(
        { zh: `列“${column!.zh}”重复`, en: `column ${column!.en} stands twice` },
        { zh: "只保留一列。", en: "Keep one." },
        column!.zh,
      ),
    ),
    ...missingColumns(table, columns).map((title) =>
      whole(
        { zh: `缺少列“${title}”`, en: `column ${title} is missing` },
        { zh: "补上该列（只留一种单位）。", en: "Add the column, in one unit." },
        title,
      ),
    ),
  ];
}

interface Frame {
  sheet: string;
  table: TableName;
  header: readonly string[];
  columns: readonly (Column | undefined)[];
}

function readRow(
  frame: Frame,
  { line, cells }: RawSheet["rows"][number],
): { row: ReadRow | undefined; errors: RowError[] } {
  const { sheet, table, header, columns } = frame;
  const errors: RowError[] = [];
  const values: Record<string, string | number | undefined> = {};
  const tell = (index: number, value: string | null, message: Bilingual, cure: Bilingual) =>
    errors.push({ sheet, table, line, column: header[index] ?? null, value, message, cure });
  columns.forEach((column, index) => {
    const text = cells[index] ?? "";
    if (column === undefined) {
      if (text !== "")
        tell(
          index,
          text,
          { zh: "此列没有表头", en: "the column has no header" },
          { zh: "补上表头或清空。", en: "Give it one, or clear it." },
        );
      return;
    }
    const needed = column.required || column.key.includes(":");
    if (text === "") {
      values[column.key] = undefined;
      if (needed)
        tell(
          index,
          null,
          { zh: `“${column.zh}”为空`, en: `${column.en} is empty` },
          { zh: `填写，例如 ${column.example}。`, en: `Fill it in, for example ${column.example}.` },
        );
      return;
    }
    const read = readCell(column.cell, text);
    if (read.ok) values[column.key] = read.value;
    else tell(index, text, read.error.message, read.error.cure);
  });
  return { row: errors.length > 0 ? undefined : { sheet, table, line, values }, errors };
}
