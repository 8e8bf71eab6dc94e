/** The generic seal hub's registers: function 3, the number of seals at 0, eight registers a seal from address 10. */
import type { SealCondition, World } from "../physics/world.ts";
import type { RegisterMap } from "./modbus.ts";

const SEALS = 32;
const FIRST_BLOCK = 10;
const STRIDE = 8;
const SERIAL_REGISTERS = 4;
const NOT_INSTALLED = 0;
const NO_BATTERY = 0xffff;
const OFFLINE = 6;
const CONDITION_CODE: Record<SealCondition, number> = { sealed: 1, open: 2, cut: 3 };

/** The seal hub of a station. */
export function sealMap(world: World): RegisterMap {
  return {
    fn: 3,
    registerAt: (address) => {
      if (address === 0) return world.seals.size;
      if (address < 0 || address >= FIRST_BLOCK + SEALS * STRIDE) return undefined;
      if (address < FIRST_BLOCK) return 0;
      const offset = address - FIRST_BLOCK;
      return sealBlock(world, Math.floor(offset / STRIDE) + 1)[offset % STRIDE] ?? 0;
    },
  };
}

function sealBlock(world: World, number: number): number[] {
  const seal = [...world.seals.values()].find((candidate) => candidate.plan.number === number);
  if (!seal) return [NOT_INSTALLED, 0, 0, NO_BATTERY, 0, 0, 0, 0];
  return [
    seal.silent ? OFFLINE : CONDITION_CODE[seal.condition],
    seal.tamperCount & 0xffff,
    seal.openCount & 0xffff,
    seal.plan.batteryPercent,
    ...serialRegisters(seal.serial),
  ];
}

function serialRegisters(serial: string): number[] {
  const bytes = Buffer.alloc(SERIAL_REGISTERS * 2);
  bytes.write(serial, "ascii");
  return Array.from({ length: SERIAL_REGISTERS }, (_, index) => bytes.readUInt16BE(index * 2));
}
