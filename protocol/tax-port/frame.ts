/** One tax-port frame: lead byte, length, frame number, command, payload, check byte. Source: tax-port.md 1.3. */
import { fail, ok, type Result } from "../result.ts";
import { defaultProfile } from "./dialects.ts";
import { byteText, type TaxPortError, taxPortError } from "./errors.ts";
import type { FrameFormat } from "./profile.ts";

/** Frame number of an answer or request that is one frame. */
export const SINGLE_FRAME = 0xff;
/** Offset of the first byte after the command. */
export const PAYLOAD_OFFSET = 4;
/** Lead byte, length, frame number, command, check byte. */
const BYTES_AROUND_PAYLOAD = 5;

export interface Frame {
  /** 0xFF: single; bit 7 set: first of several, low 7 bits their number; else frames left, this one included. */
  readonly frameNo: number;
  readonly command: number;
  /** What stands after the command and before the check byte. */
  readonly payload: Uint8Array;
  /** The whole frame as it came, for evidence. */
  readonly raw: Uint8Array;
}

/** XOR of all `bytes` given; for a frame these are the frame number to the last data byte. */
export function checkByte(bytes: Uint8Array): number {
  return bytes.reduce((check, byte) => check ^ byte, 0);
}

/**
 * The bytes of a frame.
 * @throws RangeError when a number does not fit into a byte or the frame would be longer than 257 bytes.
 */
export function encodeFrame(
  parts: { command: number; payload: Uint8Array; frameNo?: number },
  format: FrameFormat = defaultProfile.frame,
): Uint8Array {
  const frameNo = parts.frameNo ?? SINGLE_FRAME;
  for (const [name, value] of Object.entries({ command: parts.command, frameNo })) {
    if (!Number.isInteger(value) || value < 0 || value > 255) throw new RangeError(`${name} ${value} is not a byte`);
  }
  const size = parts.payload.length + BYTES_AROUND_PAYLOAD;
  if (size - 2 > 255) throw new RangeError(`a payload of ${parts.payload.length} bytes does not fit into a frame`);
  const raw = new Uint8Array(size);
  raw.set([format.leadByte, size - 2, frameNo, parts.command]);
  raw.set(parts.payload, PAYLOAD_OFFSET);
  raw[size - 1] = checkByte(raw.subarray(format.checkFrom, size - 1));
  return raw;
}

/** Reads exactly one frame. Errors: `lead-byte`, `length` (of the bytes or of the length byte), `check-byte`. */
export function decodeFrame(raw: Uint8Array, format: FrameFormat = defaultProfile.frame): Result<Frame, TaxPortError> {
  if (raw.length < BYTES_AROUND_PAYLOAD) {
    return fail(taxPortError("length", `a frame has at least ${BYTES_AROUND_PAYLOAD} bytes, this has ${raw.length}`));
  }
  if (raw[0] !== format.leadByte) {
    const message = `lead byte is ${byteText(raw[0]!)}, expected ${byteText(format.leadByte)}`;
    return fail(taxPortError("lead-byte", message, { offset: 0 }));
  }
  if (raw[1] !== raw.length - 2) {
    const message = `length byte announces ${raw[1]! + 2} bytes in all, there are ${raw.length}`;
    return fail(taxPortError("length", message, { offset: 1 }));
  }
  const last = raw.length - 1;
  const expected = checkByte(raw.subarray(format.checkFrom, last));
  if (raw[last] !== expected) {
    const message = `check byte is ${byteText(raw[last]!)}, expected ${byteText(expected)}`;
    return fail(taxPortError("check-byte", message, { offset: last }));
  }
  return ok({ frameNo: raw[2]!, command: raw[3]!, payload: raw.slice(PAYLOAD_OFFSET, last), raw: raw.slice() });
}
