/**
 * What must go at once and what may wait a while for company. Pure. The chain is in order, so whatever must go at once
 * takes along what waited before it.
 */
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";

/** Signs of life and quiet levels; everything else is a sale, or something a rule may judge. */
export function mayWait(record: JournalRecord): boolean {
  switch (record.kind) {
    case "tank":
      return record.cause !== "alarm" && record.quality === "good";
    case "total":
    case "seal":
    case "health":
      return record.cause === "heartbeat";
    case "gateway":
      return record.event === "heartbeat";
    default:
      return false;
  }
}

export class Promptness {
  /** the last record that must go at once */
  #urgentSeq: number;
  /** since when something waits that was not sent yet */
  #waitingSince: number | undefined;

  /** @param headSeq what is there already goes at once */
  constructor(headSeq: number) {
    this.#urgentSeq = headSeq;
  }

  /** Records were journalled. @param now monotonic ms */
  appended(records: readonly JournalRecord[], now: number): void {
    this.#waitingSince ??= now;
    const urgent = records.findLast((record) => !mayWait(record));
    if (urgent !== undefined) this.#urgentSeq = urgent.seq;
  }

  /** Everything up to and with the head has left. */
  allSent(): void {
    this.#waitingSince = undefined;
  }

  /** Whether a batch that begins at `nextSeq` should leave now. @param patienceMs how long signs of life may wait */
  isDue(nextSeq: number, now: number, patienceMs: number): boolean {
    if (nextSeq <= this.#urgentSeq) return true;
    return this.#waitingSince === undefined || now - this.#waitingSince >= patienceMs;
  }
}
