/** A tank gauge on Modbus: its registers, read from the world as it is at that instant. */
import type { World } from "../../physics/world.ts";
import type { RegisterMap } from "../modbus.ts";
import type { Cell, GaugeMap, Quantity } from "./maps.ts";
import { gaugeViews, type TankView } from "./view.ts";

/** IEEE 754 for minus infinity: what real consoles send for "no value" in a float. */
const NO_FLOAT = 0xff80_0000;

/** The registers of a station's gauge. */
export function gaugeRegisters(world: World, map: GaugeMap): RegisterMap {
  let measured: { at: number; version: number; registers: Map<number, number> } | undefined;
  // Faults may change without time passing, so what is kept is kept until either moves.
  const registers = () => {
    const { now, faults } = world;
    if (measured?.at !== now || measured.version !== faults.version) {
      measured = { at: now, version: faults.version, registers: encode(map, gaugeViews(world)) };
    }
    return measured.registers;
  };
  const end = Math.max(...map.blocks.map(({ first, stride, tanks }) => first + stride * tanks));
  return {
    fn: map.fn,
    // Registers between the blocks are there, and hold nothing.
    registerAt: (address) => (address < 0 || address >= end ? undefined : (registers().get(address) ?? 0)),
  };
}

function encode(map: GaugeMap, views: ReadonlyMap<number, TankView>): Map<number, number> {
  const registers = new Map<number, number>();
  for (const { first, stride, tanks, cells } of map.blocks) {
    for (let tank = 1; tank <= tanks; tank += 1) {
      const view = views.get(tank);
      for (const cell of cells) {
        const words = wordsOf(cell, figureOf(cell, map, view), map);
        for (const [index, word] of words.entries()) registers.set(first + (tank - 1) * stride + cell.at + index, word);
      }
    }
  }
  return registers;
}

function statusOf({ bits, restingBits = 0 }: GaugeMap, view: TankView | undefined): number {
  const bit = (number: number | undefined, set: boolean) => (set && number !== undefined ? 2 ** number : 0);
  if (view?.state !== "ok") return restingBits | bit(bits.probeMissing, true);
  const { levelHigh, levelLow, waterHigh } = view.reading;
  return (
    restingBits |
    bit(bits.delivery, view.delivering) |
    bit(bits.levelHigh, levelHigh) |
    bit(bits.levelLow, levelLow) |
    bit(bits.waterHigh, waterHigh)
  );
}

/** Undefined: no value. */
function figureOf(cell: Cell, map: GaugeMap, view: TankView | undefined): number | undefined {
  if (cell.is === "status") return statusOf(map, view);
  if (cell.is === "state") return (map.states ?? [0, 1])[view?.state === "ok" ? 0 : 1];
  if (view?.state !== "ok") return undefined;
  const { reading } = view;
  const grossCl = reading.volumeCl + reading.waterVolumeCl;
  const values: Record<Exclude<Quantity, "status" | "state">, number> = {
    level: reading.levelUm,
    water: reading.waterLevelUm,
    temperature: reading.temperatureMc,
    volume: reading.volumeCl,
    standardVolume: reading.standardVolumeCl,
    waterVolume: reading.waterVolumeCl,
    ullage: reading.ullageCl,
    percent: (grossCl * 10_000) / (grossCl + reading.ullageCl),
  };
  return values[cell.is] / cell.per;
}

function wordsOf({ form }: Cell, value: number | undefined, map: GaugeMap): number[] {
  if (form === "16") return [(value === undefined ? map.missing["16"] : Math.round(value)) & 0xffff];
  const whole = () => (value === undefined ? map.missing["32"] : Math.round(value)) >>> 0;
  const bits = form === "float" ? floatBits(value) : whole();
  const words = [bits >>> 16, bits & 0xffff];
  return map.words === "low-first" ? words.reverse() : words;
}

function floatBits(value: number | undefined): number {
  if (value === undefined) return NO_FLOAT;
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return bytes.readUInt32BE();
}
