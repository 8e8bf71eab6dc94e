/**
 * Plans an import: rows are laid into the entries that stand, whatever is wrong is told by row, and what is left when the
 * wrong rows are taken out becomes one order a station. Changes nothing and asks nobody but the look-ups it is given.
 */
import { Compile } from "typebox/compile";
import { Value } from "typebox/value";
import { type Bilingual, type EntryFault, entryFaults } from "../check-entry.ts";
import type { Order } from "../registrar.ts";
import { type StationEntry, StationSchema } from "../schema.ts";
import { Draft } from "./draft.ts";
import { isNotes, type RawSheet, type ReadRow, type RowError, readSheet } from "./read-rows.ts";
import { TABLE_NAMES, TABLES, type TableName } from "./tables.ts";

export interface ImportSources {
  /** the entry that stands, with its version */
  current: (station: string) => { entry: StationEntry; version: number } | undefined;
  /** the station to which a gateway belongs */
  stationOfGateway: (gateway: string) => string | undefined;
  /** whether a station is within the importer's counties; left out: all are */
  sees?: (station: string) => boolean;
}

export interface ImportPlan {
  orders: Order[];
  errors: RowError[];
  /** lines that held anything, and those of them that take part */
  rows: number;
  good: number;
  stations: { added: string[]; changed: string[]; unchanged: string[] };
}

const validator = Compile(StationSchema);

/** @param asked the table, where the sender named it */
export function planImport(sheets: readonly RawSheet[], sources: ImportSources, asked?: TableName): ImportPlan {
  const read = sheets.filter((sheet) => !isNotes(sheet)).map((sheet) => readSheet(sheet, asked));
  const errors = read.flatMap((sheet) => sheet.errors);
  const rows = inOrder(read.flatMap((sheet) => sheet.rows));
  const good = new Set(rows);
  const refuse = (row: ReadRow, error: Omit<RowError, "sheet" | "table" | "line">) => {
    if (!good.delete(row)) return;
    errors.push({ sheet: row.sheet, table: row.table, line: row.line, ...error });
  };
  refuseUnseen(rows, sources, refuse);
  refuseTwice(rows, refuse);
  refusePlaces(rows, refuse);
  refuseForeignGateways(rows, sources, refuse);
  holdBackCharts(good, errors);
  const plan: ImportPlan = {
    orders: [],
    errors,
    rows: read.reduce((sum, { lines }) => sum + lines, 0),
    good: 0,
    stations: { added: [], changed: [], unchanged: [] },
  };
  for (const [station, own] of Map.groupBy(rows, stationOf)) planStation(station, own, { good, refuse, sources, plan });
  plan.good = good.size;
  errors.sort((a, b) => order(a.table) - order(b.table) || a.line - b.line);
  return plan;
}

type Refuse = (row: ReadRow, error: Omit<RowError, "sheet" | "table" | "line">) => void;

const order = (table: TableName | null) => (table === null ? -1 : TABLE_NAMES.indexOf(table));
const stationOf = ({ values }: ReadRow) => String(values.station);

/** Stations first, then what they hold, in the order in which parts need each other. */
function inOrder(rows: readonly ReadRow[]): ReadRow[] {
  return rows.toSorted((a, b) => order(a.table) - order(b.table));
}

const KEYS: Readonly<Record<TableName, string>> = {
  stations: "station",
  tanks: "tank",
  dispensers: "device",
  nozzles: "nozzle",
  seals: "seal",
  gateways: "gateway",
  charts: "level",
};

function nameOf({ table, values }: ReadRow): string {
  if (table === "charts") return `${values.tank} ${values["level:mm"] ?? values["level:cm"]}`;
  return String(values[KEYS[table]]);
}

function refuseUnseen(rows: readonly ReadRow[], { sees }: ImportSources, refuse: Refuse): void {
  for (const row of rows) {
    if (sees?.(stationOf(row)) ?? true) continue;
    refuse(row, {
      column: "站点编号",
      value: stationOf(row),
      message: { zh: "不在您的县市权限内", en: "it is not in your counties" },
      cure: { zh: "核对站点编号，或由所在县市办理。", en: "Check the station's id, or let its own county do it." },
    });
  }
}

function refuseTwice(rows: readonly ReadRow[], refuse: Refuse): void {
  const seen = new Map<string, ReadRow>();
  for (const row of rows) {
    const key = `${row.table}\n${stationOf(row)}\n${nameOf(row)}`;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, row);
    else {
      refuse(row, {
        column: null,
        value: nameOf(row),
        message: {
          zh: `与“${first.sheet}”第 ${first.line} 行重复`,
          en: `the same as line ${first.line} of ${first.sheet}`,
        },
        cure: { zh: "删除其中一行。", en: "Remove one of the two." },
      });
    }
  }
}

function refusePlaces(rows: readonly ReadRow[], refuse: Refuse): void {
  for (const row of rows) {
    const { longitudeUdeg, latitudeUdeg, system } = row.values;
    if (longitudeUdeg === undefined && latitudeUdeg === undefined) continue;
    if (longitudeUdeg !== undefined && latitudeUdeg !== undefined && system !== undefined) continue;
    refuse(row, {
      column: system === undefined ? "坐标系" : "经度/纬度",
      value: null,
      message: { zh: "坐标不完整", en: "the place is not complete" },
      cure: {
        zh: "经度、纬度和坐标系须同时填写：手机地图多为 GCJ-02，百度为 BD-09，卫星定位为 WGS-84。",
        en: "Give longitude, latitude and the system: GCJ-02 for most maps, BD-09 for Baidu, WGS-84 for GPS.",
      },
    });
  }
}

function refuseForeignGateways(rows: readonly ReadRow[], { stationOfGateway }: ImportSources, refuse: Refuse): void {
  const claimed = new Map<string, string>();
  for (const row of rows) {
    if (row.table !== "gateways") continue;
    const gateway = String(row.values.gateway);
    const owner = claimed.get(gateway) ?? stationOfGateway(gateway) ?? stationOf(row);
    if (owner === stationOf(row)) claimed.set(gateway, owner);
    else {
      refuse(row, {
        column: "网关编号",
        value: gateway,
        message: { zh: `该网关已属于 ${owner}`, en: `it belongs to ${owner}` },
        cure: { zh: "核对网关编号和站点编号。", en: "Check gateway and station." },
      });
    }
  }
}

/** A strapping table with a hole is worse than the old one: a wrong row holds back all tables of its sheet. */
function holdBackCharts(good: Set<ReadRow>, errors: readonly RowError[]): void {
  const wrong = new Set(errors.filter(({ table, line }) => table === "charts" && line > 0).map(({ sheet }) => sheet));
  for (const row of good) if (row.table === "charts" && wrong.has(row.sheet)) good.delete(row);
}

interface Planning {
  good: Set<ReadRow>;
  refuse: Refuse;
  sources: ImportSources;
  plan: ImportPlan;
}

/** Lays the rows of one station in, takes out those that are at fault, and tries again until nothing is wrong. */
function planStation(station: string, rows: readonly ReadRow[], { good, refuse, sources, plan }: Planning): void {
  const standing = sources.current(station);
  if (standing === undefined && !rows.some((row) => row.table === "stations" && good.has(row))) {
    const message = {
      zh: `加油站 ${station} 未登记，或其登记行有误`,
      en: `station ${station} is not registered, or its row is wrong`,
    };
    const cure = {
      zh: "先在“加油站”表中登记，或改正其登记行。",
      en: "Register it in the table of stations, or mend its row.",
    };
    for (const row of rows) refuse(row, { column: "站点编号", value: station, message, cure });
    return;
  }
  for (let left = rows.filter((row) => good.has(row)); left.length > 0; left = left.filter((row) => good.has(row))) {
    const draft = layAll(station, standing?.entry, left, refuse);
    const faults = faultsOf(draft);
    if (faults.length === 0) {
      settle(draft.entry as unknown as StationEntry, standing, plan);
      return;
    }
    const before = left.filter((row) => good.has(row)).length;
    for (const fault of faults) blame(fault, draft, { good, refuse });
    if (left.filter((row) => good.has(row)).length < before) continue;
    const [fault] = faults as [EntryFault];
    for (const row of left) refuse(row, { column: null, value: null, message: fault.message, cure: fault.cure });
  }
}

function layAll(station: string, standing: StationEntry | undefined, rows: readonly ReadRow[], refuse: Refuse): Draft {
  const draft = new Draft(station, standing);
  for (const row of rows) draft.lay(row);
  const charts = Map.groupBy(
    rows.filter(({ table }) => table === "charts"),
    ({ values }) => String(values.tank),
  );
  for (const [tank, own] of charts) {
    if (draft.layChart(tank, own)) continue;
    const message = { zh: `本站没有油罐 ${tank}`, en: `the station has no tank ${tank}` };
    const cure = { zh: "先登记油罐。", en: "Register the tank first." };
    for (const row of own) refuse(row, { column: "油罐编号", value: tank, message, cure });
  }
  return draft;
}

/** What is wrong with the entry as a whole: by its schema, and if it fits that, by its parts. */
function faultsOf({ entry }: Draft): EntryFault[] {
  if (validator.Check(entry)) return entryFaults(entry);
  return [...validator.Errors(entry)].map(({ instancePath, message, keyword, params }) => {
    const missing = keyword === "required" ? (params as { requiredProperties: string[] }).requiredProperties : [];
    const path = [...instancePath.split("/").slice(1).map(numberIfOne), ...missing.slice(0, 1)];
    return { path, ...schemaFault(path, message) };
  });
}

function numberIfOne(text: string): string | number {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function schemaFault(path: EntryFault["path"], message: string): { message: Bilingual; cure: Bilingual } {
  const [list, , inner] = path;
  if (list === "dispensers" && inner === "nozzles") {
    return {
      message: { zh: "加油机没有油枪", en: "the dispenser has no nozzle" },
      cure: { zh: "在“油枪”表中为它登记油枪。", en: "Register its nozzles in the table of nozzles." },
    };
  }
  if (inner === "chart") {
    return {
      message: { zh: "罐容表少于两行", en: "a strapping table has two rows at least" },
      cure: { zh: "导入完整的罐容表。", en: "Import the whole table." },
    };
  }
  const field = path.join(".");
  return {
    message: { zh: `${field} 不符合要求`, en: `${field} ${message}` },
    cure: { zh: "对照模板改正。", en: "Compare it with the template." },
  };
}

/** The rows that answer for a fault are told what is wrong. */
function blame(fault: EntryFault, draft: Draft, { good, refuse }: Pick<Planning, "good" | "refuse">): void {
  const field = fault.path.at(-1);
  const all = draft.blame(fault);
  // A strapping table comes whole or not at all: one row is told, the others are left out with it.
  const isChart = all[0]?.table === "charts";
  const rows = isChart ? all.slice(0, 1) : all;
  for (const row of rows) {
    const value = typeof field === "string" ? row.values[field === "id" ? "gateway" : field] : undefined;
    refuse(row, {
      column: titleOf(row.table, field),
      value: value === undefined ? null : String(value),
      message: fault.message,
      cure: fault.cure,
    });
  }
  if (isChart) for (const row of all) good.delete(row);
}

/** The title of the column in which a field of an entry stands; null where it stands in none. */
function titleOf(table: TableName, field: string | number | undefined): string | null {
  return TABLES[table].columns.find(({ key }) => key === field)?.zh ?? null;
}

function settle(
  entry: StationEntry,
  standing: { entry: StationEntry; version: number } | undefined,
  plan: ImportPlan,
): void {
  if (standing === undefined) plan.stations.added.push(entry.id);
  else if (Value.Equal(standing.entry, entry)) {
    plan.stations.unchanged.push(entry.id);
    return;
  } else plan.stations.changed.push(entry.id);
  plan.orders.push({ entry, after: standing?.version ?? 0 });
}
