/**
 * Recomputes the journal's chain: the whole of it, or at a start as much as a bounded time allows: all of the tail,
 * and stretches spread over the rest.
 */
import { chainHash, GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";
import type Database from "better-sqlite3";
import { chainBroken, JournalError } from "./errors.ts";
import type { JournalLine, Position } from "./tables.ts";

/** How many of the last lines are recomputed at every start. */
const TAIL_LINES = 1_000;
/** A stretch that is looked at in the older part. */
const STRETCH_LINES = 100;
const STRETCHES = 200;
/** SQLite's own check reads the whole file: beyond this size it would hold up the start, on a slow card for minutes. */
const QUICK_CHECK_BYTES = 128 * 1024 * 1024;

export interface StartCheck {
  /** For how long older stretches are looked at, ms. */
  budgetMs: number;
  /** Monotonic milliseconds. */
  now: () => number;
}

/** The check of a start. @throws JournalError when something does not hold */
export function checkAtStart(db: Database.Database, { budgetMs, now }: StartCheck): void {
  const endsAt = now() + budgetMs;
  const bounds = boundsOf(db);
  if (bounds !== undefined) {
    const tail = Math.max(bounds.first, bounds.last - TAIL_LINES + 1);
    checkFrom(db, tail, bounds.last);
    for (let stretch = 0; stretch < STRETCHES && now() < endsAt; stretch += 1) {
      const older = tail - bounds.first;
      if (older <= 0) break;
      const from = bounds.first + Math.floor(older * spread(stretch));
      checkFrom(db, from, Math.min(tail, from + STRETCH_LINES - 1));
    }
  }
  checkNothingCutOff(db);
  if (databaseBytes(db) <= QUICK_CHECK_BYTES) quickCheck(db);
}

/** The check of everything. @returns the number of lines that hold @throws JournalError naming the first that does not */
export function checkAll(db: Database.Database): number {
  quickCheck(db);
  const bounds = boundsOf(db);
  const count = bounds === undefined ? 0 : checkFrom(db, bounds.first, bounds.last);
  checkNothingCutOff(db);
  return count;
}

/** 0, 1/2, 1/4, 3/4, 1/8 …: whenever one stops, the places are spread evenly. */
function spread(index: number): number {
  let [value, weight] = [0, 0.5];
  for (let rest = index; rest > 0; rest = Math.floor(rest / 2)) {
    value += (rest % 2) * weight;
    weight /= 2;
  }
  return value;
}

function boundsOf(db: Database.Database): { first: number; last: number } | undefined {
  const { first, last } = db
    .prepare<[], { first: number | null; last: number | null }>("SELECT min(seq) AS first, max(seq) AS last FROM entry")
    .get()!;
  return first === null || last === null ? undefined : { first, last };
}

function databaseBytes(db: Database.Database): number {
  return Number(db.pragma("page_count", { simple: true })) * Number(db.pragma("page_size", { simple: true }));
}

function quickCheck(db: Database.Database): void {
  const said = String(db.pragma("quick_check(1)", { simple: true }));
  if (said !== "ok")
    throw new JournalError("damaged", `the journal's file is damaged (${said}): it is evidence, keep it`);
}

/** What stands before a line: the line before, or the place where a chain begins. */
function hashBefore(db: Database.Database, seq: number): Buffer | undefined {
  if (seq === 1) return GENESIS_HASH;
  const before = db.prepare<[number], { hash: Buffer }>("SELECT hash FROM entry WHERE seq = ?").get(seq - 1)?.hash;
  return (
    before ?? db.prepare<[number], { hash: Buffer }>("SELECT hash FROM chain_start WHERE seq = ?").get(seq - 1)?.hash
  );
}

/** Recomputes lines `from` to `to`, over the beginning of a new chain if need be. @returns how many */
function checkFrom(db: Database.Database, from: number, to: number): number {
  const lines = db.prepare<[number, number], JournalLine>(
    "SELECT seq, line, hash FROM entry WHERE seq BETWEEN ? AND ? ORDER BY seq",
  );
  let expected = from;
  let hash: Buffer | undefined;
  let count = 0;
  for (const entry of lines.iterate(from, to)) {
    if (hash === undefined || entry.seq !== expected)
      hash = joint(db, entry, hash === undefined ? undefined : expected);
    hash = chainHash(hash, entry.line);
    if (!hash.equals(entry.hash)) throw chainBroken(entry.seq, "the line does not fit its hash");
    expected = entry.seq + 1;
    count += 1;
  }
  return count;
}

/** The hash before a line that does not simply follow: only a chain's stated beginning may stand there. */
function joint(db: Database.Database, entry: JournalLine, expected: number | undefined): Buffer {
  const before = hashBefore(db, entry.seq);
  if (before === undefined) throw chainBroken(expected ?? entry.seq - 1, "the line is missing");
  const isNewChain = entry.seq > 1 && before.equals(GENESIS_HASH);
  if (isNewChain && !entry.line.includes('"event":"journal-replaced"')) {
    throw chainBroken(entry.seq, "a new chain begins without saying why");
  }
  if (expected !== undefined && !isNewChain) throw chainBroken(expected, "the line is missing");
  return before;
}

/**
 * A chain whose last lines were removed still holds, and its next record would take a seq that was used before. What
 * was kept beside the lines still knows them: the collector's receipt and the newest seq of each subject.
 */
function checkNothingCutOff(db: Database.Database): void {
  const receipt = db.prepare<[], Position>("SELECT seq, hash FROM receipt WHERE id = 1").get();
  const { latest } = db.prepare<[], { latest: number | null }>("SELECT max(seq) AS latest FROM latest").get()!;
  const { start } = db.prepare<[], { start: number | null }>("SELECT max(seq) AS start FROM chain_start").get()!;
  const { first, last } = boundsOf(db) ?? { first: 1, last: 0 };
  const known = Math.max(receipt?.seq ?? 0, latest ?? 0, start === null ? 0 : start + 1);
  if (known > last) throw chainBroken(last + 1, "the line is missing");
  if (first > 1 && hashBefore(db, first) === undefined) throw chainBroken(1, "the line is missing");
  if (receipt === undefined || receipt.seq === 0) return;
  const own = db.prepare<[number], { hash: Buffer }>("SELECT hash FROM entry WHERE seq = ?").get(receipt.seq)?.hash;
  // Below a beginning there may be nothing: pruned, or only in a journal that was set aside.
  if (own === undefined && start !== null && receipt.seq <= start) return;
  if (!own?.equals(receipt.hash)) throw chainBroken(receipt.seq, "the collector's receipt names another hash");
}
