/**
 * The journal: every record as one canonical line in SQLite, numbered 1, 2, 3 … and hash-chained. A record exists
 * when its transaction has committed to disk (WAL, synchronous=FULL), and only then. Nothing is ever changed here.
 */
import { canonical } from "@forecourt/protocol/records/canonical.ts";
import { chainHash, GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";
import type { JournalRecord, RecordBody, RecordHeader } from "@forecourt/protocol/records/schema.ts";
import Database from "better-sqlite3";

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

/** What is stamped on every record of one call of {@link Journal.append}. */
export type Stamp = Omit<RecordHeader, "seq">;

export interface Journal {
  /** Commits records, in order, in one transaction, and returns them with their seq. */
  append(bodies: readonly RecordBody[], stamp: Stamp): JournalRecord[];
  /** The last committed place. */
  readonly head: Position;
  /** The place the collector's last receipt named. */
  readonly acknowledged: Position;
  /** The hash at a seq, or undefined when there is no such line. */
  hashAt(seq: number): Buffer | undefined;
  /** Lines from a seq on: at most `limit`, and no more than `maxCharacters` beyond the first. */
  read(fromSeq: number, limit: number, maxCharacters: number): JournalLine[];
  /** Keeps the collector's signed receipt. Going back is allowed: a collector restored from a backup asks again. */
  acknowledge(position: Position, receipt: Uint8Array): void;
  /** The newest record of each subject (a nozzle's total, a tank, a seal, …), to go on after a restart. */
  latest(): JournalRecord[];
  close(): void;
}

/** The file cannot be used as this gateway's journal. It is never repaired or replaced by itself. */
export class JournalError extends Error {
  override name = "JournalError";
  readonly code: "damaged" | "chain-broken";
  constructor(code: JournalError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** Before the first record. */
const BEGINNING: Position = { seq: 0, hash: GENESIS_HASH };
/** How many of the last lines are recomputed at every start; the rest is for `journal verify`. */
const LINES_CHECKED_AT_START = 1_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS entry (
    seq INTEGER PRIMARY KEY, line TEXT NOT NULL, hash BLOB NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS latest (subject TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS receipt (
    id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL, message BLOB NOT NULL
  ) STRICT;
`;

/**
 * Opens the journal, creating it when there is none.
 * @param file path of the SQLite file
 * @throws JournalError when the file is damaged or its chain does not hold
 */
export function openJournal(file: string): Journal {
  const db = openDatabase(file);
  const { statements, ...positions } = checked(db, file, () => {
    const statements = prepare(db);
    const head = statements.head.get() ?? BEGINNING;
    checkTail(db, head);
    checkNothingCutOff(db, head);
    return { statements, head, acknowledged: statements.receipt.get() ?? BEGINNING };
  });
  let { head, acknowledged } = positions;

  const commit = db.transaction((bodies: readonly RecordBody[], stamp: Stamp) => {
    let { seq, hash } = head;
    const records = bodies.map((body) => {
      seq += 1;
      const record = { ...body, ...stamp, seq } as JournalRecord;
      const line = canonical(record);
      hash = chainHash(hash, line);
      statements.insert.run(seq, line, hash);
      const subject = subjectOf(record);
      if (subject !== undefined) statements.upsertLatest.run(subject, seq);
      return record;
    });
    return { records, head: { seq, hash } };
  });

  return {
    get head() {
      return head;
    },
    get acknowledged() {
      return acknowledged;
    },
    append(bodies, stamp) {
      if (bodies.length === 0) return [];
      // `head` moves only when the transaction has committed; a failure leaves both as they were.
      const committed = commit.immediate(bodies, stamp);
      head = committed.head;
      return committed.records;
    },
    hashAt: (seq) => (seq === 0 ? GENESIS_HASH : statements.hashAt.get(seq)?.hash),
    read(fromSeq, limit, maxCharacters) {
      const lines: JournalLine[] = [];
      let characters = 0;
      for (const line of statements.from.iterate(fromSeq, limit)) {
        characters += line.line.length;
        if (lines.length > 0 && characters > maxCharacters) break;
        lines.push(line);
      }
      return lines;
    },
    acknowledge(position, receipt) {
      statements.saveReceipt.run(position.seq, position.hash, receipt);
      acknowledged = position;
    },
    latest: () => statements.latest.all().map(({ line }) => JSON.parse(line) as JournalRecord),
    close: () => db.close(),
  };
}

/**
 * Recomputes the whole chain.
 * @returns the number of lines that hold
 * @throws JournalError naming the first seq that does not
 */
export function verifyJournal(file: string): number {
  const db = openDatabase(file, { mustExist: true });
  const count = checked(db, file, () => {
    const head = prepare(db).head.get() ?? BEGINNING;
    checkLines(db, 1, GENESIS_HASH);
    checkNothingCutOff(db, head);
    return head.seq;
  });
  db.close();
  return count;
}

/** What a record is the newest statement about; a sale is also its nozzle's newest total. */
function subjectOf(record: JournalRecord): string | undefined {
  switch (record.kind) {
    case "sale":
      return `total/${record.device}/${record.nozzle}`;
    case "total":
      return record.scope === "grand" ? `total/${record.device}/${record.nozzle}` : undefined;
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
    default:
      return undefined;
  }
}

function openDatabase(file: string, { mustExist = false } = {}): Database.Database {
  let db: Database.Database;
  try {
    db = new Database(file, { fileMustExist: mustExist });
  } catch (error) {
    throw damaged(file, error);
  }
  return checked(db, file, () => {
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    db.exec(SCHEMA);
    return db;
  });
}

/** Does the work of opening; when it fails, the file is closed and whatever SQLite says becomes a JournalError. */
function checked<T>(db: Database.Database, file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    db.close();
    throw error instanceof JournalError ? error : damaged(file, error);
  }
}

function damaged(file: string, error: unknown): JournalError {
  return new JournalError(
    "damaged",
    `${file} is not a readable journal (${(error as Error).message}): keep the file, it is evidence, and call support`,
  );
}

function prepare(db: Database.Database) {
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
    receipt: db.prepare<[], Position>("SELECT seq, hash FROM receipt WHERE id = 1"),
    saveReceipt: db.prepare<[number, Buffer, Uint8Array]>(
      `INSERT INTO receipt (id, seq, hash, message) VALUES (1, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, message = excluded.message`,
    ),
    latest: db.prepare<[], { line: string }>("SELECT entry.line FROM latest JOIN entry USING (seq)"),
  };
}

function checkTail(db: Database.Database, head: Position): void {
  const first = Math.max(1, head.seq - LINES_CHECKED_AT_START + 1);
  const before =
    first === 1
      ? GENESIS_HASH
      : db.prepare<[number], { hash: Buffer }>("SELECT hash FROM entry WHERE seq = ?").get(first - 1)?.hash;
  if (before === undefined) throw broken(first - 1, "the line is missing");
  checkLines(db, first, before);
}

/**
 * A chain whose last lines were removed still holds, and its next record would take a seq that was used before. What
 * was kept beside the lines still knows them: the collector's receipt and the newest seq of each subject.
 */
function checkNothingCutOff(db: Database.Database, head: Position): void {
  const receipt = db.prepare<[], Position>("SELECT seq, hash FROM receipt WHERE id = 1").get();
  const latest = db.prepare<[], { seq: number | null }>("SELECT max(seq) AS seq FROM latest").get();
  const known = Math.max(receipt?.seq ?? 0, latest?.seq ?? 0);
  if (known > head.seq) throw broken(head.seq + 1, "the line is missing");
  if (receipt === undefined || receipt.seq === 0) return;
  const own = db.prepare<[number], { hash: Buffer }>("SELECT hash FROM entry WHERE seq = ?").get(receipt.seq)?.hash;
  if (!own?.equals(receipt.hash)) throw broken(receipt.seq, "the collector's receipt names another hash");
}

function checkLines(db: Database.Database, firstSeq: number, before: Buffer): void {
  let hash = before;
  let expected = firstSeq;
  const lines = db.prepare<[number], JournalLine>("SELECT seq, line, hash FROM entry WHERE seq >= ? ORDER BY seq");
  for (const entry of lines.iterate(firstSeq)) {
    if (entry.seq !== expected) throw broken(expected, "the line is missing");
    hash = chainHash(hash, entry.line);
    if (!hash.equals(entry.hash)) throw broken(entry.seq, "the line does not fit its hash");
    expected += 1;
  }
}

function broken(seq: number, what: string): JournalError {
  return new JournalError(
    "chain-broken",
    `the journal's chain breaks at seq ${seq}: ${what}; keep the file, it is evidence, and call support`,
  );
}
