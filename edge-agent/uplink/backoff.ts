/**
 * How long to wait before the next attempt to connect. Pure. Full jitter: after a broker's restart ten thousand boxes
 * come back spread out, and whoever is turned away again and again comes ever more seldom.
 */

export interface BackoffOptions {
  /** shortest pause */
  minMs: number;
  /** longest pause */
  maxMs: number;
  /** in [0, 1) */
  random: () => number;
}

/** The first pause is already spread over this many times the shortest one: all boxes of a broker lose it at once. */
const FIRST_SPREAD = 8;
/** Beyond this many doublings the ceiling is reached anyway. */
const MOST_DOUBLINGS = 20;

export class Backoff {
  readonly #options: BackoffOptions;
  #attempts = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** Attempts since the last stable connection: chooses the broker that is tried. */
  get attempts(): number {
    return this.#attempts;
  }

  /** The pause before the next attempt, ms. It grows with each call until {@link stable}. */
  next(): number {
    const { minMs, maxMs, random } = this.#options;
    const doubled = minMs * FIRST_SPREAD * 2 ** Math.min(this.#attempts, MOST_DOUBLINGS);
    const ceilingMs = Math.max(minMs, Math.min(maxMs, doubled));
    this.#attempts += 1;
    return minMs + random() * (ceilingMs - minMs);
  }

  /** A connection held long enough: the next pause is short again, and the first broker is tried first. */
  stable(): void {
    this.#attempts = 0;
  }
}
