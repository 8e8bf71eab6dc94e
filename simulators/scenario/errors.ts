/** What can be wrong with a scenario or a planted cheat. Always says where, what was expected, and how to mend it. */

export interface ScenarioError {
  code: "unreadable" | "not-yaml" | "schema" | "unknown-key" | "reference" | "value";
  message: string;
  file: string;
  line: number;
  column: number;
  /** Dotted path, such as `dispensers[0].nozzles[1].tank`; empty for the whole file. */
  field: string;
  expected: string;
  cure: string;
}

/** A problem inside a document, before it is known at which line it stands. */
export interface Problem {
  code: ScenarioError["code"];
  path: (string | number)[];
  /** Set when the problem is the key itself, not its value. */
  key?: string;
  message: string;
  expected: string;
  cure: string;
}

/** One line for a terminal or a log. */
export function describeError(error: ScenarioError): string {
  const place = `${error.file}:${error.line}:${error.column}`;
  return `${place}: ${error.field || "the file"}: ${error.message}; expected ${error.expected}. ${error.cure}`;
}

/** `dispensers[0].line` from its parts. */
export function fieldName(path: readonly (string | number)[]): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`))
    .join("")
    .replace(/^\./, "");
}
