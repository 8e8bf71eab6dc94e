/**
 * Decides which tank readings are worth keeping: beyond a dead band, on an alarm, on a change of quality, when the
 * tank is quiet, or in time. Pure.
 */
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
  /** And for the volume, cL: for gauges that state no level. */
  volumeDeadBandCl: number;
  /** An unchanged tank is stated again after this. */
  heartbeatMs: number;
}

type Kept = Pick<TankRecord, "levelUm" | "waterLevelUm" | "temperatureMc" | "volumeCl" | "alarms" | "quality">;
/** What a record of a tank says, whatever it was written for. */
type Statement = Omit<TankObservation, "point">;

interface State {
  kept: { value: Kept; at: number } | null;
  /** The newest reading, for the day it becomes stale; from the journal until there is one. */
  last: Statement | null;
}

export class TankRecorder {
  readonly #optionsOf: (tank: string) => TankOptions;
  readonly #states = new Map<string, State>();

  /**
   * @param optionsOf what holds for one tank
   * @param known what the journal holds, by tank
   */
  constructor(optionsOf: (tank: string) => TankOptions, now: number, known: ReadonlyMap<string, TankRecord>) {
    this.#optionsOf = optionsOf;
    for (const [tank, record] of known) {
      this.#states.set(tank, { kept: { value: record, at: now }, last: statementOf(record) });
    }
  }

  /**
   * A tank was read.
   * @param now monotonic milliseconds
   * @param isQuiet nothing has been drawn from it for a while, and no reading since then was kept
   */
  tank(seen: TankObservation, now: number, isQuiet: boolean): Outcome {
    const { point: _, ...statement } = seen;
    const state = this.#state(seen.tank);
    const cause = causeOf(seen, state, this.#optionsOf(seen.tank), now) ?? (isQuiet ? "quiet" : undefined);
    state.last = statement;
    // A reading at rest is worth more than one that merely moved: it says so, whatever else it would be kept for.
    return cause === undefined ? nothing : keep(state, isQuiet && cause !== "alarm" ? "quiet" : cause, now);
  }

  /** A gauge has fallen silent: what it said last is stated once more as what it now is, old. */
  silent(device: string, reason: string, now: number): Outcome {
    const records = [...this.#states.values()].flatMap((state) => {
      if (state.last?.device !== device || state.kept?.value.quality === "stale") return [];
      state.last = { ...state.last, quality: "stale", reason };
      return keep(state, "changed", now).records;
    });
    return { records, wants: [] };
  }

  #state(tank: string): State {
    const state = this.#states.get(tank) ?? { kept: null, last: null };
    this.#states.set(tank, state);
    return state;
  }
}

function keep(state: State, cause: TankRecord["cause"], now: number): Outcome {
  if (state.last === null) return nothing;
  state.kept = { value: state.last, at: now };
  return { records: [{ kind: "tank", cause, ...state.last }], wants: [] };
}

function causeOf(seen: Kept, { kept }: State, options: TankOptions, now: number): TankRecord["cause"] | undefined {
  if (kept === null) return "first";
  const { value, at } = kept;
  if (seen.alarms.join() !== value.alarms.join()) return "alarm";
  const changed =
    seen.quality !== value.quality ||
    moved(seen.levelUm, value.levelUm, options.levelDeadBandUm) ||
    moved(seen.waterLevelUm, value.waterLevelUm, options.waterDeadBandUm) ||
    moved(seen.temperatureMc, value.temperatureMc, options.temperatureDeadBandMc) ||
    moved(seen.volumeCl, value.volumeCl, options.volumeDeadBandCl);
  if (changed) return "changed";
  return now - at >= options.heartbeatMs ? "heartbeat" : undefined;
}

function moved(seen: number | null, kept: number | null, deadBand: number): boolean {
  if (seen === null || kept === null) return seen !== kept;
  return Math.abs(seen - kept) >= deadBand;
}

function statementOf(record: TankRecord): Statement {
  const { device, tank, levelUm, waterLevelUm, temperatureMc, volumeCl, standardVolumeCl } = record;
  const { waterVolumeCl, ullageCl, alarms, quality, reason, raw } = record;
  return {
    device,
    tank,
    levelUm,
    waterLevelUm,
    temperatureMc,
    volumeCl,
    standardVolumeCl,
    waterVolumeCl,
    ullageCl,
    alarms,
    quality,
    reason,
    raw,
  };
}
