/**
 * Knows when a tank is quiet: no nozzle that feeds from it has sold for a while, and its level stands still. A reading
 * at such a moment can be held against the nozzles' totals without fuel on its way between the two. Pure.
 *
 * A tax port moves its total only when a nozzle is hung up, so a fuelling under way shows in the level alone.
 */
import type { GrandTotalObservation, TankObservation } from "../drivers/observation.ts";

export interface QuietOptions {
  /** Every nozzle, and the tank it feeds from; null when that is not known. */
  nozzles: readonly { nozzle: string; tank: string | null }[];
  /** After the last sale, this long passes before a reading counts as quiet. */
  settleMs: number;
  /** How old what a gauge states can be; consoles repeat one reading for up to a minute. */
  readingAgeMs: (device: string) => number;
  /** While the tank settles, its level moves no more than this, µm. */
  bandUm: number;
  /** The least time between two quiet readings of one tank that are kept. */
  pauseMs: number;
}

/** A total that was not read for this long says nothing about its nozzle any more. */
const TOTAL_FRESH_MS = 60_000;

interface Nozzle {
  tank: string | null;
  volumeCl: number | null;
  /** When its total last moved, or was first read. */
  movedAt: number;
  seenAt: number;
}

interface Tank {
  levels: { at: number; levelUm: number }[];
  keptAt: number | null;
}

export class QuietWatch {
  readonly #options: QuietOptions;
  readonly #nozzles: Map<string, Nozzle>;
  readonly #tanks = new Map<string, Tank>();

  constructor(options: QuietOptions) {
    this.#options = options;
    this.#nozzles = new Map(
      options.nozzles.map(({ nozzle, tank }) => [
        nozzle,
        { tank, volumeCl: null, movedAt: Number.NEGATIVE_INFINITY, seenAt: Number.NEGATIVE_INFINITY },
      ]),
    );
  }

  /** A grand total was read. @param now monotonic milliseconds */
  total({ nozzle, volumeCl }: GrandTotalObservation, now: number): void {
    const known = this.#nozzles.get(nozzle);
    if (known === undefined) return;
    if (known.volumeCl !== volumeCl) known.movedAt = now;
    known.volumeCl = volumeCl;
    known.seenAt = now;
  }

  /**
   * A tank was read.
   * @returns whether this reading is one at rest that should be kept: the first since the last sale
   */
  tank({ tank, device, levelUm, quality }: TankObservation, now: number): boolean {
    const { settleMs, readingAgeMs, bandUm, pauseMs } = this.#options;
    const state = this.#tanks.get(tank) ?? { levels: [], keptAt: null };
    this.#tanks.set(tank, state);
    if (levelUm === null || quality !== "good") {
      state.levels = [];
      return false;
    }
    const since = now - settleMs - readingAgeMs(device);
    state.levels.push({ at: now, levelUm });
    // The newest reading from before the time looked at stays: the level stood there when that time began.
    while (state.levels.length > 1 && state.levels[1]!.at <= since) state.levels.shift();
    const feeding = [...this.#nozzles.values()].filter((nozzle) => nozzle.tank === tank || nozzle.tank === null);
    const lastSaleAt = Math.max(...feeding.map(({ movedAt }) => movedAt));
    const levels = state.levels.map((one) => one.levelUm);
    const isQuiet =
      feeding.length > 0 &&
      feeding.every(({ seenAt }) => now - seenAt <= TOTAL_FRESH_MS) &&
      lastSaleAt <= since &&
      (state.levels[0]?.at ?? now) <= since &&
      Math.max(...levels) - Math.min(...levels) <= bandUm;
    const isNew = state.keptAt === null || (state.keptAt < lastSaleAt && now - state.keptAt >= pauseMs);
    if (!isQuiet || !isNew) return false;
    state.keptAt = now;
    return true;
  }
}
