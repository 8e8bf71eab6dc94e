/** The generic tank gauge's registers: function 4, twenty registers a tank, from address 0. */
import { type GaugeReading, readGauge } from "../physics/gauge-reading.ts";
import type { World } from "../physics/world.ts";
import type { RegisterMap } from "./modbus.ts";

const TANKS = 8;
const STRIDE = 20;
const MISSING_16 = 0x8000;
const MISSING_32 = 0x8000_0000;
const STATUS = { delivery: 1 << 0, levelHigh: 1 << 1, levelLow: 1 << 2, waterHigh: 1 << 3, probeMissing: 1 << 4 };
const UM_PER_UNIT = 100;
const MC_PER_UNIT = 100;
const CL_PER_UNIT = 10;

/** The gauge of a station; every register is read from the world as it is at that instant. */
export function gaugeMap(world: World): RegisterMap {
  const measured = new Map<number, { at: number; block: number[] }>();
  const blockOf = (probe: number): number[] => {
    const known = measured.get(probe);
    if (known?.at === world.now) return known.block;
    const block = probeBlock(world, probe);
    measured.set(probe, { at: world.now, block });
    return block;
  };
  return {
    fn: 4,
    registerAt: (address) => {
      if (address < 0 || address >= TANKS * STRIDE) return undefined;
      return blockOf(Math.floor(address / STRIDE) + 1)[address % STRIDE] ?? 0;
    },
  };
}

function probeBlock(world: World, probe: number): number[] {
  const tank = [...world.tanks.values()].find((candidate) => candidate.plan.probe === probe);
  if (!tank) return missingBlock();
  const reading = readGauge(tank.plan, tank.volumeCl, world.now, world.scenario.seed);
  return [
    statusOf(reading, tank.unloading.length > 0),
    ...double(reading.levelUm / UM_PER_UNIT),
    ...double(reading.waterLevelUm / UM_PER_UNIT),
    Math.round(reading.temperatureMc / MC_PER_UNIT) & 0xffff,
    ...double(reading.volumeCl / CL_PER_UNIT),
    ...double(reading.standardVolumeCl / CL_PER_UNIT),
    ...double(reading.waterVolumeCl / CL_PER_UNIT),
    ...double(reading.ullageCl / CL_PER_UNIT),
  ];
}

function missingBlock(): number[] {
  const missing = double(MISSING_32);
  return [STATUS.probeMissing, ...missing, ...missing, MISSING_16, ...missing, ...missing, ...missing, ...missing];
}

function statusOf(reading: GaugeReading, unloading: boolean): number {
  return (
    (unloading ? STATUS.delivery : 0) |
    (reading.levelHigh ? STATUS.levelHigh : 0) |
    (reading.levelLow ? STATUS.levelLow : 0) |
    (reading.waterHigh ? STATUS.waterHigh : 0)
  );
}

/** A 32-bit value as two registers, high word first. */
function double(value: number): [number, number] {
  const rounded = Math.round(value);
  return [(rounded >>> 16) & 0xffff, rounded & 0xffff];
}
