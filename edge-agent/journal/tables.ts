/** The tables of the journal's SQLite file and the statements on them. Tables are only ever added. */
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import Database from "better-sqlite3";
import { openingError } from "./errors.ts";

/** A committed line with its place in the chain. */
export interface JournalLine {
  seq: number;
  line: string;
  hash: Buffer;
}

/** A place in the chain: everything up to and with `seq`. `seq` 0 is the beginning. */
export interface Position {
  seq: number;
  hash: Buffer;
}

/** A place with the collector's signed receipt that covers it. */
export interface Receipted extends Position {
  message: Uint8Array;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS entry (
    seq INTEGER PRIMARY KEY, line TEXT NOT NULL, hash BLOB NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS latest (subject TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS receipt (
    id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL, message BLOB NOT NULL
  ) STRICT;
  -- Where kept lines begin anew: after pruning (hash: that of the last pruned line; message: a receipt that covers it),
  -- and where a new chain follows a set-aside journal (hash: zeros).
  CREATE TABLE IF NOT EXISTS chain_start (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, message BLOB) STRICT;
  -- Now and then a receipt, with the program's running time when it came: retention counts from here.
  CREATE TABLE IF NOT EXISTS mark (
    seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, message BLOB NOT NULL, running_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS running (id INTEGER PRIMARY KEY CHECK (id = 1), ms INTEGER NOT NULL) STRICT;
  -- Pruned lines that are still the newest of their subject.
  CREATE TABLE IF NOT EXISTS kept_latest (seq INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT;
`;

const PAGE_CACHE_KB = 2_048;

export interface OpenOptions {
  mustExist?: boolean;
  readonly?: boolean;
}

/**
 * Opens the file with full sync, creating the tables when they are missing.
 * @throws JournalError when it cannot be opened, or is no database
 */
export function openTables(file: string, { mustExist = false, readonly = false }: OpenOptions = {}): Database.Database {
  let db: Database.Database;
  try {
    db = new Database(file, { fileMustExist: mustExist, readonly });
  } catch (error) {
    throw openingError(file, error);
  }
  return orClosed(db, file, () => {
    if (readonly) {
      db.prepare("SELECT count(*) FROM sqlite_master").get();
      return db;
    }
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    // Lines are written once and read once: a large cache of pages would only take memory from the box.
    db.pragma(`cache_size = -${PAGE_CACHE_KB}`);
    db.exec(SCHEMA);
    return db;
  });
}

/** Does the work of opening; when it fails, the file is closed and whatever SQLite says becomes a JournalError. */
export function orClosed<T>(db: Database.Database, file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    db.close();
    throw openingError(file, error);
  }
}

/** All statements of a running journal. */
export function prepareAll(db: Database.Database) {
  return {
    insert: db.prepare<[number, string, Buffer]>("INSERT INTO entry (seq, line, hash) VALUES (?, ?, ?)"),
    upsertLatest: db.prepare<[string, number]>(
      "INSERT INTO latest (subject, seq) VALUES (?, ?) ON CONFLICT (subject) DO UPDATE SET seq = excluded.seq",
    ),
    head: db.prepare<[], Position>("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1"),
    hashAt: db.prepare<[number], { hash: Buffer }>("SELECT hash FROM entry WHERE seq = ?"),
    from: db.prepare<[number, number], JournalLine>(
      "SELECT seq, line, hash FROM entry WHERE seq >= ? ORDER BY seq LIMIT ?",
    ),
    receipt: db.prepare<[], Receipted>("SELECT seq, hash, message FROM receipt WHERE id = 1"),
    saveReceipt: db.prepare<[number, Buffer, Uint8Array]>(
      `INSERT INTO receipt (id, seq, hash, message) VALUES (1, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, message = excluded.message`,
    ),
    latest: db.prepare<[], { line: string }>(
      `SELECT coalesce(entry.line, kept_latest.line) AS line
       FROM latest LEFT JOIN entry USING (seq) LEFT JOIN kept_latest USING (seq)
       WHERE entry.line IS NOT NULL OR kept_latest.line IS NOT NULL`,
    ),
    starts: db.prepare<[], Position>("SELECT seq, hash FROM chain_start ORDER BY seq"),
    startAt: db.prepare<[number], { hash: Buffer }>("SELECT hash FROM chain_start WHERE seq = ?"),
    insertStart: db.prepare<[number, Buffer, Uint8Array | null]>(
      "INSERT OR REPLACE INTO chain_start (seq, hash, message) VALUES (?, ?, ?)",
    ),
  };
}

/** What a record is the newest statement about; a sale is also its nozzle's newest total. */
export function subjectOf(record: JournalRecord): string | undefined {
  switch (record.kind) {
    case "sale":
      return `total/${record.device}/${record.nozzle}`;
    case "total":
      if (record.scope === "grand") return `total/${record.device}/${record.nozzle}`;
      return record.cause === "period-end" ? `period/${record.scope}/${record.device}/${record.nozzle}` : undefined;
    case "identity":
      return `identity/${record.device}/${record.nozzle}`;
    case "tank":
      return `tank/${record.device}/${record.tank}`;
    case "seal":
      return `seal/${record.device}/${record.seal}`;
    case "link":
      return `link/${record.device ?? record.line}`;
    case "chart":
      return `chart/${record.device}/${record.tank}`;
    case "device":
      return `device/${record.device}`;
    case "delivery":
      return record.basis === "gauge-report" ? `delivery/${record.device}/${record.tank}` : undefined;
    default:
      return undefined;
  }
}
