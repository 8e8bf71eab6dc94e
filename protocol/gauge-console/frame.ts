/**
 * Frames of the Veeder-Root TLS serial interface in computer format, which many other makers' consoles speak too.
 * Source: manuals 576013-635 and 577013-950, sections 5 and 6. A command has no check; a reply ends with `&&` and the
 * 16-bit two's complement of the sum of everything before it; an unknown command is answered by `9999FF1B`.
 */
import { fail, ok, type Result } from "../result.ts";
import { type ConsoleError, consoleError } from "./errors.ts";

export const SOH = 0x01;
export const ETX = 0x03;

/** Three characters that say what is asked for, such as `201`, and the tank: 0 for all, 1 to 32 (TLS4: 32 tanks). */
export interface ConsoleFunction {
  readonly code: string;
  readonly device: number;
}

export interface ConsoleCommand extends ConsoleFunction {
  /** What some functions need besides; empty for most. */
  readonly data: string;
  /** Six characters when the console demands them, or null. */
  readonly securityCode: string | null;
}

/** A reply as it stands between function and checksum. */
export interface ConsoleReply extends ConsoleFunction {
  /** Everything after the function: the stamp `YYMMDDHHmm` and what the function reports. */
  readonly data: string;
}

/** A console's answer to what it does not know. */
export const NOT_SUPPORTED = "not-supported";

const TERMINATOR = "&&";
const CHECKSUM_LENGTH = 4;
const FUNCTION_PATTERN = /^i([0-9A-Z]{3})([0-9]{2})/;
const UNKNOWN_TEXT = "9999FF1B";
/** What stands around the data of a reply: SOH, `i` and function, `&&`, checksum, ETX. */
const LEAST_REPLY = 1 + 6 + TERMINATOR.length + CHECKSUM_LENGTH + 1;

/** `i201` of tank 0 as the manual writes it: `i20100`. */
export function functionText({ code, device }: ConsoleFunction): string {
  return `i${code}${String(device).padStart(2, "0")}`;
}

/** The bytes of a command. */
export function encodeCommand(command: ConsoleCommand): Uint8Array {
  return ascii(`\x01${command.securityCode ?? ""}${functionText(command)}${command.data}`);
}

/**
 * Reads a command as a console would: after SOH, with or without a six-character security code. For simulators.
 * Errors: `form`.
 */
export function decodeCommand(bytes: Uint8Array): Result<ConsoleCommand, ConsoleError> {
  const text = textOf(bytes);
  for (const [length, securityCode] of [
    [0, null],
    [6, text.slice(1, 7)],
  ] as const) {
    const match = text.startsWith("\x01") ? FUNCTION_PATTERN.exec(text.slice(1 + length)) : null;
    if (match?.[1] === undefined) continue;
    const data = text.slice(1 + length + match[0].length);
    return ok({ code: match[1], device: Number(match[2]), data, securityCode });
  }
  return fail(consoleError("form", `${JSON.stringify(text.slice(0, 20))} is no command in computer format`));
}

/** The bytes of a reply, checksum and all. `data` must be printable ASCII. */
export function encodeReply(reply: ConsoleReply): Uint8Array {
  const summed = `\x01${functionText(reply)}${reply.data}${TERMINATOR}`;
  return ascii(`${summed}${checksum(ascii(summed))}\x03`);
}

/** The bytes with which a console answers what it does not know. */
export function encodeNotSupported(): Uint8Array {
  return ascii(`\x01${UNKNOWN_TEXT}\x03`);
}

/**
 * Reads a whole frame, SOH to ETX.
 * Errors: `form` when it is no frame in computer format, `checksum`.
 */
export function decodeReply(bytes: Uint8Array): Result<ConsoleReply | typeof NOT_SUPPORTED, ConsoleError> {
  const text = textOf(bytes);
  if (bytes[0] !== SOH || bytes.at(-1) !== ETX)
    return fail(consoleError("form", "the frame does not go from SOH to ETX"));
  if (text.slice(1, -1) === UNKNOWN_TEXT) return ok(NOT_SUPPORTED);
  const match = FUNCTION_PATTERN.exec(text.slice(1));
  const end = bytes.length - 1 - CHECKSUM_LENGTH;
  if (
    match?.[1] === undefined ||
    bytes.length < LEAST_REPLY ||
    text.slice(end - TERMINATOR.length, end) !== TERMINATOR
  ) {
    return fail(consoleError("form", `${JSON.stringify(text.slice(0, 20))} is no reply in computer format`));
  }
  const stated = text.slice(end, -1);
  const computed = checksum(bytes.subarray(0, end));
  if (stated !== computed) return fail(consoleError("checksum", `checksum ${stated}, but the bytes give ${computed}`));
  const data = text.slice(1 + match[0].length, end - TERMINATOR.length);
  return ok({ code: match[1], device: Number(match[2]), data });
}

/** The four characters that make the sum of all bytes before them come out at zero modulo 65536. */
function checksum(bytes: Uint8Array): string {
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  return (-sum & 0xffff).toString(16).toUpperCase().padStart(CHECKSUM_LENGTH, "0");
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}

/** One character a byte, whatever the byte: nothing is lost or joined. */
function textOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
