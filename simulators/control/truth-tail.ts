/** The newest lines of the truth, in memory: what the control page shows as it happens. */
import { formatTime } from "@forecourt/protocol/time.ts";
import type { TruthLine } from "../truth/events.ts";

/** Enough for a page that was away for a while; the file has everything. */
const MOST_KEPT = 500;

export interface TailLine {
  /** 1, 2, 3 … since the run began. */
  number: number;
  at: string;
  event: string;
  [detail: string]: unknown;
}

export class TruthTail {
  readonly #lines: TailLine[] = [];
  #count = 0;

  /** Adds lines in order. */
  add(events: readonly TruthLine[]): void {
    for (const { at, ...rest } of events) {
      this.#count += 1;
      this.#lines.push({ ...rest, number: this.#count, at: formatTime(at) });
    }
    if (this.#lines.length > MOST_KEPT) this.#lines.splice(0, this.#lines.length - MOST_KEPT);
  }

  /** Lines after a number, oldest first; at most the newest `limit`. */
  after(number: number, limit: number): TailLine[] {
    return this.#lines.filter((line) => line.number > number).slice(-limit);
  }
}
