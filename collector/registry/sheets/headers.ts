/** What a header or a sheet's name means, however somebody wrote it. Pure. */
import { withoutMark } from "../../access/export-mark.ts";
import type { Column } from "./columns.ts";
import { TABLE_NAMES, TABLES, type Table, type TableName } from "./tables.ts";

/** A header, or a sheet's name, as it is compared: width, case, spaces, brackets, stars and marks do not count. */
export function plainHeader(header: string): string {
  return withoutMark(header)
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\s*_()[\]/.:-]/g, "");
}

/** The column that a header names, by key, Chinese or English title. */
export function columnOf(table: Table, header: string): Column | undefined {
  const plain = plainHeader(header);
  return table.columns.find(({ key, zh, en }) => [key, zh, en].some((name) => plainHeader(name) === plain));
}

/** The table that a sheet's name, or a file's, names. */
export function tableNamed(name: string): TableName | undefined {
  const plain = plainHeader(name);
  return TABLE_NAMES.find((one) => [one, TABLES[one].zh, TABLES[one].en].some((known) => plainHeader(known) === plain));
}
