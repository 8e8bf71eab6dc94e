/**
 * Accounts for every record and litre of a station: what really happened (the truth file), what the agent journalled,
 * and what the collector stored. Each is read from its own file.
 */
import { existsSync, readFileSync } from "node:fs";
import { chainHash, GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import Database from "better-sqlite3";
import type { Station } from "./chain.ts";

export interface TruthEvent {
  event: string;
  at: string;
  [detail: string]: unknown;
}

export interface Line {
  seq: number;
  line: string;
  hash: string;
}

export interface Flagged {
  rule: string;
  subject: string;
  severity: string;
}

/** All events of a station's truth so far. */
export function readTruth(station: Station): TruthEvent[] {
  const lines = readFileSync(station.truth, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as TruthEvent);
}

/** Whether the agent has made its journal. */
export function hasJournal(station: Station): boolean {
  if (!existsSync(station.journal)) return false;
  const db = new Database(station.journal, { readonly: true });
  try {
    return db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'entry'").get() !== undefined;
  } finally {
    db.close();
  }
}

/** Every line of the agent's journal. */
export function readJournal(station: Station): Line[] {
  const db = new Database(station.journal, { readonly: true });
  try {
    const rows = db.prepare<[], { seq: number; line: string; hash: Buffer }>(
      "SELECT seq, line, hash FROM entry ORDER BY seq",
    );
    return rows.all().map(({ seq, line, hash }) => ({ seq, line, hash: hash.toString("hex") }));
  } finally {
    db.close();
  }
}

/** Every line that the collector stored of the station's gateway. */
export function readStore(database: string, gateway: string): Line[] {
  const db = new Database(database, { readonly: true });
  try {
    const rows = db.prepare<[string], { seq: number; line: string; hash: Buffer }>(
      `SELECT record.seq, record.line, record.hash FROM record
       JOIN gateway ON gateway.no = record.gateway WHERE gateway.id = ? ORDER BY record.seq`,
    );
    return rows.all(gateway).map(({ seq, line, hash }) => ({ seq, line, hash: hash.toString("hex") }));
  } finally {
    db.close();
  }
}

/** Every flag that the collector raised about the station. */
export function readFlags(database: string, station: string): Flagged[] {
  const db = new Database(database, { readonly: true });
  try {
    const rows = db.prepare<[string], Flagged>("SELECT rule, subject, severity FROM flag WHERE station = ?");
    return rows.all(station);
  } finally {
    db.close();
  }
}

/** What is wrong with a chain of lines: gaps, repeats, hashes that do not fit; empty when nothing is. */
export function chainFaults(lines: readonly Line[]): string[] {
  const faults: string[] = [];
  let hash: Buffer = GENESIS_HASH;
  for (const [index, { seq, line, hash: stored }] of lines.entries()) {
    if (seq !== index + 1) faults.push(`seq ${seq} stands where ${index + 1} should`);
    hash = chainHash(hash, line);
    if (hash.toString("hex") !== stored) faults.push(`seq ${seq} does not fit its hash`);
  }
  return faults;
}

/** How the store differs from the journal: lost, doubled or changed records; empty when it does not. */
export function storeFaults(journal: readonly Line[], store: readonly Line[]): string[] {
  const faults = chainFaults(store).map((fault) => `store: ${fault}`);
  if (store.length !== journal.length) faults.push(`${journal.length} records journalled, ${store.length} stored`);
  for (const [index, entry] of journal.entries()) {
    const stored = store[index];
    if (stored !== undefined && stored.line !== entry.line) faults.push(`seq ${entry.seq} was changed on its way`);
  }
  return faults;
}

/** Litres (0.01 L) and number of the sales in some lines, by nozzle. */
export function salesOf(lines: readonly Line[]): Map<string, { volumeCl: number; sales: number }> {
  const byNozzle = new Map<string, { volumeCl: number; sales: number }>();
  for (const { line } of lines) {
    const record = JSON.parse(line) as JournalRecord;
    if (record.kind !== "sale") continue;
    const sum = byNozzle.get(record.nozzle) ?? { volumeCl: 0, sales: 0 };
    byNozzle.set(record.nozzle, { volumeCl: sum.volumeCl + record.volumeCl, sales: sum.sales + 1 });
  }
  return byNozzle;
}
