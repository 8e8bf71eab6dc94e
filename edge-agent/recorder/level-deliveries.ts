/**
 * Notices deliveries from a tank's level alone, as a second witness beside the gauge's own report. Pure. A delivery is
 * a rise beyond noise and faster than any nozzle could lower the tank; it begins with the last reading before the
 * rise and ends with the first after which nothing rises for a while (tanks.md 2.9).
 */
import type { RecordBody, TankRecord } from "@forecourt/protocol/records/schema.ts";
import { formatTime, parseTime } from "@forecourt/protocol/time.ts";
import type { TankMoment, TankObservation } from "../drivers/observation.ts";
import { nothing, type Outcome } from "./outcome.ts";

/** One reading with its times. */
interface Reading {
  /** Monotonic milliseconds. */
  at: number;
  epochMs: number;
  /** cL, or µm where the gauge states no volume. */
  amount: number;
  seen: Pick<TankObservation, "device" | "tank" | "raw" | "quality"> & TankMoment;
}

interface Rise {
  start: Reading;
  /** The newest reading that was higher than all before it. */
  top: Reading;
  /** The gauge had said nothing for this long before the rise; 0 when it was watched. */
  unseenMs: number;
}

interface Tank {
  measure: Measure;
  /** Readings of the last while, oldest first; the lowest of them is where a rise began. */
  recent: Reading[];
  rise: Rise | null;
  /** Mean square of the differences between neighbouring readings at rest. */
  noiseSquare: number;
}

/** What a rise is measured in: volume, or level where there is no volume. */
interface Measure {
  of: "volumeCl" | "levelUm";
  /** A smaller rise is none. */
  leastRise: number;
  /** Slower is none either: a minute's worth. */
  leastRisePerMinute: number;
  /** What a reading must be higher than the highest before it to count as rising still. */
  step: number;
}

/** A nozzle draws 5 to 50 L a minute, a tanker unloads several hundred (tanks.md 2.9). */
const VOLUME: Measure = { of: "volumeCl", leastRise: 10_000, leastRisePerMinute: 5_000, step: 1_000 };
/** The same for a tank of 30 m³, where a millimetre is about 15 L: less certain, but better than nothing. */
const LEVEL: Measure = { of: "levelUm", leastRise: 8_000, leastRisePerMinute: 3_000, step: 700 };
/** Rises are looked for within this time; a gauge that said nothing for longer was not watching. */
const WINDOW_MS = 600_000;
/** Nothing rises for this long: the delivery is over. Turbulence settles within one to three minutes. */
const SETTLE_MS = 180_000;
const NOISE_FACTOR = 4;
const NOISE_SMOOTHING = 1 / 32;

export class LevelDeliveries {
  readonly #tanks = new Map<string, Tank>();

  /**
   * @param known the newest record of each tank, so that a delivery while the agent was off is noticed too
   * @param now monotonic milliseconds, and the time of day that belongs to them
   */
  constructor(known: ReadonlyMap<string, TankRecord>, now: { monoMs: number; epochMs: number }) {
    for (const [tank, record] of known) {
      const epochMs = parseTime(record.at);
      const reading = epochMs === undefined ? null : readingOf(record, now.monoMs - (now.epochMs - epochMs), epochMs);
      if (reading !== null && reading.at <= now.monoMs) this.#tanks.set(tank, tankOf(reading));
    }
  }

  /** A tank was read. @param now monotonic milliseconds @param epochMs the time of day */
  tank(seen: TankObservation, now: number, epochMs: number): Outcome {
    const reading = readingOf(seen, now, epochMs);
    if (reading === null) return nothing;
    const state = this.#tanks.get(seen.tank);
    if (state === undefined || state.measure.of !== measureOf(seen)?.of) {
      this.#tanks.set(seen.tank, tankOf(reading));
      return nothing;
    }
    if (state.rise === null) {
      state.rise = riseTo(state, reading);
      remember(state, reading);
      return nothing;
    }
    remember(state, reading);
    if (reading.amount >= state.rise.top.amount + state.measure.step) state.rise.top = reading;
    if (now - state.rise.top.at < SETTLE_MS) return nothing;
    const { rise } = state;
    state.rise = null;
    // What came before is accounted for: a second delivery begins from here.
    state.recent = state.recent.filter(({ at }) => at >= rise.top.at);
    return { records: [deliveryRecord(rise)], wants: [] };
  }
}

function measureOf(seen: TankMoment): Measure | undefined {
  if (seen.volumeCl !== null) return VOLUME;
  return seen.levelUm === null ? undefined : LEVEL;
}

function readingOf(seen: Reading["seen"], at: number, epochMs: number): Reading | null {
  const measure = measureOf(seen);
  if (measure === undefined || (seen.quality !== "good" && seen.quality !== "unconfirmed")) return null;
  return { at, epochMs, amount: seen[measure.of] ?? 0, seen };
}

function tankOf(reading: Reading): Tank {
  const measure = measureOf(reading.seen) ?? VOLUME;
  return { measure, recent: [reading], rise: null, noiseSquare: 0 };
}

/** A rise that ends with this reading, if there is one. */
function riseTo({ recent, measure, noiseSquare }: Tank, reading: Reading): Rise | null {
  const last = recent.at(-1);
  if (last === undefined) return null;
  const unseenMs = reading.at - last.at > WINDOW_MS ? reading.at - last.at : 0;
  const start = unseenMs > 0 ? last : recent.reduce((lowest, one) => (one.amount <= lowest.amount ? one : lowest));
  const height = reading.amount - start.amount;
  const least = Math.max(measure.leastRise, NOISE_FACTOR * Math.sqrt(noiseSquare / 2));
  const minutes = Math.max(reading.at - start.at, 1) / 60_000;
  const isFast = unseenMs > 0 || height / minutes >= measure.leastRisePerMinute;
  return height >= least && isFast ? { start, top: reading, unseenMs } : null;
}

function remember(state: Tank, reading: Reading): void {
  const last = state.recent.at(-1);
  const difference = last === undefined ? 0 : reading.amount - last.amount;
  if (state.rise === null && Math.abs(difference) < state.measure.leastRise) {
    state.noiseSquare += NOISE_SMOOTHING * (difference ** 2 - state.noiseSquare);
  }
  state.recent = [...state.recent.filter(({ at }) => reading.at - at <= WINDOW_MS), reading];
}

function deliveryRecord({ start, top, unseenMs }: Rise): RecordBody {
  const { device, tank } = top.seen;
  const isCertain = unseenMs === 0 && start.seen.quality === "good" && top.seen.quality === "good";
  const minutes = Math.round(unseenMs / 60_000);
  const doubt =
    unseenMs > 0
      ? `the gauge was not read for ${minutes} min: begin and end are bounds`
      : "a reading was not confirmed";
  const volumeCl =
    start.seen.volumeCl === null || top.seen.volumeCl === null ? null : top.seen.volumeCl - start.seen.volumeCl;
  return {
    kind: "delivery",
    device,
    tank,
    basis: "level",
    startedAt: formatTime(start.epochMs),
    endedAt: formatTime(top.epochMs),
    deviceStartedAt: null,
    deviceEndedAt: null,
    start: momentOf(start.seen),
    end: momentOf(top.seen),
    volumeCl,
    quality: isCertain ? "good" : "unconfirmed",
    reason: isCertain ? null : doubt,
    raw: [...start.seen.raw.slice(0, 4), ...top.seen.raw.slice(0, 4)],
  };
}

function momentOf({ levelUm, waterLevelUm, temperatureMc, volumeCl }: TankMoment): TankMoment {
  return { levelUm, waterLevelUm, temperatureMc, volumeCl };
}
