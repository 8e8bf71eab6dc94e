/**
 * Listens to what the lines hand to the recorder and knows what an update must know: whether a nozzle may be fuelling,
 * and which devices are being read. Pure.
 *
 * A tax port moves its total only when a nozzle is hung up, and may keep silent while it fuels; a fuelling under way
 * shows in the level of a tank. Each of these counts as a sign of use.
 */
import type { Observation } from "../drivers/observation.ts";
import type { LineSink } from "../lines/reporter.ts";

/** So long after the last sign of use nobody fuels. */
const SETTLE_MS = 30_000;
/** A tank that falls by more between two readings is being drawn from: more than the noise of a gauge. */
const FALL_UM = 500;
/** A device that was read within this time is being read. */
const READ_WITHIN_MS = 300_000;
/** Unanswered questions in a row to a tax port that may mean a nozzle in use. */
const UNANSWERED = 2;
/** A device that is silent for longer is off, not in use: an update does not wait for it. */
const SILENT_MS = 600_000;

export class StationWatch {
  readonly #taxPorts: ReadonlySet<string>;
  readonly #totals = new Map<string, number>();
  readonly #levels = new Map<string, number>();
  readonly #readAt = new Map<string, number>();
  readonly #unanswered = new Map<string, { times: number; since: number }>();
  #usedAt: number;

  /** @param taxPorts names of the devices that may be fuelling @param now monotonic ms: nothing is known before */
  constructor(taxPorts: readonly string[], now: number) {
    this.#taxPorts = new Set(taxPorts);
    this.#usedAt = taxPorts.length === 0 ? Number.NEGATIVE_INFINITY : now;
  }

  /** A sink that listens and hands everything on. @param now monotonic ms */
  listening(sink: LineSink, now: () => number): LineSink {
    return {
      observed: (observations) => {
        for (const one of observations) this.observed(one, now());
        return sink.observed(observations);
      },
      failed: (poll, error) => {
        this.failed(poll.device, now());
        return sink.failed(poll, error);
      },
      reachability: (place, change, statistics) => sink.reachability(place, change, statistics),
    };
  }

  /** Something was read. */
  observed(seen: Observation, now: number): void {
    this.#unanswered.delete(seen.device);
    if (!("quality" in seen) || seen.quality === "good") this.#readAt.set(seen.device, now);
    if (seen.point === "grand-total") this.#moved(this.#totals, seen.nozzle, seen.volumeCl, 0, now);
    if (seen.point === "tank" && seen.levelUm !== null)
      this.#moved(this.#levels, seen.tank, -seen.levelUm, FALL_UM, now);
  }

  /** A question was not answered in a way that can be used. */
  failed(device: string, now: number): void {
    if (!this.#taxPorts.has(device)) return;
    const { times, since } = this.#unanswered.get(device) ?? { times: 0, since: now };
    this.#unanswered.set(device, { times: times + 1, since });
  }

  /** Whether a nozzle may be fuelling. */
  inUse(now: number): boolean {
    if (now - this.#usedAt < SETTLE_MS) return true;
    return [...this.#unanswered.values()].some(({ times, since }) => times >= UNANSWERED && now - since < SILENT_MS);
  }

  /** The devices that are being read. */
  devicesRead(now: number): string[] {
    return [...this.#readAt].filter(([, at]) => now - at <= READ_WITHIN_MS).map(([device]) => device);
  }

  #moved(known: Map<string, number>, name: string, value: number, band: number, now: number): void {
    const before = known.get(name);
    if (before === undefined || value < before) known.set(name, value);
    if (before !== undefined && value > before + band) {
      known.set(name, value);
      this.#usedAt = now;
    }
  }
}
