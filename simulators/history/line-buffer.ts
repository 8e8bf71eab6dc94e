/**
 * Bytes of lines, gathered for one large write. Constant parts, numbers and short texts are put down byte by byte: a
 * year has two hundred megabytes of them, and as strings most of it would be rubbish for the collector of garbage.
 */

/** What stands between two writes to the disk, bytes: what the processor's own cache holds is handed over fastest. */
const BUFFER_BYTES = 1 << 18;
/** No line is longer (protocol/records/parse.ts). */
const MOST_LINE = 20_000;
const MOST_INT32 = 0x7fff_ffff;
const MILLION = 1_000_000;
const DIGITS_OF_MILLION = 6;
const ZERO = 0x30;
/** A longer part is cheaper to copy as a whole than to put down by hand (measured), bytes. */
const MOST_BY_HAND = 12;
/** Both upper-case digits of each byte, one after the other. */
const HEX = Buffer.from(
  Array.from({ length: 0x100 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(""),
);

/** What writes itself as JSON, its keys in order. */
export interface Written {
  writeTo(buffer: LineBuffer): void;
}

export class LineBuffer {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #bytes = Buffer.allocUnsafe(BUFFER_BYTES);
  #used = 0;

  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  /** Makes room for a whole line. */
  begin(): void {
    if (this.#used + MOST_LINE > BUFFER_BYTES) this.flush();
  }

  /** @param text short, of ASCII */
  text(text: string): void {
    const bytes = this.#bytes;
    let used = this.#used;
    for (let index = 0; index < text.length; index += 1) bytes[used++] = text.charCodeAt(index);
    this.#used = used;
  }

  bytes(part: Uint8Array): void {
    const bytes = this.#bytes;
    if (part.length > MOST_BY_HAND) {
      bytes.set(part, this.#used);
      this.#used += part.length;
      return;
    }
    let used = this.#used;
    for (let index = 0; index < part.length; index += 1) bytes[used++] = part[index]!;
    this.#used = used;
  }

  /** A whole line of any length. */
  line(part: Uint8Array): void {
    if (this.#used + part.length > BUFFER_BYTES) this.flush();
    if (part.length > BUFFER_BYTES) this.#write(part);
    else this.bytes(part);
  }

  /** Bytes as upper-case hex. */
  hex(part: Uint8Array): void {
    const bytes = this.#bytes;
    let used = this.#used;
    for (let index = 0; index < part.length; index += 1) {
      const at = part[index]! << 1;
      bytes[used++] = HEX[at]!;
      bytes[used++] = HEX[at + 1]!;
    }
    this.#used = used;
  }

  /** The low 32 bits as upper-case hex, the highest first. */
  hexWord(word: number): void {
    const bytes = this.#bytes;
    let used = this.#used;
    for (let shift = 24; shift >= 0; shift -= 8) {
      const at = ((word >>> shift) & 0xff) << 1;
      bytes[used++] = HEX[at]!;
      bytes[used++] = HEX[at + 1]!;
    }
    this.#used = used;
  }

  /** An integer as JSON has it. */
  integer(value: number): void {
    if (value < 0 || !Number.isSafeInteger(value)) {
      this.text(String(value));
    } else if (value <= MOST_INT32) {
      let width = 1;
      for (let limit = 10; value >= limit; limit *= 10) width += 1;
      this.digits(value, width);
    } else {
      const high = Math.floor(value / MILLION);
      this.integer(high);
      this.digits(value - high * MILLION, DIGITS_OF_MILLION);
    }
  }

  /** The last digits of a number from 0 to 2³¹ - 1, zeros in front. */
  digits(value: number, width: number): void {
    const bytes = this.#bytes;
    let left = value | 0;
    const end = this.#used + width;
    for (let place = end - 1; place >= this.#used; place -= 1) {
      const tenth = (left / 10) | 0;
      bytes[place] = ZERO + left - tenth * 10;
      left = tenth;
    }
    this.#used = end;
  }

  flush(): void {
    if (this.#used > 0) this.#write(this.#bytes.subarray(0, this.#used));
    this.#used = 0;
  }
}
