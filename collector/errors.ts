/** What can go wrong in the collector outside of its own code: every error is a value with a code, a place and a cure. */

/** A configuration or registry file, or a command line, that cannot be used. */
export interface ConfigError {
  code: "unreadable" | "not-yaml" | "schema" | "reference" | "value";
  message: string;
  file: string;
  /** 1-based; 0 when the file could not be read at all. */
  line: number;
  column: number;
  /** Dotted path, such as `broker.observers[0].username`; empty for the whole file. */
  field: string;
  /** null where the cure says it */
  expected: string | null;
  cure: string;
}

/** Why a batch was refused. The codes of an envelope's own errors are `BatchError["code"]`. */
export type RefusalCode =
  | "too-large"
  | "envelope"
  | "header"
  | "signature"
  | "body"
  | "count"
  | "chain"
  | "fork"
  | "schema"
  | "station"
  | "gateway"
  | "unregistered"
  | "channel"
  | "hello";

export interface InboxError {
  code: RefusalCode;
  message: string;
  cure: string;
}

/** One line for a terminal or a log. */
export function describeConfigError(error: ConfigError): string {
  const place = error.line === 0 ? error.file : `${error.file}:${error.line}:${error.column}`;
  const expected = error.expected === null ? "" : `; expected ${error.expected}`;
  return `${place}: ${error.field || "the file"}: ${error.message}${expected}. ${error.cure}`;
}
