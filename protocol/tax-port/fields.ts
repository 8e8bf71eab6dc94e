/** Reads and writes the fields of a payload: raw bytes, decimal digits, calendar figures, text. */
import { toHex } from "../hex.ts";
import { fail, ok, type Result } from "../result.ts";
import { daysInMonth, padded } from "./calendar.ts";
import { byteText, type TaxPortError, taxPortError } from "./errors.ts";
import { type Frame, PAYLOAD_OFFSET } from "./frame.ts";
import { hundredthsPerWireUnit } from "./profile.ts";

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;
const isPrintable = (byte: number) => byte >= 0x20 && byte <= 0x7e;

/**
 * Takes one field after another. The first error sticks and later fields are not looked at, so that a decoder
 * reads like the layout; `finish` gives the value or that error. The caller has checked the length.
 */
export class FieldReader {
  readonly #payload: Uint8Array;
  #at = 0;
  #error: TaxPortError | undefined;

  constructor(frame: Frame) {
    this.#payload = frame.payload;
  }

  /** A raw byte, 0 to 255. */
  byte(): number {
    return this.#take(1)[0] ?? 0;
  }

  /** `width` bytes as they are. */
  bytes(width: number): Uint8Array {
    return this.#take(width).slice();
  }

  /** A decimal number of `width` ASCII digits. Errors: `not-digits`. */
  digits(field: string, width: number): number {
    return this.#number(field, this.#take(width), false);
  }

  /** A quantity with `places` decimals, in hundredths (cL or fen). Errors: `not-digits`. */
  hundredths(field: string, width: number, places: number): number {
    return this.digits(field, width) * hundredthsPerWireUnit(places);
  }

  /** A calendar figure from `min` to `max`; fielded programs pad with a space. Errors: `not-digits`, `range`. */
  figure(field: string, width: number, min: number, max: number): number {
    const offset = this.#at;
    const value = this.#number(field, this.#take(width), true);
    if (value < min || value > max) this.refuse(field, offset, String(value), `${min} to ${max}`);
    return value;
  }

  /** The same, zero-padded to `width`. */
  figureText(field: string, width: number, min: number, max: number): string {
    return padded(this.figure(field, width, min, max), width);
  }

  /** A code of `width` digits, kept as text. Errors: `not-digits`. */
  digitText(field: string, width: number): string {
    return padded(this.digits(field, width), width);
  }

  /** "YYYY-MM". Errors: `not-digits`, `range`. */
  month(): string {
    const year = this.figure("year", 4, 1, 9999);
    return `${padded(year, 4)}-${this.figureText("month", 2, 1, 12)}`;
  }

  /** "YYYY-MM-DD", a day that exists. Errors: `not-digits`, `range`. */
  date(): string {
    const month = this.month();
    const last = daysInMonth(Number(month.slice(0, 4)), Number(month.slice(5)));
    return `${month}-${this.figureText("day", 2, 1, last)}`;
  }

  /** Printable ASCII as it stands, padding kept. Errors: `not-text`. */
  text(field: string, width: number): string {
    const offset = this.#at;
    const bytes = this.#take(width);
    const bad = bytes.findIndex((byte) => !isPrintable(byte));
    if (bad >= 0) {
      const message = `field ${field} is not printable ASCII: byte ${byteText(bytes[bad]!)}`;
      this.#stick("not-text", message, field, offset + bad);
    }
    return String.fromCharCode(...bytes);
  }

  /** Text when it is printable, else "0x" and hexadecimal: for a field that devices may fill with raw numbers. */
  textOrHex(width: number): string {
    const bytes = this.#take(width);
    return bytes.every(isPrintable) ? String.fromCharCode(...bytes) : `0x${toHex(bytes)}`;
  }

  /** Marks a field as impossible; `at` counts from the start of the payload. */
  refuse(field: string, at: number, found: string, expected: string): void {
    this.#stick("range", `field ${field} is ${found}`, field, at, expected);
  }

  /** `value`, or the first error met on the way. */
  finish<T>(value: T): Result<T, TaxPortError> {
    return this.#error ? fail(this.#error) : ok(value);
  }

  #take(width: number): Uint8Array {
    const bytes = this.#payload.subarray(this.#at, this.#at + width);
    this.#at += width;
    return bytes;
  }

  #number(field: string, bytes: Uint8Array, spacePadded: boolean): number {
    const start = this.#at - bytes.length;
    let leading = spacePadded;
    let value = 0;
    for (const [index, byte] of bytes.entries()) {
      const pad = leading && byte === 0x20 && index < bytes.length - 1;
      if (!pad && !isDigit(byte)) {
        this.#stick("not-digits", `field ${field} is not decimal digits: byte ${byteText(byte)}`, field, start + index);
        return 0;
      }
      leading = pad;
      value = value * 10 + (pad ? 0 : byte - 0x30);
    }
    return value;
  }

  #stick(code: "not-digits" | "not-text" | "range", found: string, field: string, at: number, expected = ""): void {
    const offset = PAYLOAD_OFFSET + at;
    const message = `${found} at offset ${offset}${expected && `, expected ${expected}`}`;
    this.#error ??= taxPortError(code, message, { field, offset });
  }
}

/** Appends one field after another; every method throws RangeError when a value does not fit: that is a bug. */
export class FieldWriter {
  readonly #bytes: number[] = [];

  /** A raw byte, 0 to 255. */
  byte(field: string, value: number): this {
    if (!Number.isInteger(value) || value < 0 || value > 255) throw new RangeError(`${field} ${value} is not a byte`);
    this.#bytes.push(value);
    return this;
  }

  /** Bytes as they are. */
  bytes(values: Uint8Array): this {
    this.#bytes.push(...values);
    return this;
  }

  /** A whole number of at most `width` digits, zero-padded. */
  digits(field: string, value: number, width: number): this {
    if (!Number.isSafeInteger(value) || value < 0 || String(value).length > width) {
      throw new RangeError(`${field} ${value} does not fit into ${width} decimal digits`);
    }
    return this.text(field, padded(value, width), width);
  }

  /** A two-digit calendar figure from `min` to `max`. */
  figure(field: string, value: number, min: number, max: number): this {
    if (value < min || value > max) throw new RangeError(`${field} ${value} is not from ${min} to ${max}`);
    return this.digits(field, value, 2);
  }

  /** A quantity in hundredths (cL or fen), sent with `places` decimals. */
  hundredths(field: string, value: number, width: number, places: number): this {
    return this.digits(field, value / hundredthsPerWireUnit(places), width);
  }

  /** Printable ASCII of exactly `width` characters. */
  text(field: string, value: string, width: number): this {
    const codes = Array.from(value, (character) => character.codePointAt(0)!);
    if (codes.length !== width || !codes.every(isPrintable)) {
      throw new RangeError(`${field} "${value}" is not ${width} characters of printable ASCII`);
    }
    this.#bytes.push(...codes);
    return this;
  }

  /** A code of exactly `width` digits. */
  digitText(field: string, value: string, width: number): this {
    if (!/^[0-9]*$/.test(value)) throw new RangeError(`${field} "${value}" is not ${width} decimal digits`);
    return this.text(field, value, width);
  }

  /** What was written. */
  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}
