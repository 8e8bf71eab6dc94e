/** Files that go out: templates to fill in, and exports. */
import { type ExportMark, hidden } from "../../access/export-mark.ts";
import type { StationEntry } from "../schema.ts";
import type { Column } from "./columns.ts";
import { writeCsv } from "./csv.ts";
import { MARK_SHEET } from "./read-rows.ts";
import { ALTERNATIVES, TABLE_NAMES, TABLES, type TableName } from "./tables.ts";
import { exportColumns, tableOf } from "./to-rows.ts";
import { writeWorkbook } from "./workbook.ts";

export type FileForm = "csv" | "xlsx";

/** An empty table with an example row; a workbook has all tables, or those named, and a sheet that explains them. */
export function templateFile(form: FileForm, tables: readonly TableName[] = TABLE_NAMES): Buffer {
  const sheets = tables.map((table) => {
    const columns = exportColumns(table);
    return {
      name: TABLES[table].zh,
      header: columns.map(({ zh }) => zh),
      rows: examplesOf(columns),
    };
  });
  if (form === "csv") return writeCsv(sheets[0]!.header, sheets[0]!.rows);
  return writeWorkbook([
    { name: "说明", header: ["工作表", "列", "必填", "示例", "说明"], rows: tables.flatMap(explain) },
    ...sheets,
  ]);
}

/** A row as it may be filled in; of a table that rises, two. */
function examplesOf(columns: readonly Column[]): string[][] {
  const first = columns.map(({ example }) => example);
  if (columns.every(({ second }) => second === undefined)) return [first];
  return [first, columns.map(({ example, second }) => second ?? example)];
}

function explain(table: TableName): string[][] {
  const alternatives = (ALTERNATIVES[table] ?? []).flat();
  return TABLES[table].columns.map(({ zh, key, required, example, cell }) => [
    TABLES[table].zh,
    zh,
    required ? "是" : alternatives.includes(key) ? "单位二选一" : "",
    example,
    cell.kind === "choice"
      ? Object.values(cell.words)
          .map((word) => word.zh)
          .join("、")
      : cell.kind === "text"
        ? (cell.form?.zh ?? "")
        : "",
  ]);
}

/**
 * What is registered, as a file that an import reads again as the same. A CSV file holds one table.
 * @param mark says who took it: in lines or a sheet that an import passes over, and hidden in each table's first header
 */
export function exportFile(
  form: FileForm,
  tables: readonly TableName[],
  entries: readonly StationEntry[],
  mark: ExportMark,
): Buffer {
  const written = tables
    .map((table) => tableOf(table, entries))
    .map(({ header: [first = "", ...others], ...rest }) => ({ ...rest, header: [first + hidden(mark.id), ...others] }));
  if (form === "csv") return writeCsv(written[0]!.header, written[0]!.rows, mark.words);
  const sheets = written.map(({ table, header, rows }) => ({ name: TABLES[table].zh, header, rows }));
  const marked = { name: MARK_SHEET, header: [MARK_SHEET], rows: mark.words.map((line) => [line]) };
  return writeWorkbook([...sheets, marked], mark);
}
