/** Limits of files that come from outside, each with its reason. */
export const sheetLimits = {
  /** 200 stations with their strapping tables are some 5 MiB */
  fileBytes: 8 * 1_048_576,
  /** what a workbook may become when it is unpacked: XML of this size is read within seconds */
  unpackedBytes: 48 * 1_048_576,
  /** parts of a workbook; ours have a dozen */
  parts: 200,
  /** rows of a sheet: 60 strapping tables of 1 000 rows */
  rows: 60_000,
  /** lines above the table of a CSV file that say who took it */
  remarks: 4,
  /** columns of a sheet; the widest of ours has 16 */
  columns: 64,
  /** characters of a CSV row */
  rowCharacters: 16_384,
  /** the worker that reads it may take so much memory, MiB, */
  workerMib: 512,
  /** and so long */
  workerMs: 30_000,
} as const;

export type SheetLimits = { readonly [Name in keyof typeof sheetLimits]: number };
