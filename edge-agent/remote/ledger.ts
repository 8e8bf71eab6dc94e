/**
 * The commands that were taken, on disk: an id that stands here is never carried out again, whatever happens in
 * between. Written before a command begins and when it has ended.
 */
import type { CommandName, CommandOutcome } from "@forecourt/protocol/commands/schema.ts";
import Database from "better-sqlite3";

export interface LedgerEntry {
  id: string;
  name: CommandName;
  /** `accepted` until it has ended */
  outcome: CommandOutcome;
  reason: string | null;
}

export interface Ledger {
  /** Takes a command. @returns false when its id was taken before */
  begin(id: string, name: CommandName, atMs: number): boolean;
  end(id: string, outcome: CommandOutcome, reason: string | null): void;
  get(id: string): LedgerEntry | undefined;
  /** Commands that had begun when the program stopped. */
  unfinished(): LedgerEntry[];
  close(): void;
}

/** A collector that issues more than this in a week, the longest life of a command, is not ours. */
const REMEMBERED = 10_000;

/**
 * Opens the ledger.
 * @param file path of an SQLite file; made when missing
 * @throws Error when it cannot be opened: without memory no command may be carried out
 */
export function openLedger(file: string): Ledger {
  const db = new Database(file);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.exec(`CREATE TABLE IF NOT EXISTS command (no INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL, at_ms INTEGER NOT NULL, outcome TEXT NOT NULL, reason TEXT) STRICT`);
  const insert = db.prepare(
    "INSERT INTO command (id, name, at_ms, outcome) VALUES (?, ?, ?, 'accepted') ON CONFLICT (id) DO NOTHING",
  );
  const forget = db.prepare("DELETE FROM command WHERE no <= ?");
  const update = db.prepare("UPDATE command SET outcome = ?, reason = ? WHERE id = ?");
  const select = db.prepare<[string], LedgerEntry>("SELECT id, name, outcome, reason FROM command WHERE id = ?");
  const open = db.prepare<[], LedgerEntry>(
    "SELECT id, name, outcome, reason FROM command WHERE outcome = 'accepted' ORDER BY no",
  );
  const begin = db.transaction((id: string, name: string, atMs: number): boolean => {
    const { changes, lastInsertRowid } = insert.run(id, name, Math.round(atMs));
    if (changes > 0) forget.run(Number(lastInsertRowid) - REMEMBERED);
    return changes > 0;
  });
  return {
    begin: (id, name, atMs) => begin.immediate(id, name, atMs),
    end: (id, outcome, reason) => {
      update.run(outcome, reason, id);
    },
    get: (id) => select.get(id),
    unfinished: () => open.all(),
    close: () => db.close(),
  };
}
