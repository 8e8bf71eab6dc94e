/**
 * The live lane: keeps the newest records while a backlog is worked off, and says when to show them. Pure but for its
 * memory. Nothing is lost when a preview is: the chain brings every record.
 */
import { PREVIEW_RECORDS } from "@forecourt/protocol/batch/preview.ts";
import { canonical } from "@forecourt/protocol/records/canonical.ts";
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";

/** With fewer records waiting the chain itself is quick enough. */
const BACKLOG_RECORDS = 2_000;
/** A preview at most this often. */
const EVERY_MS = 2_000;
/** Sales shown in one preview: more than 16 nozzles can finish between two. */
const SALES = 40;

export class LiveLane {
  readonly #newest = new Map<string, JournalRecord>();
  #sales: JournalRecord[] = [];
  #lastAt = Number.NEGATIVE_INFINITY;

  /** Records were journalled. */
  appended(records: readonly JournalRecord[]): void {
    for (const record of records) {
      if (record.kind === "sale") this.#sales.push(record);
      const subject = subjectOf(record);
      if (subject === undefined) continue;
      // Set anew, so that the oldest stand first and are the ones to go.
      this.#newest.delete(subject);
      this.#newest.set(subject, record);
    }
    this.#sales = this.#sales.slice(-SALES);
    for (const subject of this.#newest.keys()) {
      if (this.#newest.size <= PREVIEW_RECORDS - SALES) break;
      this.#newest.delete(subject);
    }
  }

  /**
   * The lines to show now, by seq; empty when there is nothing new, no backlog, or it is too soon.
   * @param backlog records that are not receipted
   * @param now monotonic ms
   */
  take(backlog: number, now: number): string[] {
    if (backlog < BACKLOG_RECORDS) {
      this.#clear();
      return [];
    }
    if (now - this.#lastAt < EVERY_MS || this.#newest.size + this.#sales.length === 0) return [];
    this.#lastAt = now;
    const records = [...this.#newest.values(), ...this.#sales].sort((a, b) => a.seq - b.seq);
    this.#clear();
    return records.map((record) => canonical(record));
  }

  #clear(): void {
    this.#newest.clear();
    this.#sales = [];
  }
}

/** What the screens show the newest of. */
function subjectOf(record: JournalRecord): string | undefined {
  switch (record.kind) {
    case "tank":
      return `tank ${record.device} ${record.tank}`;
    case "link":
      return `link ${record.line} ${record.device ?? ""}`;
    default:
      return undefined;
  }
}
