/**
 * The time of the tanks' books: the gateway's clock as long as it runs forward. When somebody turns it back, the time
 * that the gateway counts since its start goes on, until the clock has caught up: quiet moments and sales keep their
 * order, and no hour happens twice.
 */
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";

/** What is remembered of a gateway's last record. */
export interface BookTime {
  bookMs: number;
  boot: string;
  monoMs: number;
}

/** A clock that is behind by less is being disciplined: the book waits for it. Longer, and it was turned back, ms. */
const TURNED_BACK_MS = 60_000;

/**
 * Time of a record in the book.
 * @param last of the record before it in the gateway's journal; undefined for the first
 * @param atMs the gateway's clock, epoch ms
 */
export function bookTime(
  last: BookTime | undefined,
  { boot, monoMs }: Pick<JournalRecord, "boot" | "monoMs">,
  atMs: number,
): BookTime {
  if (last === undefined || atMs >= last.bookMs) return { bookMs: atMs, boot, monoMs };
  const isTurnedBack = last.bookMs - atMs >= TURNED_BACK_MS;
  const passedMs = isTurnedBack && boot === last.boot ? Math.max(0, monoMs - last.monoMs) : 0;
  return { bookMs: last.bookMs + passedMs, boot, monoMs };
}
