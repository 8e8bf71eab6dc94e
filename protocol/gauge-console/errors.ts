/** What can be wrong with bytes from a tank gauge console: a code for programs, a sentence and a cure for people. */

export type ConsoleErrorCode = "checksum" | "form" | "field" | "count" | "text-left";

export interface ConsoleError {
  readonly code: ConsoleErrorCode;
  readonly message: string;
  /** The field that is wrong, in the words of the answer's type. */
  readonly field?: string;
  /** Where, counted in characters of the answer's data; 0 is the first after the function. */
  readonly offset?: number;
  readonly cure: string;
}

const cures: Record<ConsoleErrorCode, string> = {
  checksum: "discard the answer and ask again; if it stays, check cable, baud rate and parity",
  form: "discard the answer and ask again; if it stays, the console does not speak the computer format",
  field: "ask again; if it stays, the console lays this report out in another way: report its software version",
  count: "ask again; if it stays, the console lays this report out in another way: report its software version",
  "text-left": "ask again; if it stays, the console lays this report out in another way: report its software version",
};

/** Builds an error with the usual cure of its code. */
export function consoleError(
  code: ConsoleErrorCode,
  message: string,
  place: { field?: string; offset?: number } = {},
): ConsoleError {
  return { code, message, cure: cures[code], ...place };
}
