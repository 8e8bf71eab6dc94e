/**
 * What the agent's recorder makes of the tank gauge: readings beyond the dead bands, heartbeats, and one reading at
 * each quiet moment; deliveries as the level shows them; the chart, at first and when it changed.
 */
import { canonical } from "@forecourt/protocol/records/canonical.ts";
import { sha256Hex } from "@forecourt/protocol/records/chain.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { Chart } from "../physics/chart.ts";
import { type GaugeReading, readGauge } from "../physics/gauge-reading.ts";
import { UL_PER_CL } from "../physics/stock.ts";
import type { NozzleState, TankState, World } from "../physics/world.ts";
import { Words } from "./frames.ts";
import type { Form } from "./line.ts";
import type { HistoryOptions } from "./options.ts";
import type { Pen } from "./pen.ts";

interface Known {
  tank: TankState;
  /** A reading without alarms: what nearly all of its lines are. */
  form: Form;
  nozzles: NozzleState[];
  kept: { reading: GaugeReading | undefined; alarms: string; at: number } | undefined;
  nextLookAt: number;
  busySince: boolean;
  quietAt: number;
  lastBusyAt: number;
  delivery: { startedAt: number; start: GaugeReading | undefined } | undefined;
  /** The chart as it is, with its hash; the hash of the last record about it, and when that was made. */
  chart: { of: Chart; sha256: string } | undefined;
  chartSha256: string | null;
  chartAt: number;
}

/** While a nozzle draws, the gauge is polled at least this far apart; while a tanker unloads, further. */
const LEAST_LOOK_MS = 5_000;
const UNLOADING_LOOK_MS = 30_000;
const MOST_LOOK_MS = 120_000;
/** Fuel has calmed this long after unloading. */
const CALM_MS = 180_000;
/** An unchanged chart is stated again after this. */
const CHART_EVERY_MS = 30 * 86_400_000;
const FIGURES = [
  ...["levelUm", "waterLevelUm", "temperatureMc", "volumeCl", "standardVolumeCl", "waterVolumeCl", "ullageCl"],
];

export class TankRecorder {
  readonly #world: World;
  readonly #pen: Pen;
  readonly #options: HistoryOptions;
  readonly #device: string;
  readonly #known: Known[];

  constructor(world: World, device: string, pen: Pen, options: HistoryOptions) {
    this.#world = world;
    this.#pen = pen;
    this.#options = options;
    this.#device = device;
    this.#known = [...world.tanks.values()].map((tank) => ({
      tank,
      form: pen.form({ kind: "tank", device, tank: tank.plan.tank, alarms: [], quality: "good", reason: null }, [
        "cause",
        ...FIGURES,
        "raw",
      ]),
      nozzles: [...world.nozzles.values()].filter(({ plan }) => plan.tank === tank.plan.tank),
      kept: undefined,
      nextLookAt: world.now,
      busySince: true,
      quietAt: Number.NEGATIVE_INFINITY,
      lastBusyAt: world.now,
      delivery: undefined,
      chart: undefined,
      chartSha256: null,
      chartAt: 0,
    }));
  }

  /** When the next look is due. */
  nextAt(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const known of this.#known) if (known.nextLookAt < next) next = known.nextLookAt;
    return next;
  }

  /** Something happened at a tank: it is looked at now. */
  touch(name: string): void {
    for (const known of this.#known) {
      if (known.tank.plan.tank === name) known.nextLookAt = this.#world.now;
    }
  }

  /** Looks at every tank whose time has come. @param up whether the gauge can be reached */
  look(up: boolean): void {
    const { now } = this.#world;
    for (const known of this.#known) {
      const isLifted = known.tank.drawing.size > 0 && !known.busySince;
      if (isLifted || known.nextLookAt <= now) this.#lookAt(known, now, up);
    }
  }

  unloadingStarted(name: string, up: boolean): void {
    const known = this.#of(name);
    known.delivery ??= up ? { startedAt: this.#world.now, start: probe(this.#world, known.tank) } : undefined;
    known.nextLookAt = this.#world.now;
  }

  /** What the level shows of a delivery, once the fuel has calmed. */
  unloadingCalmed(name: string, endedAt: number, up: boolean): void {
    const known = this.#of(name);
    const { delivery } = known;
    if (known.tank.unloading.length > 0) return;
    known.delivery = undefined;
    if (!up || delivery === undefined) return;
    const end = probe(this.#world, known.tank);
    const { start, startedAt } = delivery;
    const isGood = start !== undefined && end !== undefined;
    this.#pen.append({
      kind: "delivery",
      device: this.#device,
      tank: name,
      basis: "level",
      startedAt: formatTime(startedAt),
      endedAt: formatTime(endedAt),
      deviceStartedAt: null,
      deviceEndedAt: null,
      start: stateOf(start),
      end: stateOf(end),
      volumeCl: isGood ? end.volumeCl - start.volumeCl : null,
      quality: isGood ? "good" : "missing",
      reason: isGood ? null : "the probe did not answer",
      raw: new Words([start?.levelUm ?? null, end?.levelUm ?? null]),
    });
  }

  /** The chart is read. */
  charts(): void {
    for (const known of this.#known) {
      const { tank, chartSha256: before } = known;
      const { points } = tank.chart;
      if (known.chart?.of !== tank.chart) known.chart = { of: tank.chart, sha256: sha256Hex(canonical(points)) };
      const chartSha256 = known.chart.sha256;
      const isDue = this.#world.now - known.chartAt >= CHART_EVERY_MS;
      if (chartSha256 === before && !isDue) continue;
      known.chartSha256 = chartSha256;
      known.chartAt = this.#world.now;
      this.#pen.append({
        kind: "chart",
        device: this.#device,
        tank: tank.plan.tank,
        cause: before === null ? "first" : chartSha256 === before ? "daily" : "changed",
        points,
        chartSha256,
        previousChartSha256: before,
        deviceChangedAt: null,
        quality: "good",
        reason: null,
        raw: new Words([points.length, points[points.length - 1]!.volumeCl]),
      });
    }
  }

  #lookAt(known: Known, now: number, up: boolean): void {
    const { tank } = known;
    let isBusy = tank.unloading.length > 0;
    let hungAt = Number.NEGATIVE_INFINITY;
    for (const nozzle of known.nozzles) {
      if (nozzle.fuelling !== undefined) isBusy = true;
      if (nozzle.hungUpAt > hungAt) hungAt = nozzle.hungUpAt;
    }
    if (isBusy) {
      known.busySince = true;
      known.lastBusyAt = now;
    }
    const { quietAfterMs, quietEveryMs, tankHeartbeatMs } = this.#options;
    const restSince = Math.max(known.lastBusyAt, hungAt);
    const quietDueAt = Math.max(restSince + quietAfterMs, known.quietAt + quietEveryMs, tank.lastUnloadedAt + CALM_MS);
    const isQuiet = !isBusy && known.busySince && now >= quietDueAt;
    if (up) this.#keep(known, now, isQuiet);
    if (isQuiet) {
      known.busySince = false;
      known.quietAt = now;
    }
    const restAt = known.busySince && !isBusy ? Math.max(quietDueAt, now + 1_000) : Number.POSITIVE_INFINITY;
    const heartbeatAt = (known.kept?.at ?? now) + tankHeartbeatMs;
    known.nextLookAt = isBusy
      ? now + this.#interval(known)
      : Math.min(restAt, Math.max(heartbeatAt, now + LEAST_LOOK_MS));
  }

  /** How long a level takes to move by a dead band at the present flow. */
  #interval({ tank }: Known): number {
    let ulPerMs = 0;
    for (const fuelling of tank.drawing) ulPerMs += fuelling.flow.fullRate * UL_PER_CL;
    if (tank.unloading.length > 0) return UNLOADING_LOOK_MS;
    if (ulPerMs === 0) return MOST_LOOK_MS;
    const height = tank.table.heightUmAt(tank.fuelUl + tank.waterUl);
    const band = tank.table.volumeUlAt(height) - tank.table.volumeUlAt(height - this.#options.levelDeadBandUm);
    return Math.min(MOST_LOOK_MS, Math.max(LEAST_LOOK_MS, Math.ceil(band / ulPerMs)));
  }

  #keep(known: Known, now: number, isQuiet: boolean): void {
    const { tank, kept } = known;
    const reading = probe(this.#world, tank);
    const alarms = alarmsOf(reading);
    const cause = isQuiet && reading ? "quiet" : this.#cause(kept, reading, alarms, now);
    if (cause === undefined) return;
    known.kept = { reading, alarms, at: now };
    const raw = new Words([reading?.levelUm ?? null, reading?.volumeCl ?? null, reading?.temperatureMc ?? null]);
    const figures = {
      cause,
      levelUm: reading?.levelUm ?? null,
      waterLevelUm: reading?.waterLevelUm ?? null,
      temperatureMc: reading?.temperatureMc ?? null,
      volumeCl: reading?.volumeCl ?? null,
      standardVolumeCl: reading?.standardVolumeCl ?? null,
      waterVolumeCl: reading?.waterVolumeCl ?? null,
      ullageCl: reading?.ullageCl ?? null,
      raw,
    };
    if (alarms === "") {
      this.#pen.write(known.form, figures);
      return;
    }
    this.#pen.append({
      kind: "tank",
      device: this.#device,
      tank: tank.plan.tank,
      ...figures,
      alarms: alarms.split(","),
      quality: reading ? "good" : "missing",
      reason: reading ? null : "the probe does not answer",
    });
  }

  #cause(kept: Known["kept"], seen: GaugeReading | undefined, alarms: string, now: number): string | undefined {
    if (kept === undefined) return "first";
    if (alarms !== kept.alarms) return "alarm";
    const { levelDeadBandUm, waterDeadBandUm, temperatureDeadBandMc, tankHeartbeatMs } = this.#options;
    const before = kept.reading;
    if (seen === undefined || before === undefined) {
      if (seen !== before) return "changed";
    } else if (
      Math.abs(seen.levelUm - before.levelUm) >= levelDeadBandUm ||
      Math.abs(seen.waterLevelUm - before.waterLevelUm) >= waterDeadBandUm ||
      Math.abs(seen.temperatureMc - before.temperatureMc) >= temperatureDeadBandMc
    ) {
      return "changed";
    }
    return now - kept.at >= tankHeartbeatMs ? "heartbeat" : undefined;
  }

  #of(name: string): Known {
    return this.#known.find(({ tank }) => tank.plan.tank === name)!;
  }
}

/** What the gauge has of a tank; undefined while its probe is out. */
function probe(world: World, tank: TankState): GaugeReading | undefined {
  return tank.probe.out ? undefined : readGauge(world, tank);
}

function stateOf(reading: GaugeReading | undefined) {
  return {
    levelUm: reading?.levelUm ?? null,
    temperatureMc: reading?.temperatureMc ?? null,
    volumeCl: reading?.volumeCl ?? null,
    waterLevelUm: reading?.waterLevelUm ?? null,
  };
}

/** Names as in the generic gauge profile. */
function alarmsOf(reading: GaugeReading | undefined): string {
  if (!reading) return "probe-missing";
  const { levelHigh, levelLow, waterHigh } = reading;
  if (!levelHigh && !levelLow && !waterHigh) return "";
  const alarms = [levelHigh && "level-high", levelLow && "level-low", waterHigh && "water-high"];
  return alarms.filter((alarm) => alarm !== false).join(",");
}
