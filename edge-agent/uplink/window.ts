/**
 * Which records are to be sent next, and how many. Pure. Batches go out in strict order within a window of unanswered ones; the
 * collector's receipt moves the window, its request to resend moves it back, and silence does so too.
 */

import { Pace } from "./pace.ts";

export interface WindowOptions {
  /** Batches sent and not yet acknowledged, at the most. */
  maxInFlight: number;
  /** Records in one batch, at the most. */
  maxRecords: number;
  /** Without a receipt for this long, everything unacknowledged is sent again. */
  receiptTimeoutMs: number;
}

interface InFlight {
  lastSeq: number;
  sentAt: number;
  /** more records waited behind it */
  wasFull: boolean;
}

export class SendWindow {
  readonly #options: WindowOptions;
  #acknowledged: number;
  #next: number;
  #inFlight: InFlight[] = [];
  #pausedUntil = 0;
  readonly #pace: Pace;

  /** @param acknowledged the seq of the last receipt */
  constructor(options: WindowOptions, acknowledged: number) {
    this.#options = options;
    this.#acknowledged = acknowledged;
    this.#next = acknowledged + 1;
    this.#pace = new Pace(options);
  }

  /** How many records the next batch may hold. */
  get records(): number {
    return this.#pace.records;
  }

  /** The first seq of the batch to send now, or undefined when there is nothing to send or the window is full. */
  next(headSeq: number, now: number): number | undefined {
    const [oldest] = this.#inFlight;
    if (oldest !== undefined && now - oldest.sentAt >= this.#options.receiptTimeoutMs) {
      this.#pace.lost();
      this.#restart();
    }
    if (now < this.#pausedUntil || this.#next > headSeq) return undefined;
    return this.#inFlight.length < this.#pace.inFlight ? this.#next : undefined;
  }

  /** Whether a batch that begins here is still the next one: an answer may have moved the window meanwhile. */
  isNext(firstSeq: number): boolean {
    return firstSeq === this.#next;
  }

  /** A batch up to and with `lastSeq` has left. @param wasFull more records wait behind it */
  sent(lastSeq: number, now: number, wasFull = false): void {
    this.#inFlight.push({ lastSeq, sentAt: now, wasFull });
    this.#next = lastSeq + 1;
  }

  /** The collector holds everything up to and with `seq`. It may be less than before: then the rest goes again. */
  acknowledged(seq: number, now: number): void {
    const answered = this.#inFlight.findLast(({ lastSeq }) => lastSeq <= seq);
    if (answered !== undefined) this.#pace.received(now - answered.sentAt, answered.wasFull);
    if (seq < this.#acknowledged || seq >= this.#next) this.#sendFrom(seq + 1);
    this.#acknowledged = seq;
    this.#inFlight = this.#inFlight.filter(({ lastSeq }) => lastSeq > seq);
  }

  /** The collector asks for records from `seq` on: what lies before it, it holds, and no more. */
  resendFrom(seq: number): void {
    if (this.#inFlight.length > 0) this.#pace.lost();
    this.#acknowledged = seq - 1;
    this.#sendFrom(seq);
  }

  /** The collector refused, or nothing could be signed: nothing is sent until `until`, then everything unacknowledged again. */
  pause(until: number): void {
    this.#restart();
    this.#pausedUntil = until;
  }

  #restart(): void {
    this.#sendFrom(this.#acknowledged + 1);
  }

  #sendFrom(seq: number): void {
    this.#inFlight = [];
    this.#next = seq;
  }

  /** What was in flight went down with the connection. */
  reconnected(): void {
    this.#restart();
    this.#pausedUntil = 0;
  }
}
