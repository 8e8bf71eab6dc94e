/** One Modbus question on a line, over RTU or TCP, and what an exception means. */
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { DriverLine } from "../../lines/exchange.ts";
import type { DriverError } from "../driver.ts";
import { encodeRtu, encodeTcp, type ModbusRead, rtuReader, tcpReader } from "./frames.ts";

export type ModbusFraming = "rtu" | "tcp";

export interface ModbusRegisters {
  registers: number[];
  raw: Uint8Array;
}

/** Asks for registers. @param of `transaction` names the question on TCP; `device` names the device in errors */
export async function askModbus(
  line: DriverLine,
  read: ModbusRead,
  of: { framing: ModbusFraming; timeoutMs: number; transaction: number; device: string },
): Promise<Result<ModbusRegisters, DriverError>> {
  const { framing, timeoutMs, transaction, device } = of;
  const answer =
    framing === "tcp"
      ? await line.exchange({
          request: encodeTcp(read, transaction),
          reader: () => tcpReader(read, transaction),
          timeoutMs,
          tagged: true,
        })
      : await line.exchange({
          request: encodeRtu(read),
          reader: () => rtuReader(read),
          timeoutMs,
          party: String(read.unit),
        });
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
