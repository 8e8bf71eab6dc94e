/**
 * How long to wait for an answer, learned from how long answers took. Pure. The estimate is the one of TCP (RFC 6298:
 * smoothed time plus four times its spread); the configuration stays its upper bound. A shorter wait only gives up
 * earlier: what counts as a late answer is measured by the configured time-out (line.ts).
 */

/** Answers before anything is concluded from them. */
const LEAST_SAMPLES = 8;
const SMOOTHING = 1 / 8;
const SPREAD_SMOOTHING = 1 / 4;
const SPREADS = 4;

export class Latency {
  #samples = 0;
  #smoothMs = 0;
  #spreadMs = 0;
  #missed = 0;

  /** @param ms from the last byte of the request to the first of the answer */
  answered(ms: number): void {
    this.#missed = 0;
    this.#samples += 1;
    if (this.#samples === 1) {
      this.#smoothMs = ms;
      this.#spreadMs = ms / 2;
      return;
    }
    this.#spreadMs += SPREAD_SMOOTHING * (Math.abs(ms - this.#smoothMs) - this.#spreadMs);
    this.#smoothMs += SMOOTHING * (ms - this.#smoothMs);
  }

  /** No answer came in time: the next wait is twice as long. */
  missed(): void {
    this.#missed += 1;
  }

  /**
   * How long to wait now.
   * @param limitMs the configured time-out; never longer than this
   * @param floorMs never shorter, unless the limit is
   */
  timeoutMs(limitMs: number, floorMs: number): number {
    if (this.#samples < LEAST_SAMPLES) return limitMs;
    const learned = Math.max(floorMs, this.#smoothMs + SPREADS * this.#spreadMs);
    return Math.min(limitMs, learned * 2 ** Math.min(this.#missed, 10));
  }
}
