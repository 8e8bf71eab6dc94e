/**
 * The fields of a reply, read from left to right. The first field that is wrong is remembered and everything after it
 * reads as nothing, so that a decoder can be written straight down and asks once, at the end, whether all was well.
 */
import { fromFloat32, type Rational } from "../profiles/quantity.ts";
import { fail, ok, type Result } from "../result.ts";
import { type ConsoleError, type ConsoleErrorCode, consoleError } from "./errors.ts";

/** A number that a console states, exactly as it holds it; null for NaN, both infinities and `????????`. */
export type ConsoleNumber = Rational | null;

/** `2026-11-24T02:28`: a console's stamps have minutes and no zone. */
export type ConsoleStamp = string;

const FLOAT_LENGTH = 8;
const STAMP_LENGTH = 10;

export class ReplyFields {
  readonly #data: string;
  #at = 0;
  #error: ConsoleError | undefined;

  constructor(data: string) {
    this.#data = data;
  }

  /** Characters not read yet; 0 once a field was wrong, so that loops end. */
  get left(): number {
    return this.#error === undefined ? this.#data.length - this.#at : 0;
  }

  /** `length` characters as they are. */
  text(field: string, length: number): string {
    return this.#take(field, length, /^[\x20-\x7e]*$/, "text");
  }

  /** A decimal number of `length` digits. */
  decimal(field: string, length: number): number {
    return Number(this.#take(field, length, /^[0-9]+$/, "a decimal number") || 0);
  }

  /** A hexadecimal number of `length` digits; a console that is off fills it with `?`, which reads as null. */
  hex(field: string, length: number): number | null {
    const text = this.#take(field, length, /^([0-9A-Fa-f]+|\?+)$/, "a hexadecimal number");
    return text.startsWith("?") ? null : Number.parseInt(text || "0", 16);
  }

  /** A count of things to follow, hexadecimal; it cannot be unknown. */
  count(field: string, length: number): number {
    return Number.parseInt(this.#take(field, length, /^[0-9A-Fa-f]+$/, "a hexadecimal count") || "0", 16);
  }

  /** Eight hexadecimal digits that are an IEEE 754 single, high byte first. */
  float(field: string): ConsoleNumber {
    const text = this.#take(field, FLOAT_LENGTH, /^([0-9A-Fa-f]{8}|\?{8})$/, "a float in hexadecimal");
    if (text === "" || text.startsWith("?")) return null;
    return fromFloat32(Number.parseInt(text, 16)) ?? null;
  }

  /** A stamp `YYMMDDHHmm`; null when it is zeros or `?`. */
  stamp(field: string): ConsoleStamp | null {
    const text = this.#take(field, STAMP_LENGTH, /^([0-9]{10}|\?{10})$/, "a stamp YYMMDDHHmm");
    if (text === "" || /^[0?]+$/.test(text)) return null;
    const stamp = stampOf(text);
    if (stamp === undefined) this.refuse("field", field, `${text} is no time`);
    return stamp ?? null;
  }

  /** Makes the reply wrong at this place. */
  refuse(code: ConsoleErrorCode, field: string, message: string): void {
    this.#error ??= consoleError(code, `${field}: ${message}`, { field, offset: this.#at });
  }

  /** `value`, if every field was right and nothing is left over. */
  finish<T>(value: T): Result<T, ConsoleError> {
    if (this.left > 0) this.refuse("text-left", "end", `${this.left} characters more than the report has`);
    return this.#error === undefined ? ok(value) : fail(this.#error);
  }

  #take(field: string, length: number, pattern: RegExp, expected: string): string {
    if (this.#error !== undefined) return "";
    const text = this.#data.slice(this.#at, this.#at + length);
    if (text.length < length || !pattern.test(text)) {
      this.refuse("field", field, `${JSON.stringify(text)} is not ${expected} of ${length} characters`);
      return "";
    }
    this.#at += length;
    return text;
  }
}

/** `YYMMDDHHmm` as `20YY-MM-DDTHH:mm`; undefined when there is no such minute. Two-digit years are of this century. */
function stampOf(text: string): ConsoleStamp | undefined {
  const [year, month, day, hour, minute] = (text.match(/../g) ?? []) as [string, string, string, string, string];
  const stamp = `20${year}-${month}-${day}T${hour}:${minute}`;
  const date = new Date(`${stamp}:00Z`);
  return Number.isNaN(date.getTime()) || !date.toISOString().startsWith(stamp) ? undefined : stamp;
}

/** A stamp as the wire has it; null as ten zeros. */
export function stampText(stamp: ConsoleStamp | null): string {
  return stamp === null ? "0".repeat(STAMP_LENGTH) : stamp.slice(2).replace(/[^0-9]/g, "");
}

/** A number as eight hexadecimal digits of the nearest single; null as minus infinity, as consoles have been seen to do. */
export function floatText(value: number | null): string {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value ?? Number.NEGATIVE_INFINITY);
  return hexText(view.getUint32(0), FLOAT_LENGTH);
}

/** Upper-case hexadecimal with leading zeros. */
export function hexText(value: number, length: number): string {
  return value.toString(16).toUpperCase().padStart(length, "0");
}

/** A tank or count in decimal with leading zeros. */
export function decimalText(value: number, length: number): string {
  return String(value).padStart(length, "0");
}
