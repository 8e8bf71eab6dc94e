/** Reads out of a journal that cannot be used any more what still holds: nothing is believed that does not chain. */
import { chainHash, GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";
import { parseLine } from "@forecourt/protocol/records/parse.ts";
import type Database from "better-sqlite3";
import { type JournalLine, openTables, type Position, prepareAll, type Receipted } from "./tables.ts";

export interface Salvage {
  /** Where the unacknowledged lines begin: the collector's last receipt, or the beginning. */
  from: Position;
  receipt: Receipted | undefined;
  /** Unacknowledged lines that chain from there; a line that does not ends them. */
  lines: JournalLine[];
  /** Newest statements about their subjects, up to the last good line. */
  latest: { subject: string; seq: number; line: string }[];
  /** The last line that holds. */
  lastGood: Position;
  /** The highest number that can be seen, good or not. */
  highestSeq: number;
}

const BEGINNING: Position = { seq: 0, hash: GENESIS_HASH };

/** Salvages. @param file of the journal @param known the last acknowledged place, from the file beside it */
export function salvage(file: string, known: Position | undefined): Salvage {
  const nothing = known ?? BEGINNING;
  const empty: Salvage = {
    ...{ from: nothing, receipt: undefined, lines: [], latest: [], lastGood: nothing, highestSeq: nothing.seq },
  };
  let db: Database.Database;
  try {
    db = openTables(file, { mustExist: true, readonly: true });
  } catch {
    return empty;
  }
  try {
    return read(db, empty);
  } finally {
    db.close();
  }
}

function read(db: Database.Database, empty: Salvage): Salvage {
  const statements = orUndefined(() => prepareAll(db));
  if (statements === undefined) return empty;
  const receipt = orUndefined(() => statements.receipt.get());
  const from = startingPoint(empty.from, receipt, (seq) => statements.hashAt.get(seq)?.hash);
  const lines = chainFrom(db, from, (seq) => orUndefined(() => statements.startAt.get(seq)?.hash));
  const last = lines.at(-1);
  const lastGood = last === undefined ? from : { seq: last.seq, hash: last.hash };
  const head = orUndefined(() => statements.head.get());
  return {
    from,
    receipt: receipt?.seq === from.seq ? receipt : undefined,
    lines,
    latest: latestUpTo(db, lastGood.seq),
    lastGood,
    highestSeq: Math.max(head?.seq ?? 0, receipt?.seq ?? 0, lastGood.seq, empty.highestSeq),
  };
}

/** The later of what the receipt inside and the file beside the journal say, where the lines do not contradict it. */
function startingPoint(
  known: Position,
  receipt: Receipted | undefined,
  hashAt: (seq: number) => Buffer | undefined,
): Position {
  if (receipt === undefined || receipt.seq < known.seq) return known;
  const own = orUndefined(() => hashAt(receipt.seq));
  return own === undefined || own.equals(receipt.hash) ? { seq: receipt.seq, hash: receipt.hash } : known;
}

function chainFrom(
  db: Database.Database,
  from: Position,
  startHash: (seq: number) => Buffer | undefined,
): JournalLine[] {
  const lines: JournalLine[] = [];
  let { seq, hash } = from;
  try {
    const rows = db.prepare<[number], JournalLine>("SELECT seq, line, hash FROM entry WHERE seq > ? ORDER BY seq");
    for (const row of rows.iterate(from.seq)) {
      if (row.seq !== seq + 1) {
        // A journal that had itself replaced one: its own new chain is as good as the lines before it.
        const start = startHash(row.seq - 1);
        if (start === undefined || !start.equals(GENESIS_HASH)) break;
        hash = start;
      }
      hash = chainHash(hash, row.line);
      if (!hash.equals(row.hash)) break;
      lines.push(row);
      seq = row.seq;
    }
  } catch {
    // A page that cannot be read ends what can be had.
  }
  return lines;
}

function latestUpTo(db: Database.Database, lastGoodSeq: number): Salvage["latest"] {
  const query = `SELECT subject, seq, coalesce(entry.line, kept_latest.line) AS line
    FROM latest LEFT JOIN entry USING (seq) LEFT JOIN kept_latest USING (seq) WHERE seq <= ?`;
  const rows: { subject: string; seq: number; line: string | null }[] = [];
  try {
    for (const row of db.prepare<[number], (typeof rows)[number]>(query).iterate(lastGoodSeq)) rows.push(row);
  } catch {
    // What was read before the damage is of use.
  }
  return rows.flatMap(({ subject, seq, line }) =>
    line !== null && parseLine(line).ok ? [{ subject, seq, line }] : [],
  );
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
