/** The tables of summed sales and tank readings, and how they are added to. */

import type { GatewayId } from "@forecourt/protocol/ids.ts";
import type Database from "better-sqlite3";
import type { Difference, StatisticsStore, UnsummedBatch } from "../../statistics/store.ts";
import { SALE_TABLES, type SaleTable, type Sums } from "../../statistics/sums.ts";
import { ZONE_MS } from "../../wetstock/local-day.ts";
import { figureQuestions } from "./statistics-questions.ts";
import { storedRecord } from "./stored-record.ts";
import { unhurried } from "./unhurried.ts";

const SUMS = `sales INTEGER NOT NULL, volume_cl INTEGER NOT NULL, amount_fen INTEGER NOT NULL,
  untrusted_sales INTEGER NOT NULL, untrusted_volume_cl INTEGER NOT NULL`;
const TABLE_NAMES = Object.keys(SALE_TABLES) as SaleTable[];

/** The step of the schema. Each table is clustered by what it is asked for. */
export const statisticsTables: readonly string[] = [
  `CREATE TABLE sale_hour (station TEXT NOT NULL, hour_ms INTEGER NOT NULL, grade TEXT NOT NULL, ${SUMS},
    PRIMARY KEY (station, hour_ms, grade)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE sale_day (day INTEGER NOT NULL, station TEXT NOT NULL, grade TEXT NOT NULL, ${SUMS},
    PRIMARY KEY (day, station, grade)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE nozzle_day (station TEXT NOT NULL, nozzle TEXT NOT NULL, day INTEGER NOT NULL, grade TEXT NOT NULL, ${SUMS},
    PRIMARY KEY (station, nozzle, day, grade)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE sale_profile (month INTEGER NOT NULL, hour INTEGER NOT NULL, station TEXT NOT NULL, grade TEXT NOT NULL,
    ${SUMS}, PRIMARY KEY (month, hour, station, grade)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE tank_hour (station TEXT NOT NULL, tank TEXT NOT NULL, hour_ms INTEGER NOT NULL, readings INTEGER NOT NULL,
    low_um INTEGER NOT NULL, high_um INTEGER NOT NULL, at_ms INTEGER NOT NULL, level_um INTEGER NOT NULL,
    volume_cl INTEGER, temperature_mc INTEGER, PRIMARY KEY (station, tank, hour_ms)) STRICT, WITHOUT ROWID`,
  "CREATE TABLE summed (one INTEGER PRIMARY KEY CHECK (one = 1), batch INTEGER NOT NULL) STRICT",
  "INSERT INTO summed VALUES (1, 0)",
];

export function sqliteStatistics(raw: Database.Database): StatisticsStore {
  const add = adder(raw);
  const thinned = raw.prepare<[], { ms: number }>(
    "SELECT coalesce(max(until_ms), 0) AS ms FROM retention_place WHERE layer IN ('sale', 'batch')",
  );
  const thinnedUntilMs = () => thinned.get()?.ms ?? 0;
  return {
    ...figureQuestions(raw),
    unsummed: unsummedBatches(raw),
    add: async (sums, from, until) => add(sums, from, until),
    clear: async () => {
      raw.transaction(() => {
        for (const table of [...TABLE_NAMES, "tank_hour"]) raw.exec(`DELETE FROM ${table}`);
        raw.exec("UPDATE summed SET batch = 0");
      })();
    },
    thinnedUntilMs: async () => thinnedUntilMs(),
    differences: async () => differences(raw, thinnedUntilMs()),
  };
}

function unsummedBatches(raw: Database.Database): StatisticsStore["unsummed"] {
  const place = raw.prepare<[], { batch: number }>("SELECT batch FROM summed");
  const batches = raw.prepare<
    [number, number],
    { id: number; no: number; gateway: GatewayId; station: string; first: number; count: number }
  >(
    `SELECT batch.input AS id, gateway.no, gateway.id AS gateway, input.station, first_seq AS first, count
     FROM batch JOIN gateway ON gateway.no = batch.gateway JOIN input ON input.id = batch.input
     WHERE batch.input > ? ORDER BY batch.input LIMIT ?`,
  );
  const lines = raw.prepare<[number, number, number], { line: string }>(
    `SELECT line FROM record WHERE gateway = ? AND seq BETWEEN ? AND ? AND kind IN ('sale', 'tank') ORDER BY seq`,
  );
  return async (limit) => {
    const after = place.get()?.batch ?? 0;
    const found = batches.all(after, limit).map(
      ({ id, no, gateway, station, first, count }): UnsummedBatch => ({
        id,
        gateway,
        station,
        records: () => lines.all(no, first, first + count - 1).map(({ line }) => storedRecord(line)),
      }),
    );
    return { after, batches: found };
  };
}

function adder(raw: Database.Database): (sums: Sums, after: number, until: number) => boolean {
  const tables = TABLE_NAMES.map((table) => ({ table, add: raw.prepare(upsert(table)) }));
  const level = raw.prepare(`INSERT INTO tank_hour VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (station, tank, hour_ms) DO UPDATE SET readings = readings + excluded.readings,
      low_um = min(low_um, excluded.low_um), high_um = max(high_um, excluded.high_um),
      level_um = iif(excluded.at_ms >= at_ms, excluded.level_um, level_um),
      volume_cl = iif(excluded.at_ms >= at_ms, excluded.volume_cl, volume_cl),
      temperature_mc = iif(excluded.at_ms >= at_ms, excluded.temperature_mc, temperature_mc),
      at_ms = max(at_ms, excluded.at_ms)`);
  const place = raw.prepare("UPDATE summed SET batch = ? WHERE batch = ?");
  const write = raw.transaction((sums: Sums, after: number, until: number): boolean => {
    if (place.run(until, after).changes === 0) return false;
    for (const { table, add } of tables) {
      for (const { key, sales, volumeCl, amountFen, untrustedSales, untrustedVolumeCl } of sums.sales(table)) {
        add.run(...key, sales, volumeCl, amountFen, untrustedSales, untrustedVolumeCl);
      }
    }
    for (const one of sums.levels()) {
      const { station, tank, hourMs, readings, lowUm, highUm, atMs, levelUm, volumeCl, temperatureMc } = one;
      level.run(station, tank, hourMs, readings, lowUm, highUm, atMs, levelUm, volumeCl, temperatureMc);
    }
    return true;
  });
  return (sums, after, until) => {
    let added = false;
    // Sums can be made again from the records: they need not wait for the disk.
    unhurried(raw, () => {
      added = write.immediate(sums, after, until);
    });
    return added;
  };
}

function upsert(table: SaleTable): string {
  const key = SALE_TABLES[table];
  const places = Array(key.length + 5)
    .fill("?")
    .join(", ");
  const added = ["sales", "volume_cl", "amount_fen", "untrusted_sales", "untrusted_volume_cl"]
    .map((column) => `${column} = ${column} + excluded.${column}`)
    .join(", ");
  return `INSERT INTO ${table} VALUES (${places}) ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${added}`;
}

/** Days on which some table of sums says other than the stored sales. */
function differences(raw: Database.Database, thinnedUntilMs: number): Difference[] {
  const firstDay = thinnedUntilMs === 0 ? 0 : Math.floor((thinnedUntilMs + ZONE_MS) / 86_400_000) + 1;
  const day = (column: string) => `(${column} + ${ZONE_MS}) / 86400000`;
  const totals = (table: string, days: string) =>
    `SELECT station, ${days} AS day, sum(sales) AS sales, sum(volume_cl) AS volume_cl, sum(amount_fen) AS amount_fen
     FROM ${table} WHERE ${days} >= ${firstDay} GROUP BY 1, 2`;
  const stored = `SELECT station, ${day("at_ms")} AS day, count(*) AS sales, sum(volume_cl) AS volume_cl,
    sum(amount_fen) AS amount_fen FROM sale WHERE ${day("at_ms")} >= ${firstDay} GROUP BY 1, 2`;
  const found = new Map<string, Difference>();
  for (const [table, days] of [
    ["sale_day", "day"],
    ["nozzle_day", "day"],
    ["sale_hour", day("hour_ms")],
  ] as const) {
    const rows = raw
      .prepare<
        [],
        Record<"sales" | "volume_cl" | "amount_fen" | "s" | "v" | "a" | "day", number> & { station: string }
      >(
        `SELECT coalesce(one.station, two.station) AS station, coalesce(one.day, two.day) AS day,
           coalesce(one.sales, 0) AS sales, coalesce(one.volume_cl, 0) AS volume_cl, coalesce(one.amount_fen, 0) AS amount_fen,
           coalesce(two.sales, 0) AS s, coalesce(two.volume_cl, 0) AS v, coalesce(two.amount_fen, 0) AS a
         FROM (${totals(table, days)}) one FULL OUTER JOIN (${stored}) two
           ON one.station = two.station AND one.day = two.day
         WHERE one.sales IS NOT two.sales OR one.volume_cl IS NOT two.volume_cl OR one.amount_fen IS NOT two.amount_fen`,
      )
      .all();
    for (const { station, day, sales, volume_cl: volumeCl, amount_fen: amountFen, s, v, a } of rows) {
      const summed = { sales, volumeCl, amountFen };
      found.set(`${station} ${day}`, { station, day, summed, stored: { sales: s, volumeCl: v, amountFen: a } });
    }
  }
  return [...found.values()];
}
