/**
 * Any byte stream that a line may bring: noise, frames for somebody else, frames broken, cut, doubled and glued
 * together, in pieces of any size. And checks of frames written apart from our codecs, so that one mistake is not made
 * twice.
 */
import fc from "fast-check";

export interface ByteStream {
  bytes: Uint8Array;
  /** The same bytes as the operating system hands them on. */
  chunks: Uint8Array[];
}

/** @param frames true frames of the protocol, of which some are broken */
export function byteStreams(frames: readonly Uint8Array[]): fc.Arbitrary<ByteStream> {
  const frame = fc.constantFrom(...frames);
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    frame,
    fc.tuple(frame, fc.nat(400), fc.integer({ min: 1, max: 255 })).map(([whole, at, flip]) => {
      const broken = Uint8Array.from(whole);
      broken[at % broken.length]! ^= flip;
      return broken;
    }),
    fc.tuple(frame, fc.nat(400)).map(([whole, at]) => whole.subarray(0, at % whole.length)),
    fc.tuple(frame, fc.nat(400)).map(([whole, at]) => whole.subarray(at % whole.length)),
  );
  const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 5 });
  return fc.tuple(fc.array(piece, { maxLength: 4 }), sizes).map(([pieces, cuts]) => {
    const bytes = new Uint8Array(Buffer.concat(pieces));
    const chunks: Uint8Array[] = [];
    let at = 0;
    for (const size of cuts) {
      if (at < bytes.length) chunks.push(bytes.subarray(at, at + size));
      at += size;
    }
    if (at < bytes.length) chunks.push(bytes.subarray(at));
    return { bytes, chunks };
  });
}

/** Whether the frame stands in the stream as it is. */
export function standsIn(frame: Uint8Array, { bytes }: ByteStream): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(frame) >= 0;
}

/** Modbus over serial line 1.02, 6.2.2: computed bit by bit. */
export function hasSoundCrc(frame: Uint8Array): boolean {
  let crc = 0xffff;
  for (const byte of frame.subarray(0, -2)) {
    for (let bit = 0; bit < 8; bit += 1) {
      const carry = (crc ^ (byte >> bit)) & 1;
      crc = (crc >> 1) ^ (carry === 1 ? 0xa001 : 0);
    }
  }
  return frame.at(-2) === (crc & 0xff) && frame.at(-1) === crc >> 8;
}

/** tax-port.md 1.3: the check byte makes the XOR of everything from the frame number on zero. */
export function hasSoundXor(frame: Uint8Array): boolean {
  return frame[0] === 0xbb && frame[1] === frame.length - 2 && frame.subarray(2).reduce((x, byte) => x ^ byte, 0) === 0;
}

/** 576013-635, section 5: the sum of everything up to `&&` and of the number behind it is zero in 16 bits. */
export function hasSoundSum(frame: Uint8Array): boolean {
  const text = Buffer.from(frame).toString("latin1");
  const checkAt = text.length - 5;
  if (!text.startsWith("\x01") || !text.endsWith("\x03") || text.slice(checkAt - 2, checkAt) !== "&&") return false;
  const sum = frame.subarray(0, checkAt).reduce((total, byte) => total + byte, 0);
  return ((sum + Number.parseInt(text.slice(checkAt, -1), 16)) & 0xffff) === 0;
}
