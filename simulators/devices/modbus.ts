/** The Modbus application layer of a read-only slave: a request PDU in, an answer PDU out. */

/** A device as a table of 16-bit registers. */
export interface RegisterMap {
  /** The one function it answers: 3 holding, 4 input registers. */
  fn: 3 | 4;
  /** The register at an address, 0 to 65535; undefined when the device has none there. */
  registerAt(address: number): number | undefined;
}

const ILLEGAL_FUNCTION = 1;
const ILLEGAL_ADDRESS = 2;
const ILLEGAL_VALUE = 3;
const MOST_REGISTERS = 125;

/** Answers one PDU (function code and data, without address and check). Every request has an answer. */
export function answerPdu(map: RegisterMap, request: Uint8Array): Uint8Array {
  const fn = request[0] ?? 0;
  if (fn !== map.fn) return exception(fn, ILLEGAL_FUNCTION);
  if (request.length !== 5) return exception(fn, ILLEGAL_VALUE);
  const address = word(request, 1);
  const count = word(request, 3);
  if (count < 1 || count > MOST_REGISTERS) return exception(fn, ILLEGAL_VALUE);
  const answer = new Uint8Array(2 + count * 2);
  answer[0] = fn;
  answer[1] = count * 2;
  for (let index = 0; index < count; index += 1) {
    const register = map.registerAt(address + index);
    if (register === undefined) return exception(fn, ILLEGAL_ADDRESS);
    answer[2 + index * 2] = register >> 8;
    answer[3 + index * 2] = register & 0xff;
  }
  return answer;
}

/** The CRC of Modbus RTU over some bytes; sent low byte first. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

function word(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

function exception(fn: number, code: number): Uint8Array {
  return Uint8Array.of((fn & 0x7f) | 0x80, code);
}
