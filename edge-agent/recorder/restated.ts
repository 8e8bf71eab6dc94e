/** When something that seldom changes is worth a record: the first time, changed, after a silence, once a day. Pure. */

/** A little less than the day after which it is read again. */
export const RESTATED_MS = 23 * 3_600_000;

export type RestateCause = "first" | "changed" | "daily" | "after-silence";

interface State<T> {
  value: T | undefined;
  statedAt: number | null;
  afterSilence: boolean;
}

export class Restated<T> {
  readonly #states = new Map<string, State<T>>();

  /** What the journal holds of a subject. */
  know(subject: string, value: T): void {
    this.#states.set(subject, { value, statedAt: null, afterSilence: false });
  }

  valueOf(subject: string): T | undefined {
    return this.#states.get(subject)?.value;
  }

  /** Why the subject is worth a record now, if it is. @param now monotonic milliseconds */
  causeOf(subject: string, isSame: boolean, now: number, everyMs: number): RestateCause | undefined {
    const state = this.#states.get(subject);
    if (state?.value === undefined) return "first";
    if (!isSame) return "changed";
    if (state.afterSilence) return "after-silence";
    // Stated by an earlier run, nobody knows when: the day begins with this run.
    state.statedAt ??= now;
    return now - state.statedAt >= everyMs ? "daily" : undefined;
  }

  /** A record was made. */
  stated(subject: string, value: T, now: number): void {
    this.#states.set(subject, { value, statedAt: now, afterSilence: false });
  }

  afterSilence(subject: string): void {
    const state = this.#states.get(subject);
    if (state !== undefined) state.afterSilence = true;
  }

  subjects(): string[] {
    return [...this.#states.keys()];
  }
}
