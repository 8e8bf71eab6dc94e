/** Reads a device once by a profile, request by request, so that what one refuses does not hide the others. */
import { toHex } from "@forecourt/protocol/hex.ts";
import { decodePoints, type PointValue, type RegisterRead } from "@forecourt/protocol/profiles/decode.ts";
import { type ItemSelection, itemCount } from "@forecourt/protocol/profiles/layout.ts";
import { planReads } from "@forecourt/protocol/profiles/plan.ts";
import type { DeviceProfile } from "@forecourt/protocol/profiles/schema.ts";
import type { DriverError } from "../drivers/driver.ts";
import { askModbus, type ModbusFraming } from "../drivers/modbus/ask.ts";
import type { ModbusRead } from "../drivers/modbus/frames.ts";
import type { DriverLine } from "../lines/exchange.ts";

/** One request, and what came of it. */
export interface TriedRead {
  read: ModbusRead;
  /** The answer as it came, or what went wrong. */
  answer: { hex: string } | { error: DriverError };
}

export interface TriedDevice {
  reads: TriedRead[];
  values: PointValue[];
}

/** @param items numbers of tanks and seals from 1; left out, all that the profile has room for, at most eight */
export async function readDevice(
  line: DriverLine,
  of: { profile: DeviceProfile; unit: number; framing: ModbusFraming; timeoutMs: number; items?: readonly number[] },
): Promise<TriedDevice> {
  const { profile, unit, framing, timeoutMs } = of;
  const selection: ItemSelection = {
    tank: numbers(profile, "tank", of.items),
    seal: numbers(profile, "seal", of.items),
  };
  const reads: TriedRead[] = [];
  const registers: RegisterRead[] = [];
  for (const [index, { fn, address, count }] of planReads(profile, selection).entries()) {
    const read: ModbusRead = { unit, fn, address, count };
    const answer = await askModbus(line, read, { framing, timeoutMs, transaction: index + 1, device: "the device" });
    if (answer.ok) registers.push({ fn, address, registers: answer.value.registers });
    reads.push({ read, answer: answer.ok ? { hex: toHex(answer.value.raw) } : { error: answer.error } });
  }
  return { reads, values: decodePoints(profile, registers, selection) };
}

/** A hub has room for many items: without a wish, the first few show whether the profile fits. */
const ITEMS_SHOWN = 8;

function numbers(profile: DeviceProfile, kind: "tank" | "seal", items: readonly number[] | undefined): number[] {
  const room = itemCount(profile, kind);
  const all = Array.from({ length: Math.min(room, ITEMS_SHOWN) }, (_, index) => index + 1);
  return items === undefined ? all : items.filter((item) => item <= room);
}
