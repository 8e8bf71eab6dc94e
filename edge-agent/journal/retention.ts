/**
 * How long acknowledged lines are kept. Age is counted in the program's own running time, written down now and then,
 * so that a clock that was set forward never removes a line; a box that stood without power keeps them longer.
 */
import type Database from "better-sqlite3";
import type { Position } from "./tables.ts";

export interface Retention {
  /** The program has run for so much longer. @param ms milliseconds of a monotonic clock since it was last told */
  ran(ms: number): void;
  /** The last seq that was acknowledged at least so much running time ago; 0 when there is none. */
  acknowledgedBefore(ageMs: number): number;
  /**
   * Removes the oldest lines up to and with `upToSeq`, which must have been acknowledged: at most `limit` of them.
   * The hash of the last removed line stays as the beginning of the chain, with a receipt that covers it.
   * @returns how many were removed
   */
  prune(upToSeq: number, limit: number): number;
  /** Bytes in use and bytes free inside the file. */
  size(): { usedBytes: number; freeBytes: number };
  /** Number of lines that are kept. */
  count(): number;
  /** For the keeping of a receipt; belongs into its transaction. */
  mark(position: Position, message: Uint8Array): void;
}

/** A mark an hour is fine enough for an age of days. */
const MARK_EVERY_MS = 3_600_000;

export function retentionOf(db: Database.Database): Retention {
  const running = db.prepare<[], { ms: number }>("SELECT ms FROM running WHERE id = 1");
  const ran = db.prepare<[number]>(
    "INSERT INTO running (id, ms) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET ms = ms + excluded.ms",
  );
  const before = db.prepare<[number], { seq: number | null }>("SELECT max(seq) AS seq FROM mark WHERE running_ms <= ?");
  // Counting every line would read the whole file: numbers have no gaps but before a new chain.
  const lines = db.prepare<[], { lines: number }>(
    `SELECT coalesce((SELECT max(seq) FROM entry) - (SELECT min(seq) FROM entry) + 1, 0) - coalesce((
       SELECT sum(seq - (SELECT max(entry.seq) FROM entry WHERE entry.seq <= chain_start.seq))
       FROM chain_start WHERE seq >= (SELECT min(seq) FROM entry)), 0) AS lines`,
  );
  const runningMs = () => running.get()?.ms ?? 0;
  return {
    ran: (ms) => {
      ran.run(Math.round(ms));
    },
    acknowledgedBefore: (ageMs) => before.get(runningMs() - ageMs)?.seq ?? 0,
    prune: pruner(db),
    size() {
      const pageBytes = Number(db.pragma("page_size", { simple: true }));
      const freePages = Number(db.pragma("freelist_count", { simple: true }));
      const pages = Number(db.pragma("page_count", { simple: true }));
      return { usedBytes: (pages - freePages) * pageBytes, freeBytes: freePages * pageBytes };
    },
    count: () => lines.get()!.lines,
    mark: marker(db, runningMs),
  };
}

function marker(db: Database.Database, runningMs: () => number): Retention["mark"] {
  const last = db.prepare<[], { ms: number | null }>("SELECT max(running_ms) AS ms FROM mark");
  // A collector that went back does not hold what it had acknowledged: it must not be removed.
  const goBack = db.prepare<[number]>("DELETE FROM mark WHERE seq > ?");
  const insert = db.prepare<[number, Buffer, Uint8Array, number]>(
    "INSERT OR IGNORE INTO mark (seq, hash, message, running_ms) VALUES (?, ?, ?, ?)",
  );
  return ({ seq, hash }, message) => {
    goBack.run(seq);
    const now = runningMs();
    const lastMs = last.get()?.ms ?? null;
    if (seq > 0 && (lastMs === null || now - lastMs >= MARK_EVERY_MS)) insert.run(seq, hash, message, now);
  };
}

function pruner(db: Database.Database): Retention["prune"] {
  const bounds = db.prepare<[number, number], { seq: number | null; lines: number }>(
    "SELECT max(seq) AS seq, count(*) AS lines FROM (SELECT seq FROM entry WHERE seq <= ? ORDER BY seq LIMIT ?)",
  );
  const head = db.prepare<[], { seq: number | null }>("SELECT max(seq) AS seq FROM entry");
  const covering = db.prepare<[number], { message: Uint8Array }>(
    `SELECT message FROM (SELECT seq, message FROM mark UNION ALL SELECT seq, message FROM receipt)
     WHERE seq >= ? ORDER BY seq LIMIT 1`,
  );
  const statements = [
    "INSERT OR REPLACE INTO kept_latest SELECT seq, line FROM entry JOIN latest USING (seq) WHERE seq <= ?",
    "DELETE FROM kept_latest WHERE seq <= ? AND seq NOT IN (SELECT seq FROM latest)",
    "DELETE FROM chain_start WHERE seq < ?",
    "DELETE FROM mark WHERE seq < ?",
  ].map((text) => db.prepare<[number]>(text));
  const start = db.prepare<[Uint8Array, number]>(
    "INSERT OR REPLACE INTO chain_start (seq, hash, message) SELECT seq, hash, ? FROM entry WHERE seq = ?",
  );
  const remove = db.prepare<[number]>("DELETE FROM entry WHERE seq <= ?");
  const prune = db.transaction((upToSeq: number, limit: number): number => {
    // The last line stays whatever happens: the next seq follows from it.
    const { seq, lines } = bounds.get(Math.min(upToSeq, (head.get()?.seq ?? 0) - 1), limit)!;
    const receipt = seq === null ? undefined : covering.get(seq)?.message;
    if (seq === null || receipt === undefined) return 0;
    for (const statement of statements) statement.run(seq);
    start.run(receipt, seq);
    remove.run(seq);
    return lines;
  });
  return (upToSeq, limit) => prune.immediate(upToSeq, limit);
}
