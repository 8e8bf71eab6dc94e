/** Decides which tank readings are worth keeping: beyond a dead band, on an alarm, on a change of quality, or in time. Pure. */
import type { TankRecord } from "@forecourt/protocol/records/schema.ts";
import type { TankObservation } from "../drivers/observation.ts";
import { nothing, type Outcome } from "./outcome.ts";

export interface TankOptions {
  /** A level that moved by this much is kept, µm. */
  levelDeadBandUm: number;
  /** The same for water, µm. */
  waterDeadBandUm: number;
  /** And for the temperature, m°C. */
  temperatureDeadBandMc: number;
  /** An unchanged tank is stated again after this. */
  heartbeatMs: number;
}

type Kept = Pick<TankRecord, "levelUm" | "waterLevelUm" | "temperatureMc" | "alarms" | "quality">;

export class TankRecorder {
  readonly #options: TankOptions;
  readonly #kept = new Map<string, { value: Kept; at: number }>();

  /** @param known what the journal holds, by tank */
  constructor(options: TankOptions, now: number, known: ReadonlyMap<string, Kept>) {
    this.#options = options;
    for (const [tank, value] of known) this.#kept.set(tank, { value, at: now });
  }

  /** A tank was read. @param now monotonic milliseconds */
  tank(seen: TankObservation, now: number): Outcome {
    const cause = this.#cause(seen, now);
    if (cause === undefined) return nothing;
    this.#kept.set(seen.tank, { value: seen, at: now });
    const { point: _, ...values } = seen;
    return { records: [{ kind: "tank", cause, ...values }], wants: [] };
  }

  #cause(seen: TankObservation, now: number): TankRecord["cause"] | undefined {
    const kept = this.#kept.get(seen.tank);
    if (kept === undefined) return "first";
    const { value, at } = kept;
    if (seen.alarms.join() !== value.alarms.join()) return "alarm";
    const { levelDeadBandUm, waterDeadBandUm, temperatureDeadBandMc, heartbeatMs } = this.#options;
    const changed =
      seen.quality !== value.quality ||
      moved(seen.levelUm, value.levelUm, levelDeadBandUm) ||
      moved(seen.waterLevelUm, value.waterLevelUm, waterDeadBandUm) ||
      moved(seen.temperatureMc, value.temperatureMc, temperatureDeadBandMc);
    if (changed) return "changed";
    return now - at >= heartbeatMs ? "heartbeat" : undefined;
  }
}

function moved(seen: number | null, kept: number | null, deadBand: number): boolean {
  if (seen === null || kept === null) return seen !== kept;
  return Math.abs(seen - kept) >= deadBand;
}
