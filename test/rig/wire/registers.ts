/** Modbus answers as registers, read from their bytes (Modbus application protocol 1.1b3), and found again by their text. */
import type { WireAnswer } from "@forecourt/simulators/lines/answering-port.ts";
import { bytesOf, hex } from "./told.ts";

const RTU_REQUEST_BYTES = 8;
/** What stands before the function code: the unit on RTU, seven bytes of header on TCP. */
const BEFORE = { rtu: 1, tcp: 7 } as const;

/** Where the function code of an answer stands, and the address that was asked for. */
interface Place {
  at: number;
  address: number;
}

/** Registers by address. */
export type Registers = ReadonlyMap<number, number>;

export class RegisterLog {
  /** The answers by their text; the same bytes may have answered several questions. */
  readonly #places = new Map<string, Place[]>();

  /** @returns the registers of an answer; undefined when it is an exception */
  heard({ request, frames }: WireAnswer): Registers | undefined {
    const [frame] = frames as [Uint8Array];
    const at = request.length === RTU_REQUEST_BYTES ? BEFORE.rtu : BEFORE.tcp;
    if ((frame[at]! & 0x80) !== 0) return undefined;
    const place = { at, address: (request[at + 1]! << 8) | request[at + 2]! };
    const text = hex(frame);
    const known = this.#places.get(text);
    if (known === undefined) this.#places.set(text, [place]);
    else if (known.every(({ address }) => address !== place.address)) known.push(place);
    return registersOf(frame, place);
  }

  /** The registers of a record's raw answers; undefined when one of them was never sent. */
  find(raw: readonly string[]): Registers | undefined {
    const found = new Map<number, number>();
    for (const text of raw) {
      const places = this.#places.get(text);
      if (places === undefined) return undefined;
      const frame = bytesOf(text);
      for (const place of places) for (const [key, value] of registersOf(frame, place)) found.set(key, value);
    }
    return found;
  }
}

function registersOf(frame: Uint8Array, { at, address }: Place): Map<number, number> {
  const count = frame[at + 1]! / 2;
  const word = (index: number) => (frame[at + 2 + 2 * index]! << 8) | frame[at + 3 + 2 * index]!;
  return new Map(Array.from({ length: count }, (_, index) => [address + index, word(index)]));
}
