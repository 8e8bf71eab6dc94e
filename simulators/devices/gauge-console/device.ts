/**
 * A tank gauge console that speaks the Veeder-Root serial interface in computer format: inventory, deliveries, alarms,
 * chart, audit trail, identity, clock; whatever else it is asked, it answers 9999FF1B (tanks.md 1.1).
 */
import type { World } from "../../physics/world.ts";
import { gaugeViews, type TankView } from "../gauges/view.ts";
import type { ConsoleCommand } from "./commands.ts";
import { type LoggedDelivery, TankLog } from "./tank-log.ts";
import * as text from "./text.ts";

const STATUS = { delivering: 0x0001, invalidHeight: 0x0004 };
const ALARM = { waterHigh: 3, overfill: 4, low: 5, probeOut: 9 };
const TANK_CATEGORY = 2;
const CHART_POINTS = 50;
const SOFTWARE = "SOFTWARE# 346016-100-BCREATED - 03.02.07.12.53";
/** Metric units (1 US, 2 metric, 3 imperial), and a language. */
const METRIC = "201";
const OFFICE = "FORECOURT BENCH";
const MAGNETOSTRICTIVE = "03";
const PRODUCTS = "123456789";

type Row = readonly [probe: number, view: TankView];

export class GaugeConsole {
  readonly name: string;
  readonly #world: World;
  readonly #log: TankLog;

  constructor(world: World, name: string) {
    this.#world = world;
    this.name = name;
    this.#log = new TankLog(world);
  }

  /** The console's own clock: the world's, and how wrong it is. */
  get clock(): number {
    const { faults, now } = this.#world;
    return now + (faults.on("clock-wrong", this.name)?.byS ?? 0) * 1_000;
  }

  /** The answer to a command. */
  answer(command: ConsoleCommand): Uint8Array {
    const rows = [...gaugeViews(this.#world)]
      .filter(([probe]) => command.tank === 0 || command.tank === probe)
      .toSorted(([first], [second]) => first - second);
    const said = command.text.startsWith("i") ? this.#data(command.fn, rows) : undefined;
    if (said === undefined || (rows.length === 0 && command.tank !== 0)) return text.unknownFunction();
    return text.reply(command.text, text.stamp(this.clock) + said);
  }

  /** What follows the stamp; undefined: the console has no such function. */
  #data(fn: string, rows: readonly Row[]): string | undefined {
    const each = (write: (row: Row) => string) => rows.map(write).join("");
    switch (fn) {
      case "101":
        return each(([probe, view]) =>
          alarmsOf(view)
            .map((type) => [TANK_CATEGORY, type, probe].map((part) => text.decimal(part, 2)).join(""))
            .join(""),
        );
      case "201":
        return each(inventory);
      case "202":
        return each(([probe]) => this.#report(probe, this.#log.of(probe)));
      case "20C":
        return each(([probe]) => this.#report(probe, this.#log.of(probe).slice(-1)));
      case "205":
        return each(([probe, view]) => {
          const types = alarmsOf(view);
          return (
            text.decimal(probe, 2) + text.hex(types.length, 2) + types.map((type) => text.decimal(type, 2)).join("")
          );
        });
      case "211":
        return each(chartByStep);
      case "216":
        return each(chartOfFiftyPoints);
      case "218":
        return each((row) => this.#audit(row));
      case "501":
        return "";
      case "517":
        return METRIC;
      case "902":
        return SOFTWARE;
      case "A01":
        return each(probeOf);
      default:
        return undefined;
    }
  }

  #report(probe: number, deliveries: readonly LoggedDelivery[]): string {
    const ahead = this.clock - this.#world.now;
    const one = ({ start, end }: LoggedDelivery) =>
      [
        text.stamp(start.at + ahead) + text.stamp(end.at + ahead) + text.hex(10, 2),
        ...[start, end].flatMap(({ reading }) => [
          text.float(reading.volumeCl / 100),
          text.float(reading.standardVolumeCl / 100),
          text.float(reading.waterLevelUm / 1_000),
          text.float(reading.temperatureMc / 1_000),
        ]),
        ...[start, end].map(({ reading }) => text.float(reading.levelUm / 1_000)),
      ].join("");
    return text.decimal(probe, 2) + product(probe) + text.decimal(deliveries.length, 2) + deliveries.map(one).join("");
  }

  #audit([probe, { chart }]: Row): string {
    const changes = this.#log.chartChangesOf(probe);
    return [
      text.decimal(probe, 2),
      text.float(chart.capacityCl / 100),
      text.label(`FC${this.#world.scenario.station.id}`, 20),
      probeSerial(probe),
      text.label(OFFICE, 20),
      text.hex(changes.length, 2),
      ...changes.map(text.stamp),
    ].join("");
  }
}

function inventory([probe, view]: Row): string {
  const { reading, state } = view;
  const show = (value: number): text.Figure => (state === "ok" ? value : state === "blank" ? "blank" : "no-number");
  const status = (view.delivering ? STATUS.delivering : 0) | (state === "ok" ? 0 : STATUS.invalidHeight);
  const figures = [
    reading.volumeCl / 100,
    reading.standardVolumeCl / 100,
    reading.ullageCl / 100,
    reading.levelUm / 1_000,
    reading.waterLevelUm / 1_000,
    reading.temperatureMc / 1_000,
    reading.waterVolumeCl / 100,
  ];
  const statusText = state === "blank" ? "????" : text.hex(status, 4);
  return (
    text.decimal(probe, 2) +
    product(probe) +
    statusText +
    text.hex(figures.length, 2) +
    figures.map((value) => text.float(show(value))).join("")
  );
}

function alarmsOf({ state, reading }: TankView): number[] {
  if (state !== "ok") return [ALARM.probeOut];
  return [
    ...(reading.waterHigh ? [ALARM.waterHigh] : []),
    ...(reading.levelHigh ? [ALARM.overfill] : []),
    ...(reading.levelLow ? [ALARM.low] : []),
  ];
}

/** Height in mm and litres of the chart, evenly spaced, lowest first, the full tank last. */
function pointsOf({ plan, chart }: TankView): [number, number][] {
  return Array.from({ length: CHART_POINTS }, (_, index) => {
    const height = (plan.diameterMm * (index + 1)) / CHART_POINTS;
    return [height, chart.volumeClAt(height * 1_000) / 100];
  });
}

function chartByStep([probe, view]: Row): string {
  const points = pointsOf(view);
  const pairs = points.map(([height, volume]) => text.float(height) + text.float(volume));
  return text.decimal(probe, 2) + text.hex(points.length * 2, 4) + pairs.join("");
}

function chartOfFiftyPoints([probe, view]: Row): string {
  const points = pointsOf(view);
  const [top, full] = points.at(-1)!;
  const rows = points.map(([height, volume], index) => {
    const [below, less] = points[index - 1] ?? [0, 0];
    return text.float(height) + text.float(volume) + text.float((volume - less) / (height - below));
  });
  const head = text.float(top) + text.float(full) + text.float(full / top);
  return text.decimal(probe, 2) + head + text.hex(points.length, 2) + rows.join("");
}

function probeOf([probe, view]: Row): string {
  const head = text.decimal(probe, 2) + product(probe);
  if (view.state === "missing") return `${head}000000${text.float(0)}0000000000`;
  return `${head}${MAGNETOSTRICTIVE}C000${text.float(view.plan.diameterMm)}${probeSerial(probe)}2501`;
}

function product(probe: number): string {
  return PRODUCTS[(probe - 1) % PRODUCTS.length]!;
}

function probeSerial(probe: number): string {
  return text.decimal(102_030 + probe, 6);
}
