/** A tank gauge on Modbus: its registers, read from the world as it is at that instant. */
import type { World } from "../../physics/world.ts";
import type { RegisterMap } from "../modbus.ts";
import type { Cell, GaugeMap, Quantity } from "./maps.ts";
import { gaugeViews, type TankView } from "./view.ts";

/** IEEE 754 for minus infinity: what real consoles send for "no value" in a float. */
const NO_FLOAT = 0xff80_0000;

/** The registers of a station's gauge. */
export function gaugeRegisters(world: World, map: GaugeMap): RegisterMap {
  let measured: { at: number; views: Map<number, TankView>; blocks: Map<number, Uint16Array> } | undefined;
  const blockOf = (probe: number): Uint16Array => {
    // Faults may change without time passing, so what is kept is only kept within one request's instant.
    if (measured?.at !== world.now || world.faults.version !== version) {
      measured = { at: world.now, views: gaugeViews(world), blocks: new Map() };
      version = world.faults.version;
    }
    const known = measured.blocks.get(probe);
    if (known) return known;
    const block = encode(map, measured.views.get(probe));
    measured.blocks.set(probe, block);
    return block;
  };
  let version = -1;
  return {
    fn: map.fn,
    registerAt: (address) => {
      const place = address - map.first;
      // Registers before the first block are there, and hold nothing (a gauge's own status).
      if (place < 0) return address < 0 ? undefined : 0;
      if (place >= map.tanks * map.stride) return undefined;
      return blockOf(Math.floor(place / map.stride) + 1)[place % map.stride];
    },
  };
}

function encode(map: GaugeMap, view: TankView | undefined): Uint16Array {
  const block = new Uint16Array(map.stride);
  for (const cell of map.cells) {
    const value = cell.is === "status" ? statusOf(map, view) : figureOf(cell, view);
    put(block, cell, value, map);
  }
  return block;
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
function figureOf(cell: Cell, view: TankView | undefined): number | undefined {
  if (view?.state !== "ok") return undefined;
  const { reading } = view;
  const grossCl = reading.volumeCl + reading.waterVolumeCl;
  const values: Record<Exclude<Quantity, "status">, number> = {
    level: reading.levelUm,
    water: reading.waterLevelUm,
    temperature: reading.temperatureMc,
    volume: reading.volumeCl,
    standardVolume: reading.standardVolumeCl,
    waterVolume: reading.waterVolumeCl,
    ullage: reading.ullageCl,
    percent: (grossCl * 10_000) / (grossCl + reading.ullageCl),
  };
  return values[cell.is as Exclude<Quantity, "status">] / cell.per;
}

function put(block: Uint16Array, cell: Cell, value: number | undefined, map: GaugeMap): void {
  if (cell.form === "16") {
    block[cell.at] = (value === undefined ? map.missing["16"] : Math.round(value)) & 0xffff;
    return;
  }
  const bits =
    cell.form === "float" ? floatBits(value) : (value === undefined ? map.missing["32"] : Math.round(value)) >>> 0;
  const words = [bits >>> 16, bits & 0xffff];
  if (map.words === "low-first") words.reverse();
  block.set(words, cell.at);
}

function floatBits(value: number | undefined): number {
  if (value === undefined) return NO_FLOAT;
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return bytes.readUInt32BE();
}
