/**
 * What a tank gauge on Modbus put on the wire, read by the gauge's own table of registers, which was written apart from
 * the profiles that the agent reads by; and what the agent recorded of it.
 */
import { type Cell, GAUGE_MAPS, type GaugeMap, type GaugeMapName } from "@forecourt/simulators/devices/gauges/maps.ts";
import type { World } from "@forecourt/simulators/physics/world.ts";
import type { DeadBands, Figures, Quantity } from "./dead-bands.ts";
import { RegisterLog, type Registers } from "./registers.ts";
import { type Answered, type Cut, difference, isUncertain, type Told, toldOf, type Verdict } from "./told.ts";

const QUANTITY: Partial<Record<Cell["is"], Quantity>> = {
  level: "levelUm",
  water: "waterLevelUm",
  temperature: "temperatureMc",
  volume: "volumeCl",
  standardVolume: "standardVolumeCl",
  waterVolume: "waterVolumeCl",
  ullage: "ullageCl",
};
/** What a profile leaves out on purpose. Pneumercator: its corrected volume is not one of 20 °C. */
const NOT_RECORDED: Partial<Record<GaugeMapName, readonly Quantity[]>> = { "pneumercator-tms": ["standardVolumeCl"] };
const NO_FIGURES: Figures = {
  ...{ levelUm: null, waterLevelUm: null, temperatureMc: null, volumeCl: null },
  ...{ standardVolumeCl: null, waterVolumeCl: null, ullageCl: null },
};

export class GaugeAccount {
  readonly #model: GaugeMapName;
  readonly #device: string;
  readonly #tanks: readonly { tank: string; number: number }[];
  readonly #log = new RegisterLog();
  readonly #bands: DeadBands;

  constructor(world: World, gauge: { device: string; model: GaugeMapName }, bands: DeadBands) {
    this.#model = gauge.model;
    this.#device = gauge.device;
    this.#bands = bands;
    this.#tanks = [...world.tanks.values()].map(({ plan }) => ({ tank: plan.tank, number: plan.probe }));
  }

  heard(answer: Answered, cuts: readonly Cut[]): void {
    const registers = this.#log.heard(answer);
    if (registers === undefined || answer.disturbed || isUncertain(cuts, this.#device, answer.at)) return;
    for (const { tank, number } of this.#tanks) {
      this.#bands.shown(tank, answer.at, figuresOf(this.#model, number, registers, "covered"));
    }
  }

  compare(told: readonly Told[]): Verdict {
    const own = toldOf(told, "tank").filter(({ record }) => record.device === this.#device);
    const faults = own.flatMap(({ record }) => {
      const registers = this.#log.find(record.raw);
      if (registers === undefined) return [`${record.tank}: a raw answer that ${this.#device} never sent`];
      const number = this.#tanks.find(({ tank }) => tank === record.tank)!.number;
      const words = difference(figuresOf(this.#model, number, registers, "all"), record);
      return words ? [`${record.tank}: a reading whose ${words}`] : [];
    });
    return { faults, compared: { tank: own.length } };
  }
}

/** What registers say of a tank. @param of `covered`: only what these registers hold; `all`: null for the rest */
function figuresOf(model: GaugeMapName, tank: number, registers: Registers, of: "covered" | "all"): Partial<Figures> {
  const map = GAUGE_MAPS[model];
  const figures: Partial<Figures> = of === "all" ? { ...NO_FIGURES } : {};
  for (const { first, stride, tanks, cells } of map.blocks) {
    if (tank > tanks) continue;
    const start = first + (tank - 1) * stride;
    for (const [index, cell] of cells.entries()) {
      const quantity = QUANTITY[cell.is];
      if (quantity === undefined || NOT_RECORDED[model]?.includes(quantity)) continue;
      const value = figureOf(cell, start, registers, map);
      if (value === undefined) continue;
      // A state stands behind each value, or before all of them.
      const state = cells[index + 1]?.is === "state" ? cells[index + 1] : cells.find((one) => one.is === "state");
      const word = state && registers.get(start + state.at);
      const isGood = state === undefined || word === undefined || word === (map.states ?? [0])[0];
      const isPresent = !isProbeMissing(map, start, cells, registers);
      figures[quantity] = isGood && isPresent ? value : null;
    }
  }
  return figures;
}

function isProbeMissing(map: GaugeMap, start: number, cells: readonly Cell[], registers: Registers): boolean {
  const status = cells.find(({ is }) => is === "status");
  const bit = map.bits.probeMissing;
  if (status === undefined || bit === undefined) return false;
  const word = registers.get(start + status.at + (status.form === "16" ? 0 : 1)) ?? 0;
  return ((word >> bit) & 1) === 1;
}

/** Undefined: not among these registers; null: the gauge says that it has none. */
function figureOf(
  { at, form, per }: Cell,
  start: number,
  registers: Registers,
  map: GaugeMap,
): number | null | undefined {
  const first = registers.get(start + at);
  if (first === undefined) return undefined;
  if (form === "16") return first === map.missing["16"] ? null : Math.round(((first << 16) >> 16) * per);
  const second = registers.get(start + at + 1);
  if (second === undefined) return undefined;
  const [high, low] = map.words === "high-first" ? [first, second] : [second, first];
  const bits = Buffer.from([high >> 8, high & 0xff, low >> 8, low & 0xff]);
  if (form === "float") {
    const value = bits.readFloatBE();
    return Number.isFinite(value) ? Math.round(value * per) : null;
  }
  return bits.readUInt32BE() === map.missing["32"] ? null : Math.round(bits.readInt32BE() * per);
}
