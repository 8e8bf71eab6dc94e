/** Imports files into the registry: reads them, plans what would change, and carries it out when it was asked to. */
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { Registrar, RegistrarError } from "./registrar.ts";
import type { Registry } from "./registry.ts";
import type { FileError } from "./sheets/file-errors.ts";
import { type ImportPlan, planImport } from "./sheets/import.ts";
import { readSheetFile } from "./sheets/read-file.ts";
import type { RowError } from "./sheets/read-rows.ts";
import type { TableName } from "./sheets/tables.ts";

export interface ImportFile {
  bytes: Uint8Array;
  /** its name, which may say what it holds */
  name: string;
  /** what it holds, where the sender says so */
  table?: TableName | undefined;
}

export interface ImportOrder {
  who: string;
  why: string;
  /** only say what would happen */
  dryRun: boolean;
  /** take nothing while anything is wrong */
  allOrNothing: boolean;
  /** whether a station is within the importer's counties */
  sees: (station: string) => boolean;
}

export interface ImportReport {
  dryRun: boolean;
  /** whether the registry has changed */
  applied: boolean;
  rows: number;
  good: number;
  refused: number;
  stations: ImportPlan["stations"];
  /** how many errors there are, and the first of them */
  errorCount: number;
  errors: RowError[];
}

/** More than these nobody mends in one go. */
const MOST_ERRORS = 500;

/**
 * Imports a file.
 * @returns what became of its rows; or why the file, or the order as a whole, cannot be taken
 */
export async function importFile(
  file: ImportFile,
  order: ImportOrder,
  { registrar, registry }: { registrar: Registrar; registry: Registry },
): Promise<Result<ImportReport, FileError | RegistrarError>> {
  const sheets = await readSheetFile(file.bytes, file.name);
  if (!sheets.ok) return sheets;
  const sources = {
    current: (station: string) => registrar.current(station),
    stationOfGateway: (gateway: string) => registry.gateway(gateway)?.station.id,
    sees: order.sees,
  };
  const plan = planImport(sheets.value, sources, file.table);
  const isHeld = order.dryRun || (order.allOrNothing && plan.errors.length > 0) || plan.orders.length === 0;
  if (!isHeld) {
    const done = await registrar.carryOut(plan.orders, { who: order.who, why: order.why });
    if (!done.ok) return fail(done.error);
  }
  const { rows, good, stations, errors } = plan;
  const counts = { rows, good, refused: rows - good, errorCount: errors.length, errors: errors.slice(0, MOST_ERRORS) };
  return ok({ dryRun: order.dryRun, applied: !isHeld, stations, ...counts });
}
