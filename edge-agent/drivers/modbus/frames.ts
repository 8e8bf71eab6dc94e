/**
 * Modbus requests and the readers of their answers, for RTU and for TCP. They are framed here and not by a package,
 * because an answer must be held against the very request in flight: unit, function, byte count and CRC or
 * transaction, or it belongs to someone else (lessons.md, "Lines and devices"). Source: Modbus application protocol
 * 1.1b3, 6.1 to 6.4 and 7; Modbus messaging on TCP/IP 1.0b, 3.1.3.
 */
import type { AnswerReader } from "../../lines/line.ts";
import { modbusCrc } from "./crc.ts";

export interface ModbusRead {
  /** 1 to 247 */
  unit: number;
  /** 1 coils, 2 discrete inputs, 3 holding registers, 4 input registers */
  fn: 1 | 2 | 3 | 4;
  /** 0-based, 0 to 65535 */
  address: number;
  /** registers or bits: at most 125 or 2000 */
  count: number;
}

/** What a device answered: registers (for functions 1 and 2 one 0 or 1 a bit), or the code of its exception. */
export type ModbusAnswer = { registers: number[]; raw: Uint8Array } | { exception: number; raw: Uint8Array };

const EXCEPTION_BIT = 0x80;
const RTU_OVERHEAD = 5;
const MBAP_BYTES = 7;

/** The request as an RTU frame. */
export function encodeRtu(read: ModbusRead): Uint8Array {
  const frame = Buffer.alloc(8);
  frame[0] = read.unit;
  writePdu(frame, 1, read);
  frame.writeUInt16LE(modbusCrc(frame.subarray(0, 6)), 6);
  return frame;
}

/** The request as a TCP frame. @param transaction 0 to 65535, different from the last few */
export function encodeTcp(read: ModbusRead, transaction: number): Uint8Array {
  const frame = Buffer.alloc(12);
  frame.writeUInt16BE(transaction, 0);
  frame.writeUInt16BE(6, 4);
  frame[6] = read.unit;
  writePdu(frame, 7, read);
  return frame;
}

function writePdu(frame: Buffer, at: number, read: ModbusRead): void {
  frame[at] = read.fn;
  frame.writeUInt16BE(read.address, at + 1);
  frame.writeUInt16BE(read.count, at + 3);
}

function dataBytes(read: ModbusRead): number {
  return read.fn <= 2 ? Math.ceil(read.count / 8) : read.count * 2;
}

/** Finds the RTU answer that fits the request; an echo of the request and anything else is noise. */
export function rtuReader(read: ModbusRead): AnswerReader<ModbusAnswer> {
  const request = Buffer.from(encodeRtu(read));
  const discarded = { noiseBytes: 0, badFrames: 0 };
  let held = Buffer.alloc(0);
  let hasBegun = false;

  const look = (final: boolean): ModbusAnswer | undefined => {
    while (held.length > 0) {
      const fitting = rtuAnswerAt(held, read, request);
      if (fitting === "more-needed" && !final) return undefined;
      if (typeof fitting === "object") {
        held = Buffer.alloc(0);
        return fitting;
      }
      if (fitting !== "echo") hasBegun = true;
      const drop = fitting === "echo" ? request.length : 1;
      if (fitting === "stranger") discarded.badFrames += 1;
      discarded.noiseBytes += drop;
      held = held.subarray(drop);
    }
    return undefined;
  };

  return {
    discarded,
    get hasBegun() {
      return hasBegun || held.length > 0;
    },
    push(chunk) {
      held = Buffer.concat([held, chunk]);
      return look(false);
    },
    silence: () => look(true),
  };
}

type Fitting = ModbusAnswer | "more-needed" | "echo" | "stranger" | "noise";

function rtuAnswerAt(held: Buffer, read: ModbusRead, request: Buffer): Fitting {
  if (held[0] !== read.unit) return "noise";
  if (held.length < 2) return "more-needed";
  if (held[1] === (read.fn | EXCEPTION_BIT))
    return wholeRtu(held, RTU_OVERHEAD, (raw) => ({ exception: raw[2] ?? 0, raw }));
  if (held[1] !== read.fn) return "noise";
  if (held.length < 3) return "more-needed";
  if (held[2] === dataBytes(read)) {
    const answer = wholeRtu(held, RTU_OVERHEAD + dataBytes(read), (raw) => ({
      registers: registersOf(raw.subarray(3, -2), read),
      raw,
    }));
    if (answer !== "stranger" || !held.subarray(0, request.length).equals(request)) return answer;
  }
  if (request.subarray(0, Math.min(held.length, request.length)).equals(held.subarray(0, request.length))) {
    return held.length < request.length ? "more-needed" : "echo";
  }
  return "stranger";
}

function wholeRtu(held: Buffer, length: number, make: (raw: Buffer) => ModbusAnswer): Fitting {
  if (held.length < length) return "more-needed";
  const raw = held.subarray(0, length);
  return raw.readUInt16LE(length - 2) === modbusCrc(raw.subarray(0, length - 2)) ? make(raw) : "stranger";
}

/** Finds the TCP answer of one transaction; answers of other transactions are late and put aside. */
export function tcpReader(read: ModbusRead, transaction: number): AnswerReader<ModbusAnswer> {
  const discarded = { noiseBytes: 0, badFrames: 0 };
  let held = Buffer.alloc(0);

  const take = (): ModbusAnswer | undefined => {
    while (held.length >= MBAP_BYTES + 2) {
      const length = held.readUInt16BE(4);
      const whole = 6 + length;
      // Without a sound header there is no way to find the next frame: all that is held is lost.
      if (held.readUInt16BE(2) !== 0 || length < 3 || length > 254) {
        discarded.noiseBytes += held.length;
        held = Buffer.alloc(0);
        return undefined;
      }
      if (held.length < whole) return undefined;
      const raw = held.subarray(0, whole);
      held = held.subarray(whole);
      const answer = raw.readUInt16BE(0) === transaction && raw[6] === read.unit ? tcpAnswer(raw, read) : undefined;
      if (answer !== undefined) return answer;
      discarded.badFrames += 1;
      discarded.noiseBytes += raw.length;
    }
    return undefined;
  };

  return {
    discarded,
    // Late answers of other transactions may come at any time: they do not say that ours is on its way.
    get hasBegun() {
      return held.length > 0;
    },
    push(chunk) {
      held = Buffer.concat([held, chunk]);
      return take();
    },
    silence: () => undefined,
  };
}

function tcpAnswer(raw: Buffer, read: ModbusRead): ModbusAnswer | undefined {
  if (raw[7] === (read.fn | EXCEPTION_BIT)) return { exception: raw[8] ?? 0, raw };
  if (raw[7] !== read.fn || raw[8] !== dataBytes(read) || raw.length !== 9 + dataBytes(read)) return undefined;
  return { registers: registersOf(raw.subarray(9), read), raw };
}

function registersOf(data: Buffer, read: ModbusRead): number[] {
  return read.fn <= 2
    ? Array.from({ length: read.count }, (_, bit) => ((data[bit >> 3] ?? 0) >> (bit & 7)) & 1)
    : Array.from({ length: read.count }, (_, index) => data.readUInt16BE(index * 2));
}
