/**
 * How a line itself fares, from what happens on it. Pure. It is down while it cannot be opened, does not fall quiet or
 * its loop hangs; a line that echoes is up, and that it echoes is told once. Devices have their own state
 * (reachability.ts).
 */

export interface LineChange {
  state: "up" | "down";
  reason: string;
  downMs: number | null;
}

/** Times in a row that the line did not fall quiet, before it counts as down. */
const BABBLES_BEFORE_DOWN = 2;

export class LineCondition {
  #state: "up" | "down" | "unknown" = "unknown";
  #downAt: number | undefined;
  #babbles = 0;
  #isEchoing = false;

  /** The port was opened. @param now milliseconds of a monotonic clock, as everywhere here */
  opened(now: number): LineChange | undefined {
    this.#babbles = 0;
    this.#isEchoing = false;
    return this.#up(now, "the line is open");
  }

  /** The port cannot be opened, was lost, or its loop hangs. */
  lost(now: number, reason: string): LineChange | undefined {
    this.#babbles = 0;
    return this.#down(now, reason);
  }

  /** The line did not fall quiet. */
  babbled(now: number, reason: string): LineChange | undefined {
    this.#babbles += 1;
    return this.#babbles >= BABBLES_BEFORE_DOWN ? this.#down(now, reason) : undefined;
  }

  /** A request could be sent on it. @param isEchoing whether our own bytes come back again and again */
  used(now: number, isEchoing: boolean): LineChange | undefined {
    this.#babbles = 0;
    const up = this.#up(now, "the line is quiet again");
    if (up !== undefined || isEchoing === this.#isEchoing) return up;
    this.#isEchoing = isEchoing;
    const reason = isEchoing
      ? "the line echoes our own bytes: an adapter with local echo, or a plug that loops back"
      : "the line does not echo any more";
    return { state: "up", reason, downMs: null };
  }

  #up(now: number, reason: string): LineChange | undefined {
    if (this.#state === "up") return undefined;
    const downMs = this.#downAt === undefined ? null : Math.round(now - this.#downAt);
    this.#state = "up";
    this.#downAt = undefined;
    return { state: "up", reason, downMs };
  }

  #down(now: number, reason: string): LineChange | undefined {
    if (this.#state === "down") return undefined;
    this.#state = "down";
    this.#downAt = now;
    return { state: "down", reason, downMs: null };
  }
}
