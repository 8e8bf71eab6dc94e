/**
 * The gateway's clocks. The order of records is their seq and never the time of day; but a wrong time of day is
 * noticed: a step against the monotonic clock is reported, and the clock counts as trusted only while it agrees with
 * the collector's.
 */

/** Agreement within this counts as trusted: message delay included. */
const TRUSTED_WITHIN_MS = 5_000;
/** A move of the time of day against the monotonic clock beyond this is a step; NTP slews far more gently. */
const STEP_MS = 1_000;

export interface Clocks {
  /** Epoch milliseconds, right or wrong. */
  epochMs: () => number;
  /** Monotonic milliseconds since the program started. */
  monoMs: () => number;
}

export class ClockWatch {
  readonly #clocks: Clocks;
  #offset: number;
  #trusted = false;
  #offsetMs: number | null = null;

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
    this.#offset = clocks.epochMs() - clocks.monoMs();
  }

  get state(): "trusted" | "untrusted" {
    return this.#trusted ? "trusted" : "untrusted";
  }

  /** Our clock minus the collector's when it was last seen, ms; null when it never was. */
  get offsetMs(): number | null {
    return this.#offsetMs;
  }

  /** The system's time daemon says that the clock follows a time server. */
  vouched(): void {
    this.#trusted = true;
  }

  /** Another clock was seen to show this time. @param epochMs the collector's clock, from a signed answer */
  witnessed(epochMs: number): void {
    this.#offsetMs = Math.round(this.#clocks.epochMs() - epochMs);
    this.#trusted = Math.abs(this.#clocks.epochMs() - epochMs) <= TRUSTED_WITHIN_MS;
  }

  /** Looks whether the clock was set. @returns by how many milliseconds (negative: backwards), or undefined */
  step(): number | undefined {
    const offset = this.#clocks.epochMs() - this.#clocks.monoMs();
    const moved = Math.round(offset - this.#offset);
    if (Math.abs(moved) < STEP_MS) return undefined;
    this.#offset = offset;
    this.#trusted = false;
    return moved;
  }
}
