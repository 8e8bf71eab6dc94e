/** The schema of the SQLite store, step by step. A step that was released is never edited: a new one follows it. */
import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { Migration, MigrationProvider } from "kysely/migration";
import { accessTables } from "./access.ts";
import { requestTables } from "./access-requests.ts";
import { auditTables } from "./audit.ts";
import { caseOverdueIndex, caseTables, caseUnits } from "./cases.ts";
import { changeTables } from "./changes.ts";
import { commandTables } from "./commands.ts";
import { deskTables } from "./desk.ts";
import { enrolmentTables } from "./enrolment.ts";
import { inspectionTables } from "./inspections.ts";
import { noticeTables } from "./notice-tables.ts";
import { registryTables } from "./registry.ts";
import { retentionTables } from "./retention.ts";
import { savedViewTables } from "./saved-views.ts";
import { statisticsTables } from "./statistics.ts";
import { trustTables } from "./trust.ts";
import { wallTables } from "./walls.ts";

const TANK_COLUMNS = `station TEXT NOT NULL, tank TEXT NOT NULL, at_ms INTEGER NOT NULL, gateway INTEGER NOT NULL,
  seq INTEGER NOT NULL, level_um INTEGER, water_level_um INTEGER, temperature_mc INTEGER, volume_cl INTEGER,
  ullage_cl INTEGER, alarms TEXT NOT NULL, quality TEXT NOT NULL, reason TEXT`;

/**
 * Each step a list of statements. Projections are clustered by what they are asked for, so that writing a record
 * touches one tree a table and no index.
 */
const steps: Record<string, readonly string[]> = {
  "0001-chain": [
    `CREATE TABLE gateway (no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, station TEXT NOT NULL, seq INTEGER NOT NULL,
      hash BLOB NOT NULL, heard_ms INTEGER NOT NULL, last_record_ms INTEGER, version TEXT, unacknowledged INTEGER) STRICT`,
    `CREATE TABLE input (id INTEGER PRIMARY KEY AUTOINCREMENT, station TEXT NOT NULL, kind TEXT NOT NULL,
      at_ms INTEGER NOT NULL, body TEXT) STRICT`,
    "CREATE INDEX input_by_station ON input (station, id)",
    `CREATE TABLE batch (input INTEGER PRIMARY KEY, gateway INTEGER NOT NULL, first_seq INTEGER NOT NULL,
      count INTEGER NOT NULL, received_ms INTEGER NOT NULL, envelope BLOB NOT NULL) STRICT`,
    "CREATE UNIQUE INDEX batch_by_seq ON batch (gateway, first_seq)",
    `CREATE TABLE record (gateway INTEGER NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, at_ms INTEGER NOT NULL,
      line TEXT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (gateway, seq)) STRICT, WITHOUT ROWID`,
    `CREATE TABLE refused (id INTEGER PRIMARY KEY AUTOINCREMENT, gateway TEXT NOT NULL, sha256 TEXT NOT NULL,
      code TEXT NOT NULL, message TEXT NOT NULL, first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL,
      times INTEGER NOT NULL, bytes INTEGER NOT NULL, envelope BLOB NOT NULL, UNIQUE (gateway, sha256)) STRICT`,
  ],
  "0002-projections": [
    `CREATE TABLE sale (station TEXT NOT NULL, at_ms INTEGER NOT NULL, gateway INTEGER NOT NULL, seq INTEGER NOT NULL,
      device TEXT NOT NULL, nozzle TEXT NOT NULL, volume_cl INTEGER NOT NULL, amount_fen INTEGER NOT NULL,
      unit_price_fen INTEGER, count INTEGER, total_volume_cl INTEGER NOT NULL, total_amount_fen INTEGER NOT NULL,
      quality TEXT NOT NULL, reason TEXT, PRIMARY KEY (station, at_ms, gateway, seq)) STRICT, WITHOUT ROWID`,
    `CREATE TABLE tank_level (${TANK_COLUMNS}, PRIMARY KEY (station, tank, at_ms, gateway, seq)) STRICT, WITHOUT ROWID`,
    `CREATE TABLE latest_tank (${TANK_COLUMNS}, PRIMARY KEY (station, tank)) STRICT, WITHOUT ROWID`,
    `CREATE TABLE latest_nozzle (station TEXT NOT NULL, nozzle TEXT NOT NULL, gateway INTEGER NOT NULL,
      seq INTEGER NOT NULL, unit_price_fen INTEGER, total_volume_cl INTEGER, total_amount_fen INTEGER,
      last_sale_at_ms INTEGER, last_sale_gateway INTEGER, last_sale_seq INTEGER,
      PRIMARY KEY (station, nozzle)) STRICT, WITHOUT ROWID`,
    `CREATE TABLE latest_seal (station TEXT NOT NULL, seal TEXT NOT NULL, at_ms INTEGER NOT NULL, state TEXT NOT NULL,
      tamper_count INTEGER, open_count INTEGER, battery_percent INTEGER, PRIMARY KEY (station, seal)) STRICT, WITHOUT ROWID`,
    `CREATE TABLE latest_link (station TEXT NOT NULL, gateway INTEGER NOT NULL, line TEXT NOT NULL, device TEXT NOT NULL,
      state TEXT NOT NULL, since_ms INTEGER NOT NULL, reason TEXT NOT NULL,
      PRIMARY KEY (station, gateway, line, device)) STRICT, WITHOUT ROWID`,
    `CREATE TABLE latest_identity (station TEXT NOT NULL, device TEXT NOT NULL, at_ms INTEGER NOT NULL,
      initialised INTEGER NOT NULL, factory_serial TEXT NOT NULL, taxpayer_id TEXT, oil_code TEXT,
      PRIMARY KEY (station, device)) STRICT, WITHOUT ROWID`,
  ],
  "0003-rules": [
    `CREATE TABLE rule_state (station TEXT PRIMARY KEY, cursor INTEGER NOT NULL, states TEXT NOT NULL) STRICT, WITHOUT ROWID`,
    `CREATE TABLE flag (id TEXT PRIMARY KEY, rule TEXT NOT NULL, station TEXT NOT NULL, subject TEXT NOT NULL,
      severity TEXT NOT NULL, state TEXT NOT NULL, from_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL,
      ended_ms INTEGER, findings INTEGER NOT NULL, figures TEXT NOT NULL, threshold TEXT NOT NULL, text TEXT NOT NULL,
      evidence TEXT NOT NULL) STRICT`,
    "CREATE UNIQUE INDEX flag_open_once ON flag (station, rule, subject) WHERE state = 'open'",
    "CREATE INDEX flag_by_station ON flag (station, until_ms)",
    "CREATE INDEX flag_by_time ON flag (until_ms, id)",
    `CREATE TABLE unknown_verdict (station TEXT NOT NULL, rule TEXT NOT NULL, subject TEXT NOT NULL, reason TEXT NOT NULL,
      first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, times INTEGER NOT NULL,
      PRIMARY KEY (station, rule, subject)) STRICT, WITHOUT ROWID`,
    `CREATE TABLE delivery_notice (id TEXT PRIMARY KEY, station TEXT NOT NULL, tank TEXT NOT NULL,
      volume_cl INTEGER NOT NULL, expected_from_ms INTEGER NOT NULL, expected_until_ms INTEGER NOT NULL,
      tanker TEXT NOT NULL, received_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
  ],
  "0005-filings": [
    `CREATE TABLE filing (id TEXT PRIMARY KEY, station TEXT NOT NULL, filing TEXT NOT NULL, from_ms INTEGER NOT NULL,
      until_ms INTEGER, body TEXT NOT NULL, received_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
    "CREATE INDEX filing_by_station ON filing (station, from_ms)",
    `INSERT INTO filing SELECT id, station, 'waybill', expected_from_ms, expected_until_ms,
      json_object('filing', 'waybill', 'id', id, 'station', station, 'tank', tank, 'grade', NULL, 'volumeCl', volume_cl,
        'tanker', tanker, 'fromMs', expected_from_ms, 'untilMs', expected_until_ms), received_ms FROM delivery_notice`,
    "DROP TABLE delivery_notice",
    `CREATE TABLE inconclusive (station TEXT NOT NULL, rule TEXT NOT NULL, subject TEXT NOT NULL, day TEXT NOT NULL,
      reason TEXT NOT NULL, PRIMARY KEY (station, rule, subject, day)) STRICT, WITHOUT ROWID`,
    // How far the states have learnt; null in rows of before, where it was the cursor.
    "ALTER TABLE rule_state ADD COLUMN checkpoint INTEGER",
  ],
  "0010-enrolment": enrolmentTables,
  "0011-kinds": [
    `CREATE TABLE delivery (station TEXT NOT NULL, ended_ms INTEGER NOT NULL, gateway INTEGER NOT NULL,
      seq INTEGER NOT NULL, started_ms INTEGER NOT NULL, device TEXT NOT NULL, tank TEXT NOT NULL, basis TEXT NOT NULL,
      volume_cl INTEGER, start_state TEXT NOT NULL, end_state TEXT NOT NULL, quality TEXT NOT NULL, reason TEXT,
      PRIMARY KEY (station, ended_ms, gateway, seq)) STRICT, WITHOUT ROWID`,
    // The newest record of each device, chart, gateway's health and command, as it was journalled.
    `CREATE TABLE latest_record (station TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, at_ms INTEGER NOT NULL,
      gateway INTEGER NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL,
      PRIMARY KEY (station, kind, subject)) STRICT, WITHOUT ROWID`,
    "CREATE INDEX unknown_by_time ON unknown_verdict (last_ms, station, rule, subject)",
    "CREATE INDEX flag_by_rule ON flag (rule, until_ms, id)",
  ],
  "0012-commands": commandTables,
  "0020-desk": [...auditTables, ...deskTables],
  "0040-access": accessTables,
  "0041-requests": requestTables,
  "0030-statistics": statisticsTables,
  "0031-registry": registryTables,
  "0040-trust": trustTables,
  "0060-registry-changes": changeTables,
  "0061-cases": caseTables,
  "0130-retention": retentionTables,
  "0150-walls": wallTables,
  "0160-notices": noticeTables,
  "0161-case-units": caseUnits,
  "0162-inspections": inspectionTables,
  "0163-cases-overdue": caseOverdueIndex,
  "0170-saved-views": savedViewTables,
};

export const migrations: MigrationProvider = {
  getMigrations: async () =>
    Object.fromEntries(Object.entries(steps).map(([name, statements]) => [name, migration(statements)])),
};

function migration(statements: readonly string[]): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}
