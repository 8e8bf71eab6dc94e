/**
 * Opens a gateway's journal at the start of the program. One that is damaged, missing or older than what the collector
 * acknowledged is set aside, and a new chain begins that says so. A disk that refuses is no damage: then nothing is
 * touched, and the caller tries again.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";
import { chainBroken, JournalError } from "./errors.ts";
import { type Journal, type JournalOptions, openJournal, type Stamped } from "./journal.ts";
import { type Mark, RESERVED_AT_A_TIME, readMark, writeMark } from "./mark-file.ts";
import { finishReplacement, journalFile, replaceJournal, setAsideJournals } from "./replace.ts";
import { salvage } from "./salvage.ts";
import type { Position } from "./tables.ts";

/** How the new chain's first record names the old journal. */
export interface Break {
  reason: string;
  previousSeq: number;
  previousHash: string;
}

export interface StartOptions {
  folder: string;
  /** RFC 3339, for the name of a file that is set aside. */
  at: string;
  /** Makes the record that a new chain begins with. */
  breakRecord: (of: Break) => Stamped;
  check?: JournalOptions["check"];
  /** After some attempts: a file that cannot be read, on a disk that can be written, is damaged. */
  unreadableIsDamage?: boolean;
}

type Replaced = Break & { keptAs: string | undefined };

export interface StartedJournal {
  journal: Journal;
  /** Set when a new chain had to begin. */
  replaced?: Replaced;
  /** Writes down what the collector has acknowledged: now and then, and at the end. */
  saveMark: () => void;
}

/** A journal of which neither the file nor the one beside it can be read: beyond anything that a box can have written. */
const FAR_BEYOND = 1_000_000_000;

/** Opens, or replaces and opens. @throws JournalError `refused` when the disk does not let us */
export function startJournal(options: StartOptions): StartedJournal {
  const { folder } = options;
  const markFile = join(folder, "journal.mark");
  const file = journalFile(folder);
  finishReplacement(folder);
  const mark = readMark(markFile);
  try {
    if (mark !== undefined && !existsSync(file)) throw new JournalError("damaged", "the journal's file is missing");
    return opened(options, markFile, mark);
  } catch (error) {
    const damage = damageOf(error, options.unreadableIsDamage ?? false);
    if (damage === undefined) throw error;
    const replaced = replace(options, mark, damage);
    return { ...opened(options, markFile, readMark(markFile)), replaced };
  }
}

function damageOf(error: unknown, unreadableIsDamage: boolean): JournalError | undefined {
  if (!(error instanceof JournalError)) return undefined;
  if (error.code !== "refused") return error;
  const isUnreadable = String((error.cause as { code?: unknown })?.code).startsWith("SQLITE_IOERR");
  return unreadableIsDamage && isUnreadable ? new JournalError("damaged", error.message, error.cause) : undefined;
}

function opened({ folder, check }: StartOptions, markFile: string, mark: Mark | undefined): StartedJournal {
  let reservedSeq = mark?.reservedSeq ?? 0;
  const place: { acknowledged: Position } = { acknowledged: mark?.acknowledged ?? { seq: 0, hash: GENESIS_HASH } };
  const save = (upTo: number) => {
    writeMark(markFile, { reservedSeq: upTo, acknowledged: place.acknowledged });
    reservedSeq = upTo;
  };
  const beforeUse = (lastSeq: number) => {
    if (lastSeq > reservedSeq) save(lastSeq + RESERVED_AT_A_TIME);
  };
  const journal = openJournal(journalFile(folder), { beforeUse, ...(check === undefined ? {} : { check }) });
  try {
    if (mark !== undefined) checkNotOlder(journal, mark);
  } catch (error) {
    journal.close();
    throw error;
  }
  const saveMark = () => {
    // Before anything was ever written there is nothing to outlive the journal.
    if (journal.head.seq === 0 || journal.acknowledged.seq === place.acknowledged.seq) return;
    place.acknowledged = journal.acknowledged;
    save(Math.max(reservedSeq, journal.head.seq));
  };
  return { journal, saveMark };
}

/** An old copy of the journal put back would use numbers again. */
function checkNotOlder(journal: Journal, { acknowledged }: Mark): void {
  if (acknowledged.seq > journal.head.seq) {
    throw chainBroken(journal.head.seq + 1, `the collector has acknowledged up to ${acknowledged.seq}`);
  }
  const own = journal.hashAt(acknowledged.seq);
  if (own !== undefined && !own.equals(acknowledged.hash) && acknowledged.seq > 0) {
    throw chainBroken(acknowledged.seq, "the collector has acknowledged another hash");
  }
}

function replace(options: StartOptions, mark: Mark | undefined, error: JournalError): Replaced {
  const { folder, at, breakRecord } = options;
  const saved = salvage(journalFile(folder), mark?.acknowledged);
  const before = setAsideJournals(folder).map(({ nextSeq }) => nextSeq);
  const used = Math.max(saved.highestSeq, mark?.reservedSeq ?? 0, ...before);
  // The number just before the new chain stays unused, so that nothing can have a hash there.
  const nextSeq = (used === 0 ? FAR_BEYOND : used) + 2;
  const { seq: previousSeq, hash } = saved.lastGood;
  const named: Break = { reason: error.message.slice(0, 200), previousSeq, previousHash: hash.toString("hex") };
  writeMark(join(folder, "journal.mark"), {
    reservedSeq: nextSeq + RESERVED_AT_A_TIME,
    acknowledged: saved.from,
  });
  const first = breakRecord(named);
  const keptAs = replaceJournal(folder, { salvage: saved, nextSeq, reason: error.code, at, first });
  return { ...named, keptAs };
}
