/** A table as it is taken away: what it is called, its columns, and its rows. */

export type Cell = string | number | null;

export interface ExportTable {
  /** of the file, and in the audit log */
  name: string;
  /** over the table */
  title: string;
  header: readonly string[];
  rows: readonly (readonly Cell[])[];
}

/** In which forms a table is taken away. */
export const TABLE_FORMS = ["csv", "xlsx", "pdf"] as const;
export type TableForm = (typeof TABLE_FORMS)[number];

export const FORM_TYPES: Record<TableForm | "png", string> = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  pdf: "application/pdf",
  png: "image/png",
};
