/**
 * How much is sent at once. Pure. Batches and the number of them in flight grow while receipts come quickly and there
 * is more to send, and shrink when they are slow or lost: a fast line is filled, and on a slow one the newest news
 * does not wait behind megabytes.
 */

export interface PaceLimits {
  /** records in one batch */
  maxRecords: number;
  /** batches in flight */
  maxInFlight: number;
}

/** A slow line is not overrun by the first batches after it came up. */
const START = { records: 64, inFlight: 4 };
/** Fewer than this and the envelope weighs more than the records. */
const LEAST_RECORDS = 16;
/** A receipt within this lets the next batches be larger. */
const QUICK_MS = 1_000;
/** A receipt later than this makes them smaller: what is in flight is how long news waits. */
const SLOW_MS = 4_000;

export class Pace {
  readonly #limits: PaceLimits;
  #records: number;
  #inFlight: number;

  constructor(limits: PaceLimits) {
    this.#limits = limits;
    this.#records = Math.min(START.records, limits.maxRecords);
    this.#inFlight = Math.min(START.inFlight, limits.maxInFlight);
  }

  /** records that the next batch may hold */
  get records(): number {
    return this.#records;
  }

  /** batches that may be in flight */
  get inFlight(): number {
    return this.#inFlight;
  }

  /**
   * A receipt came.
   * @param tookMs since its batch was sent
   * @param wasFull more records waited behind that batch: only then do larger ones help
   */
  received(tookMs: number, wasFull: boolean): void {
    if (tookMs > SLOW_MS) this.#records = Math.max(LEAST_RECORDS, Math.floor(this.#records / 2));
    else if (tookMs <= QUICK_MS && wasFull) {
      this.#records = Math.min(this.#limits.maxRecords, this.#records * 2);
      this.#inFlight = Math.min(this.#limits.maxInFlight, this.#inFlight + 1);
    }
  }

  /** No receipt came in time, or something went missing. */
  lost(): void {
    this.#records = Math.max(Math.min(LEAST_RECORDS, this.#limits.maxRecords), Math.floor(this.#records / 4));
    this.#inFlight = Math.max(1, Math.floor(this.#inFlight / 2));
  }
}
