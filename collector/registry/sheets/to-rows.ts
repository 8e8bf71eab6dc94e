/** From registry entries to tables: what an export writes, and an import reads again as the same. Pure. */
import { toldPlace } from "../place.ts";
import type { StationEntry } from "../schema.ts";
import { writeCell } from "./cells.ts";
import type { Column } from "./columns.ts";
import { ALTERNATIVES, TABLES, type TableName } from "./tables.ts";

type Values = Readonly<Record<string, string | number | undefined>>;

/** A table with its header and its rows as text. */
export interface WrittenTable {
  table: TableName;
  header: string[];
  rows: string[][];
}

/** Writes one table of the entries. */
export function tableOf(table: TableName, entries: readonly StationEntry[]): WrittenTable {
  const columns = exportColumns(table);
  const rows = entries.flatMap((entry) => VALUES[table](entry));
  return {
    table,
    header: columns.map(({ zh }) => zh),
    rows: rows.map((values) => columns.map(({ key, cell }) => writeCell(cell, values[key]))),
  };
}

/** The columns of an export and of a template: of those that stand for each other, the first. */
export function exportColumns(table: TableName): readonly Column[] {
  const others = (ALTERNATIVES[table] ?? []).flatMap(([, ...rest]) => rest);
  return TABLES[table].columns.filter(({ key }) => !others.includes(key));
}

const VALUES: Readonly<Record<TableName, (entry: StationEntry) => Values[]>> = {
  stations: ({ id, gateways: _g, dispensers: _d, tanks: _t, seals: _s, location, ...facts }) => [
    { station: id, ...facts, ...(location && toldPlace(location)) },
  ],
  tanks: ({ id, tanks }) => tanks.map(({ chart: _, ...tank }) => ({ station: id, ...tank })),
  dispensers: ({ id, dispensers }) => dispensers.map(({ nozzles: _, ...dispenser }) => ({ station: id, ...dispenser })),
  nozzles: ({ id, dispensers }) =>
    dispensers.flatMap(({ device, nozzles }) =>
      nozzles.map((nozzle) => ({ station: id, dispenser: device, ...nozzle })),
    ),
  seals: ({ id, seals }) => seals.map((seal) => ({ station: id, ...seal })),
  gateways: ({ id, gateways }) => gateways.map(({ id: gateway, publicKey }) => ({ station: id, gateway, publicKey })),
  charts: ({ id, tanks }) =>
    tanks.flatMap(({ tank, chart = [] }) =>
      chart.map(({ levelUm, volumeCl }) => ({ station: id, tank, "level:mm": levelUm, "volume:L": volumeCl })),
    ),
};
