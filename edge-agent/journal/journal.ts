/**
 * The journal: every record as one canonical line in SQLite, numbered 1, 2, 3 … and hash-chained. A record exists
 * when its transaction has committed to disk (WAL, synchronous=FULL), and only then. Nothing is ever changed here; the
 * oldest acknowledged lines are removed when their time has come (retention.ts).
 */
import { canonical } from "@forecourt/protocol/records/canonical.ts";
import { chainHash, GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";
import type { JournalRecord, RecordBody, RecordHeader } from "@forecourt/protocol/records/schema.ts";
import { checkAll, checkAtStart, type StartCheck } from "./chain-check.ts";
import { type Retention, retentionOf } from "./retention.ts";
import { type JournalLine, openTables, orClosed, type Position, prepareAll, subjectOf } from "./tables.ts";

/** What is stamped on every record of one call of {@link Journal.append}. */
export type Stamp = Omit<RecordHeader, "seq">;

/** A record with the stamp of the moment at which it was made. */
export interface Stamped {
  body: RecordBody;
  stamp: Stamp;
}

export interface Journal {
  /** Commits records, in order, in one transaction, and returns them with their seq. */
  append(bodies: readonly RecordBody[], stamp: Stamp): JournalRecord[];
  /** The same for records that waited, each with its own stamp. */
  appendAll(records: readonly Stamped[]): JournalRecord[];
  /** The last committed place. */
  readonly head: Position;
  /** The place the collector's last receipt named. */
  readonly acknowledged: Position;
  /** The hash at a seq, also of the last line that was pruned, or undefined when nothing is known of it. */
  hashAt(seq: number): Buffer | undefined;
  /** The hash before a line that is kept: that of the line before, or of the beginning of its chain. */
  hashBefore(seq: number): Buffer | undefined;
  /** Whether a seq may have been written in a journal that was set aside, so that nothing here can contradict it. */
  isSetAside(seq: number): boolean;
  /**
   * Lines from a seq on that follow each other without a gap: at most `limit`, and no more than `maxCharacters` beyond
   * the first. The first may be a later one than asked for, where a new chain begins.
   */
  read(fromSeq: number, limit: number, maxCharacters: number): JournalLine[];
  /** Keeps the collector's signed receipt. Going back is allowed: a collector restored from a backup asks again. */
  acknowledge(position: Position, receipt: Uint8Array): void;
  /** The newest record of each subject (a nozzle's total, a tank, a seal, …), to go on after a restart. */
  latest(): JournalRecord[];
  readonly retention: Retention;
  close(): void;
}

export interface JournalOptions {
  /** Called before a transaction commits, with the last seq it uses. What it throws refuses the transaction. */
  beforeUse?: (lastSeq: number) => void;
  check?: StartCheck;
}

/** Before the first record. */
const BEGINNING: Position = { seq: 0, hash: GENESIS_HASH };
/** Long enough for all of a journal of a few days, short enough for a watchdog. */
const CHECK_BUDGET_MS = 2_000;

/**
 * Opens the journal, creating it when there is none.
 * @param file path of the SQLite file
 * @throws JournalError when the file is damaged, its chain does not hold, or the disk refuses it
 */
export function openJournal(file: string, options: JournalOptions = {}): Journal {
  const { beforeUse = () => {}, check = { budgetMs: CHECK_BUDGET_MS, now: () => performance.now() } } = options;
  const db = openTables(file);
  const { statements, retention, starts, ...positions } = orClosed(db, file, () => {
    checkAtStart(db, check);
    const statements = prepareAll(db);
    return {
      statements,
      retention: retentionOf(db),
      starts: statements.starts.all(),
      head: statements.head.get() ?? BEGINNING,
      acknowledged: placeOf(statements.receipt.get()),
    };
  });
  let { head, acknowledged } = positions;
  // Numbers before a chain that begins with zeros were used, if at all, in the journal that was set aside.
  const newChains = starts.filter(({ seq, hash }) => seq > 0 && hash.equals(GENESIS_HASH));

  const commit = db.transaction((stamped: readonly Stamped[]) => {
    let { seq, hash } = head;
    beforeUse(seq + stamped.length);
    const records = stamped.map(({ body, stamp }) => {
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
  const appendAll = (stamped: readonly Stamped[]): JournalRecord[] => {
    if (stamped.length === 0) return [];
    // `head` moves only when the transaction has committed; a failure leaves both as they were.
    const committed = commit.immediate(stamped);
    head = committed.head;
    return committed.records;
  };
  const keepReceipt = db.transaction((position: Position, receipt: Uint8Array) => {
    statements.saveReceipt.run(position.seq, position.hash, receipt);
    retention.mark(position, receipt);
  });
  const entryHash = (seq: number) => statements.hashAt.get(seq)?.hash;
  const startHash = (seq: number) => (seq === 0 ? GENESIS_HASH : statements.startAt.get(seq)?.hash);

  return {
    get head() {
      return head;
    },
    get acknowledged() {
      return acknowledged;
    },
    retention,
    append: (bodies, stamp) => appendAll(bodies.map((body) => ({ body, stamp }))),
    appendAll,
    hashAt: (seq) => entryHash(seq) ?? (newChains.some((chain) => chain.seq === seq) ? undefined : startHash(seq)),
    hashBefore: (seq) => entryHash(seq - 1) ?? startHash(seq - 1),
    isSetAside: (seq) => newChains.some((chain) => seq <= chain.seq) && entryHash(seq) === undefined,
    read(fromSeq, limit, maxCharacters) {
      const lines: JournalLine[] = [];
      let characters = 0;
      for (const line of statements.from.iterate(fromSeq, limit)) {
        characters += line.line.length;
        const before = lines.at(-1);
        if (before !== undefined && (characters > maxCharacters || line.seq !== before.seq + 1)) break;
        lines.push(line);
      }
      return lines;
    },
    acknowledge(position, receipt) {
      keepReceipt.immediate(position, receipt);
      acknowledged = { seq: position.seq, hash: position.hash };
    },
    latest: () => statements.latest.all().map(({ line }) => JSON.parse(line) as JournalRecord),
    close: () => db.close(),
  };
}

function placeOf(receipt: Position | undefined): Position {
  return receipt === undefined ? BEGINNING : { seq: receipt.seq, hash: receipt.hash };
}

/**
 * Recomputes the whole chain.
 * @returns the number of lines that hold
 * @throws JournalError naming the first seq that does not
 */
export function verifyJournal(file: string): number {
  const db = openTables(file, { mustExist: true });
  const count = orClosed(db, file, () => checkAll(db));
  db.close();
  return count;
}
