/**
 * What was last read of everything, and what moved: for the eyes of a technician. It stands between the lines and the
 * recorder and changes nothing of what passes. Pure but for the clock that it is given.
 */
import type { LiveDevice, LiveItem, LiveSale, LiveView } from "@forecourt/protocol/commission/live.ts";
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import type { GrandTotalObservation, Observation, SealObservation, TankObservation } from "../drivers/observation.ts";
import type { LineSink } from "../lines/reporter.ts";

/** The newest sales that are shown. */
const MOST_SALES = 20;
/** A level that moved less is noise of the float. */
const LEVEL_MOVES_UM = 2_000;
/** A total is believed when it was read alike so often: an answer may carry another nozzle's figures (tax-port.md 1.8). */
const READ_ALIKE = 2;
const FIRST_READ_ALIKE = 3;

interface Candidate {
  volumeCl: number;
  count: number;
}

export class Board {
  readonly #epochMs: () => number;
  readonly #items = new Map<string, LiveItem>();
  readonly #candidates = new Map<string, Candidate>();
  readonly #devices = new Map<string, LiveDevice>();
  readonly #lines = new Map<string, LiveView["lines"][number]>();
  #sales: LiveSale[] = [];

  constructor(epochMs: () => number) {
    this.#epochMs = epochMs;
  }

  /** A sink that shows here what it hands on. */
  watch(sink: LineSink): LineSink {
    return {
      observed: (observations) => {
        for (const observation of observations) this.#observed(observation);
        return sink.observed(observations);
      },
      failed: (poll, error) => {
        const device = this.#devices.get(poll.device);
        if (device !== undefined) device.reason = error.message;
        return sink.failed(poll, error);
      },
      reachability: (place, change, statistics) => {
        const { state, reason } = change;
        const shown = state === "up" ? null : reason;
        const { line, device } = place;
        if (device === null) this.#lines.set(line, { line, state, reason: shown });
        else {
          const heardAt = this.#devices.get(device)?.heardAt ?? null;
          this.#devices.set(device, { device, line, state, reason: shown, heardAt });
        }
        return sink.reachability(place, change, statistics);
      },
    };
  }

  /** Records were committed. */
  committed(records: readonly JournalRecord[]): void {
    const sales = records.flatMap((record) => {
      if (record.kind !== "sale") return [];
      const { seq, at, nozzle, volumeCl, amountFen, unitPriceFen, quality } = record;
      return [{ seq, at, nozzle, volumeCl, amountFen, unitPriceFen, quality }];
    });
    if (sales.length > 0) this.#sales = [...sales.toReversed(), ...this.#sales].slice(0, MOST_SALES);
  }

  /** Everything as it stands, in the order of names. */
  view(): Pick<LiveView, "items" | "devices" | "lines" | "sales"> {
    const byName = <T>(map: Map<string, T>) =>
      [...map].toSorted(([a], [b]) => a.localeCompare(b, "en", { numeric: true })).map(([, value]) => value);
    return {
      items: byName(this.#items),
      devices: byName(this.#devices),
      lines: byName(this.#lines),
      sales: this.#sales,
    };
  }

  #observed(observation: Observation): void {
    const device = this.#devices.get(observation.device);
    if (device !== undefined) {
      device.heardAt = this.#epochMs();
      device.reason = null;
    }
    if (observation.point === "grand-total") this.#total(observation);
    if (observation.point === "tank") this.#tank(observation);
    if (observation.point === "seal") this.#seal(observation);
  }

  #total(total: GrandTotalObservation): void {
    const key = `${total.device}/${total.nozzle}`;
    const before = this.#items.get(key);
    const candidate = this.#candidates.get(key);
    const count = candidate?.volumeCl === total.volumeCl ? candidate.count + 1 : 1;
    this.#candidates.set(key, { volumeCl: total.volumeCl, count });
    const needed = before === undefined ? FIRST_READ_ALIKE : READ_ALIKE;
    if (count < needed && before?.volumeCl !== total.volumeCl) return;
    const movedBy = before?.volumeCl == null ? 0 : total.volumeCl - before.volumeCl;
    const { device, nozzle: name, volumeCl, amountFen, raw } = total;
    this.#put(key, { device, kind: "nozzle", name, volumeCl, amountFen, quality: "good", raw }, movedBy);
  }

  #tank(tank: TankObservation): void {
    const key = `${tank.device}/${tank.tank}`;
    const before = this.#items.get(key)?.levelUm;
    const { device, tank: name, volumeCl, levelUm, waterLevelUm, temperatureMc, quality, raw } = tank;
    const moved = levelUm === null || before == null ? 0 : levelUm - before;
    const movedBy = Math.abs(moved) < LEVEL_MOVES_UM ? 0 : moved;
    const figures = { volumeCl, levelUm, waterLevelUm, temperatureMc, state: tank.alarms.join(" ") || null };
    this.#put(key, { device, kind: "tank", name, quality, raw, ...figures }, movedBy);
  }

  #seal(seal: SealObservation): void {
    const key = `${seal.device}/${seal.seal}`;
    const before = this.#items.get(key);
    const { device, seal: name, state, serial, batteryPercent, quality, raw } = seal;
    const hasMoved = before !== undefined && before.state !== state;
    this.#put(key, { device, kind: "seal", name, state, serial, batteryPercent, quality, raw }, hasMoved ? null : 0);
  }

  /** @param movedBy 0: it did not move */
  #put(
    key: string,
    said: Pick<LiveItem, "device" | "kind" | "name" | "quality" | "raw"> & Partial<LiveItem>,
    movedBy: number | null,
  ): void {
    const before = this.#items.get(key);
    const now = this.#epochMs();
    const none = { volumeCl: null, amountFen: null, levelUm: null, waterLevelUm: null, temperatureMc: null };
    const moved =
      movedBy === 0
        ? { movedAt: before?.movedAt ?? null, movedBy: before?.movedBy ?? null }
        : { movedAt: now, movedBy };
    this.#items.set(key, {
      ...{ ...none, state: null, serial: null, batteryPercent: null },
      ...said,
      readAt: now,
      ...moved,
    });
  }
}
