/**
 * Puts a fresh journal in the place of one that cannot be used. The old file is kept under a name that says when and
 * why. Unacknowledged lines that still chain go over; then a new chain begins, and its first record names the last
 * good place of the old one. A power cut at any step leaves the old journal, or the new one, or what the next start
 * needs to finish.
 */
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { canonical } from "@forecourt/protocol/records/canonical.ts";
import { chainHash, GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import { syncFolder } from "../disk/replace-file.ts";
import type { Stamped } from "./journal.ts";
import type { Salvage } from "./salvage.ts";
import { openTables, prepareAll } from "./tables.ts";

/** What stands beside an SQLite file. */
const COMPANIONS = ["", "-wal", "-shm"] as const;
const JOURNAL = "journal.db";
const FRESH = "journal.db.new";
const SET_ASIDE = /^journal-set-aside-.*-before-(\d+)\.db$/;

/** The path of the journal in its folder. */
export function journalFile(folder: string): string {
  return join(folder, JOURNAL);
}

/** The names of journals that were set aside, in their order, and the number that the chain after each began with. */
export function setAsideJournals(folder: string): { name: string; nextSeq: number }[] {
  if (!existsSync(folder)) return [];
  const found = readdirSync(folder).flatMap((name) => {
    const match = SET_ASIDE.exec(name);
    return match === null ? [] : [{ name, nextSeq: Number(match[1]) }];
  });
  // Not by the time in the name: the clock may have been set.
  return found.toSorted((a, b) => a.nextSeq - b.nextSeq);
}

export interface Replacement {
  salvage: Salvage;
  /** The number of the new chain's first record, beyond every number that may have been used. */
  nextSeq: number;
  /** `damaged`, `chain-broken` …: goes into the name of the file. */
  reason: string;
  /** ISO time; goes into the name of the file. */
  at: string;
  first: Stamped;
}

/** Builds the new journal and puts it in the old one's place. @returns the name under which the old one is kept, if any */
export function replaceJournal(folder: string, replacement: Replacement): string | undefined {
  for (const companion of COMPANIONS) rmSync(join(folder, `${FRESH}${companion}`), { force: true });
  build(join(folder, FRESH), replacement);
  syncFolder(folder);
  const { at, reason, nextSeq } = replacement;
  const name = `journal-set-aside-${at.replaceAll(/[:.+]/g, "")}-${reason}-before-${nextSeq}.db`;
  const hadOne = existsSync(join(folder, JOURNAL));
  if (hadOne) moveAside(folder, name);
  renameSync(join(folder, FRESH), join(folder, JOURNAL));
  syncFolder(folder);
  return hadOne ? name : undefined;
}

/**
 * Finishes, or takes back, a replacement that a power cut interrupted. The new file is complete before the old one is
 * moved; so without a journal in its place, the new one is good, and beside one it is of no worth.
 */
export function finishReplacement(folder: string): void {
  if (!existsSync(join(folder, FRESH))) return;
  if (existsSync(join(folder, JOURNAL))) {
    for (const companion of COMPANIONS) rmSync(join(folder, `${FRESH}${companion}`), { force: true });
    return;
  }
  const last = setAsideJournals(folder).at(-1);
  if (last !== undefined) moveAside(folder, last.name);
  renameSync(join(folder, FRESH), join(folder, JOURNAL));
  syncFolder(folder);
}

/** The database first: its companions alone are nothing, but it without them would look whole. */
function moveAside(folder: string, name: string): void {
  for (const companion of COMPANIONS) {
    const from = join(folder, `${JOURNAL}${companion}`);
    if (existsSync(from)) renameSync(from, join(folder, `${name}${companion}`));
  }
  syncFolder(folder);
}

function build(file: string, { salvage, nextSeq, first }: Replacement): void {
  const db = openTables(file);
  try {
    const statements = prepareAll(db);
    const keepLatest = db.prepare<[number, string]>("INSERT OR IGNORE INTO kept_latest (seq, line) VALUES (?, ?)");
    db.transaction(() => {
      const { from, receipt, lines, latest } = salvage;
      if (from.seq > 0) statements.insertStart.run(from.seq, from.hash, receipt?.message ?? null);
      if (receipt !== undefined) statements.saveReceipt.run(receipt.seq, receipt.hash, receipt.message);
      let previous = from.seq;
      for (const { seq, line, hash } of lines) {
        if (seq !== previous + 1) statements.insertStart.run(seq - 1, GENESIS_HASH, null);
        statements.insert.run(seq, line, hash);
        previous = seq;
      }
      for (const { subject, seq, line } of latest) {
        statements.upsertLatest.run(subject, seq);
        keepLatest.run(seq, line);
      }
      const record = { ...first.body, ...first.stamp, seq: nextSeq } as JournalRecord;
      const line = canonical(record);
      statements.insertStart.run(nextSeq - 1, GENESIS_HASH, null);
      statements.insert.run(nextSeq, line, chainHash(GENESIS_HASH, line));
    })();
  } finally {
    db.close();
  }
}
