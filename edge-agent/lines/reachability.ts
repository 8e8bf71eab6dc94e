/**
 * Whether a device can be reached, from what its polls came to. Pure. A device is down when nothing was heard of it
 * for a while and several polls in a row failed; one lost frame is not a silence.
 */

export interface ReachabilityOptions {
  /** Polls in a row without a sign of life. */
  failures: number;
  /** And for at least this long. */
  silentMs: number;
}

export type Change = { state: "up"; downMs: number | null } | { state: "down"; reason: string };

export class Reachability {
  readonly #options: ReachabilityOptions;
  #state: "up" | "down" | "unknown" = "unknown";
  #failures = 0;
  #lastHeardAt: number;
  #downAt: number | undefined;

  /** @param now milliseconds of a monotonic clock: silence counts from here until something is heard */
  constructor(options: ReachabilityOptions, now: number) {
    this.#options = options;
    this.#lastHeardAt = now;
  }

  /** The device gave a sign of life. @returns the change, if it is one */
  heard(now: number): Change | undefined {
    this.#failures = 0;
    this.#lastHeardAt = now;
    if (this.#state === "up") return undefined;
    const downMs = this.#downAt === undefined ? null : Math.round(now - this.#downAt);
    this.#state = "up";
    this.#downAt = undefined;
    return { state: "up", downMs };
  }

  /** A poll failed without a sign of life. @param certain the line itself is gone: no need to wait */
  failed(now: number, reason: string, certain = false): Change | undefined {
    this.#failures += 1;
    if (this.#state === "down") return undefined;
    const silent = this.#failures >= this.#options.failures && now - this.#lastHeardAt >= this.#options.silentMs;
    if (!silent && !certain) return undefined;
    this.#state = "down";
    this.#downAt = this.#lastHeardAt;
    return { state: "down", reason };
  }
}
