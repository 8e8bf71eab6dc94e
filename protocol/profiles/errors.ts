/** What can be wrong with a device profile, said so that its writer can mend it without reading code. */

export type ProfileErrorCode = "yaml" | "schema" | "meaning" | "sample";

/** Where in the document: property names and list positions from the root. */
export type ProfilePath = readonly (string | number)[];

export interface ProfileError {
  readonly code: ProfileErrorCode;
  /** One sentence that begins with file, line and column where they are known. */
  readonly message: string;
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
  /** E.g. `blocks[0].points[2].scale`; empty for the document itself. */
  readonly field: string;
  readonly expected: string;
  readonly cure: string;
}

/** A fault before it has a place in a file. */
export interface ProfileFault {
  readonly code: ProfileErrorCode;
  readonly path: ProfilePath;
  readonly found: string;
  readonly expected: string;
  readonly cure: string;
}

/** `blocks[0].points[2].scale` from its parts. */
export function fieldText(path: ProfilePath): string {
  return path.map((part, index) => (typeof part === "number" ? `[${part}]` : `${index ? "." : ""}${part}`)).join("");
}

/** The error of a fault, with the place where the file has it. */
export function profileError(
  fault: ProfileFault,
  place: { file?: string; line?: number; column?: number } = {},
): ProfileError {
  const { code, expected, cure } = fault;
  const field = fieldText(fault.path);
  const where = place.file ? `${[place.file, place.line, place.column].filter((part) => part).join(":")}: ` : "";
  const subject = field ? `field ${field}: ` : "";
  return { code, message: `${where}${subject}${fault.found}; expected ${expected}`, ...place, field, expected, cure };
}
