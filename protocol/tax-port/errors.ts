/** What can be wrong with bytes from a tax port: a code for programs, a sentence and a cure for people. */

export type TaxPortErrorCode =
  | "check-byte"
  | "length"
  | "lead-byte"
  | "not-digits"
  | "not-text"
  | "range"
  | "unknown-command"
  | "frame-sequence";

export interface TaxPortError {
  readonly code: TaxPortErrorCode;
  readonly message: string;
  /** The field that is wrong, in the words of the answer's type. */
  readonly field?: string;
  /** Where, counted from the frame's lead byte (offset 0). */
  readonly offset?: number;
  /** What to do about it. */
  readonly cure: string;
}

const RETRY = "discard the answer and ask again; if it stays, check cable, baud rate and parity";
const DIALECT =
  "ask again; if it stays, the port speaks another dialect: set the dialect in the device's configuration";

const cures: Record<TaxPortErrorCode, string> = {
  "check-byte": RETRY,
  length: DIALECT,
  "lead-byte": RETRY,
  "not-digits": DIALECT,
  "not-text": DIALECT,
  range: DIALECT,
  "unknown-command": "leave the frame alone: it is not one of the five reading commands of the profile",
  "frame-sequence": "discard the frames and ask again; wait for all frames of an answer before decoding",
};

/** Builds an error; the cure is the usual one of its code unless `place` brings a better one. */
export function taxPortError(
  code: TaxPortErrorCode,
  message: string,
  place: { field?: string; offset?: number; cure?: string } = {},
): TaxPortError {
  return { code, message, cure: cures[code], ...place };
}

/** A byte as people write it: `0x0A`. */
export function byteText(byte: number): string {
  return `0x${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}
