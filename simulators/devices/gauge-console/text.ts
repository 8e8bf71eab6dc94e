/**
 * How a console writes (Veeder-Root manuals 576013-635 and 577013-950 by tanks.md 1.1.2): ASCII fields, floats as
 * eight hexadecimal digits, a 16-bit check. Written apart from the agent's decoder; the vectors of
 * protocol/gauge-console hold both.
 */
import { localTime } from "../../time.ts";

const SOH = "\x01";
const ETX = "\x03";
/** What a console says to a function it does not have. */
const UNKNOWN = "9999FF1B";

/** What a field shows: a number, nothing that is a number (minus infinity), or question marks. */
export type Figure = number | "no-number" | "blank";

/** A reply in computer format. @param fn function and tank as asked, such as `i20101` */
export function reply(fn: string, data: string): Uint8Array {
  const body = Buffer.from(`${SOH}${fn}${data}&&`, "latin1");
  let sum = 0;
  for (const byte of body) sum += byte;
  return Buffer.concat([body, Buffer.from(`${hex(0x1_0000 - (sum & 0xffff), 4).slice(-4)}${ETX}`, "latin1")]);
}

/** The reply to an unknown function: no terminator, no check. */
export function unknownFunction(): Uint8Array {
  return Buffer.from(`${SOH}${UNKNOWN}${ETX}`, "latin1");
}

/** An instant as `YYMMDDHHmm` in local time. */
export function stamp(at: number): string {
  return localTime(at).minuteText.slice(2).replaceAll(/[-T:]/g, "");
}

/** A number as eight hexadecimal digits of its IEEE 754 single. */
export function float(value: Figure): string {
  if (value === "blank") return "????????";
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value === "no-number" ? Number.NEGATIVE_INFINITY : value);
  return bytes.toString("hex").toUpperCase();
}

/** Upper-case hexadecimal of fixed width. */
export function hex(value: number, width: number): string {
  return value.toString(16).toUpperCase().padStart(width, "0");
}

/** Decimal digits of fixed width. */
export function decimal(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

/** Text of fixed width, padded with spaces. */
export function label(value: string, width: number): string {
  return value.slice(0, width).padEnd(width, " ");
}
