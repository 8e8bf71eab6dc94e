/** Reads any Modbus device that a profile describes, over RTU or TCP, in as few requests as its registers allow. */
import { toHex } from "@forecourt/protocol/hex.ts";
import { decodePoints, type RegisterRead } from "@forecourt/protocol/profiles/decode.ts";
import { planReads } from "@forecourt/protocol/profiles/plan.ts";
import type { DeviceProfile } from "@forecourt/protocol/profiles/schema.ts";
import { ok } from "@forecourt/protocol/result.ts";
import type { Driver } from "../driver.ts";
import { askModbus, type ModbusFraming } from "./ask.ts";
import type { ModbusRead } from "./frames.ts";
import { type ItemNames, observe, type RawRead } from "./observe.ts";

export interface ModbusDevice {
  device: string;
  profile: DeviceProfile;
  framing: ModbusFraming;
  /** 1 to 247 */
  unit: number;
  /** Our names of the device's items by their number in it, for example 1 → T1. */
  items: ItemNames;
  intervalMs: number;
  answerTimeoutMs: number;
}

/** The only poll of a Modbus device: all its registers. */
const REGISTERS = "registers";
/** Turn-round pause that slow RS-485 transceivers need between two requests. */
const GAP_MS = 5;

/** A driver for one Modbus device. */
export function modbusDriver(options: ModbusDevice): Driver {
  const { device, profile, unit } = options;
  const numbers = (kind: "tank" | "seal") => [...(options.items[kind]?.keys() ?? [])];
  const selection = { tank: numbers("tank"), seal: numbers("seal") };
  const plan: ModbusRead[] = planReads(profile, selection).map((read) => ({ ...read, unit }));
  let transaction = 0;

  return {
    device,
    gapMs: GAP_MS,
    polls: [{ device, key: REGISTERS, intervalMs: Math.max(options.intervalMs, profile.limits?.minIntervalMs ?? 0) }],
    async read(line) {
      const raws: RawRead[] = [];
      const reads: RegisterRead[] = [];
      for (const read of plan) {
        transaction = (transaction + 1) & 0xffff;
        const { framing, answerTimeoutMs: timeoutMs } = options;
        const answer = await askModbus(line, read, { framing, timeoutMs, transaction, device });
        if (!answer.ok) return answer;
        reads.push({ fn: read.fn, address: read.address, registers: answer.value.registers });
        raws.push({ fn: read.fn, address: read.address, count: read.count, hex: toHex(answer.value.raw) });
      }
      return ok(observe({ device, profile, items: options.items }, decodePoints(profile, reads, selection), raws));
    },
  };
}
