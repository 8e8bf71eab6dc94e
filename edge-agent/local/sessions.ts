/**
 * Who has typed the PIN of the box's page. Sessions live in memory: after a restart of the box the PIN is typed again.
 * Wrong PINs are counted for the box as a whole: whoever stands in its network can change addresses.
 */

/** A technician's visit. */
const SESSION_MS = 8 * 3_600_000;
const MOST_SESSIONS = 20;
/** So many slips are free; then each further one doubles the pause. */
const FREE_SLIPS = 5;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 3_600_000;
/** Slips are forgotten after this. */
const FORGET_MS = 4 * 3_600_000;

export interface SessionsOptions {
  /** Monotonic milliseconds. */
  now: () => number;
  newToken: () => string;
}

export class Sessions {
  readonly #options: SessionsOptions;
  readonly #ends = new Map<string, number>();
  #slips = 0;
  #lastSlipAt = Number.NEGATIVE_INFINITY;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** How long nobody may try a PIN, ms; 0 when somebody may. */
  pauseMs(): number {
    const now = this.#options.now();
    if (now - this.#lastSlipAt > FORGET_MS) this.#slips = 0;
    if (this.#slips < FREE_SLIPS) return 0;
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (this.#slips - FREE_SLIPS), LONGEST_PAUSE_MS);
    return Math.max(0, this.#lastSlipAt + pause - now);
  }

  /** A wrong PIN was typed. */
  slipped(): void {
    this.#slips += 1;
    this.#lastSlipAt = this.#options.now();
  }

  /** The right PIN was typed. @returns the token of a new session */
  open(): string {
    this.#slips = 0;
    const now = this.#options.now();
    for (const [token, endsAt] of this.#ends) if (endsAt <= now) this.#ends.delete(token);
    const oldest = this.#ends.keys().next().value;
    if (this.#ends.size >= MOST_SESSIONS && oldest !== undefined) this.#ends.delete(oldest);
    const token = this.#options.newToken();
    this.#ends.set(token, now + SESSION_MS);
    return token;
  }

  isOpen(token: string | undefined): boolean {
    return token !== undefined && (this.#ends.get(token) ?? Number.NEGATIVE_INFINITY) > this.#options.now();
  }

  close(token: string | undefined): void {
    if (token !== undefined) this.#ends.delete(token);
  }

  /** Another PIN was set: whoever typed the one before types the new one. */
  closeAll(): void {
    this.#ends.clear();
  }
}
