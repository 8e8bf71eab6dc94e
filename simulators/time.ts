/** Simulated time, and the station's local calendar (Asia/Shanghai: fixed +08:00, no daylight saving since 1991). */

const ZONE_OFFSET_MS = 8 * 3_600_000;

export interface LocalTime {
  /** YYYY-MM-DD */
  date: string;
  /** YYYY-MM */
  month: string;
  dayOfMonth: number;
  hour: number;
  minute: number;
  /** YYYY-MM-DDThh:mm */
  minuteText: string;
}

/** The local calendar fields of an instant (epoch ms UTC). */
export function localTime(at: number): LocalTime {
  const shifted = new Date(at + ZONE_OFFSET_MS);
  const iso = shifted.toISOString();
  return {
    date: iso.slice(0, 10),
    month: iso.slice(0, 7),
    dayOfMonth: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    minuteText: iso.slice(0, 16),
  };
}

const UNIT_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What a duration looks like in scenario files and on the command line. */
export const DURATION_PATTERN = "^[0-9]+(\\.[0-9]+)?(ms|s|m|h|d)$";

/** Milliseconds of `90s`, `10m`, `2h`, `1.5d`; undefined when the text is not a duration. */
export function durationMs(text: string): number | undefined {
  const match = /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)$/.exec(text);
  if (!match) return undefined;
  return Math.round(Number(match[1]) * UNIT_MS[match[2]!]!);
}

/** The fastest that a station on real lines runs: its devices are asked in real time. */
export const MOST_SPEED = 10_000;

/**
 * Maps wall time to simulated time: `speed` simulated milliseconds a wall millisecond, anchored at creation.
 * `wallNow` is injected (epoch ms). Pausing freezes simulated time.
 */
export class SimulatedClock {
  #speed: number;
  readonly #wallNow: () => number;
  #anchorWall: number;
  #anchorSimulated: number;
  #paused = false;

  constructor(options: { startsAt: number; speed: number; wallNow: () => number }) {
    this.#speed = options.speed;
    this.#wallNow = options.wallNow;
    this.#anchorWall = options.wallNow();
    this.#anchorSimulated = options.startsAt;
  }

  /** Simulated milliseconds a wall millisecond. */
  get speed(): number {
    return this.#speed;
  }

  /** Goes on from this instant at another speed. @param speed above 0, to {@link MOST_SPEED} */
  setSpeed(speed: number): void {
    this.#anchorSimulated = this.now();
    this.#anchorWall = this.#wallNow();
    this.#speed = speed;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Simulated now, epoch ms. */
  now(): number {
    if (this.#paused) return this.#anchorSimulated;
    return this.#anchorSimulated + Math.floor((this.#wallNow() - this.#anchorWall) * this.#speed);
  }

  /** The wall time (epoch ms) at which a simulated instant was or will be reached, as the clock runs now. */
  wallOf(simulated: number): number {
    return Math.round(this.#anchorWall + (simulated - this.#anchorSimulated) / this.#speed);
  }

  pause(): void {
    this.#anchorSimulated = this.now();
    this.#anchorWall = this.#wallNow();
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#anchorWall = this.#wallNow();
    this.#paused = false;
  }
}
