/** Reads any Modbus device that a profile describes, over RTU or TCP, in as few requests as its registers allow. */
import { toHex } from "@forecourt/protocol/hex.ts";
import { decodePoints, type RegisterRead } from "@forecourt/protocol/profiles/decode.ts";
import { planReads } from "@forecourt/protocol/profiles/plan.ts";
import type { DeviceProfile } from "@forecourt/protocol/profiles/schema.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { DriverLine } from "../../lines/exchange.ts";
import type { Driver, DriverError } from "../driver.ts";
import { encodeRtu, encodeTcp, type ModbusAnswer, type ModbusRead, rtuReader, tcpReader } from "./frames.ts";
import { type ItemNames, observe, type RawRead } from "./observe.ts";

export interface ModbusDevice {
  device: string;
  profile: DeviceProfile;
  framing: "rtu" | "tcp";
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

  const ask = (line: DriverLine, read: ModbusRead) => {
    transaction = (transaction + 1) & 0xffff;
    const own = transaction;
    const timeoutMs = options.answerTimeoutMs;
    return options.framing === "tcp"
      ? line.exchange({ request: encodeTcp(read, own), reader: () => tcpReader(read, own), timeoutMs, tagged: true })
      : line.exchange({ request: encodeRtu(read), reader: () => rtuReader(read), timeoutMs, party: String(unit) });
  };

  return {
    device,
    gapMs: GAP_MS,
    polls: [{ device, key: REGISTERS, intervalMs: Math.max(options.intervalMs, profile.limits?.minIntervalMs ?? 0) }],
    async read(line) {
      const raws: RawRead[] = [];
      const reads: RegisterRead[] = [];
      for (const read of plan) {
        const answer = registersOf(await ask(line, read), read, device);
        if (!answer.ok) return answer;
        reads.push({ fn: read.fn, address: read.address, registers: answer.value.registers });
        raws.push({ fn: read.fn, address: read.address, count: read.count, hex: toHex(answer.value.raw) });
      }
      return ok(observe({ device, profile, items: options.items }, decodePoints(profile, reads, selection), raws));
    },
  };
}

function registersOf(
  answer: Result<ModbusAnswer, DriverError>,
  read: ModbusRead,
  device: string,
): Result<{ registers: number[]; raw: Uint8Array }, DriverError> {
  if (!answer.ok) return answer;
  if ("registers" in answer.value) return ok(answer.value);
  const { exception } = answer.value;
  const meaning = EXCEPTIONS[exception] ?? "an exception that Modbus does not define";
  const place = `function ${read.fn}, address ${read.address}, ${read.count} registers`;
  return fail({ code: "refused", message: `${device} refused ${place}: exception ${exception}, ${meaning}` });
}

/** Modbus application protocol 1.1b3, section 7. */
const EXCEPTIONS: Record<number, string> = {
  1: "illegal function: the profile's `fn` does not suit this device",
  2: "illegal data address: the profile's `at` does not suit this device",
  3: "illegal data value",
  4: "server device failure",
  6: "server device busy",
  10: "gateway path unavailable",
  11: "gateway target device failed to respond: check the unit number",
};
