/**
 * Reads a journal line for showing: its fields, what it is about, and its frames as bytes.
 */

/** Fields that are shown elsewhere, or that say how the line came about rather than what it says. */
export const HEADER_FIELDS: ReadonlySet<string> = new Set(["seq", "gateway", "at", "boot", "monoMs", "kind", "raw"]);

/** Which field names what a record is about, the narrowest first. */
const SUBJECT_FIELDS = ["nozzle", "tank", "seal", "device", "line", "gateway"];

/** @returns the fields of the line, or undefined when it is not a JSON object */
export function readLine(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The nozzle, tank, seal, device, line or gateway that a record is about; empty when it names none. */
export function subjectOf(fields: Record<string, unknown>): string {
  const name = SUBJECT_FIELDS.find((field) => typeof fields[field] === "string");
  return name === undefined ? "" : String(fields[name]);
}

/** Hex digits as bytes: `AA55 0C` becomes `AA 55 0C`. */
export function groupHex(hex: string): string {
  return (hex.replace(/\s+/g, "").match(/.{1,2}/g) ?? []).join(" ");
}
