/**
 * Reads a journal line that came from outside: canonical form, schema, and nothing else is believed.
 */
import { Compile } from "typebox/compile";
import { fail, ok, type Result } from "../result.ts";
import { isCanonicalText } from "./canonical.ts";
import { type JournalRecord, type RecordKind, recordSchemas } from "./schema.ts";

/** Longest line accepted, in UTF-16 code units: eight raw frames and the fields around them fit with room to spare. */
export const MAX_LINE_LENGTH = 20_000;

export interface RecordError {
  code: "too-long" | "not-json" | "not-canonical" | "unknown-kind" | "schema";
  /** The field at fault as a JSON pointer, where there is one. */
  field?: string;
  message: string;
  cure: string;
}

const validators = Object.fromEntries(
  Object.entries(recordSchemas).map(([kind, schema]) => [kind, Compile(schema)]),
) as { [Kind in RecordKind]: ReturnType<typeof Compile<(typeof recordSchemas)[Kind]>> };

/**
 * Checks a value against the schema of its kind.
 * @returns the record, or which field is wrong and what was expected
 */
export function checkRecord(value: unknown): Result<JournalRecord, RecordError> {
  const kind = (value as { kind?: unknown } | null)?.kind;
  if (typeof kind !== "string" || !Object.hasOwn(validators, kind)) {
    return fail({
      code: "unknown-kind",
      field: "/kind",
      message: `kind ${JSON.stringify(kind)} is not one of ${Object.keys(validators).join(", ")}`,
      cure: "update the collector, or find out what wrote this record",
    });
  }
  const validator = validators[kind as RecordKind];
  if (validator.Check(value)) return ok(value as JournalRecord);
  const [first] = validator.Errors(value);
  const field = first?.instancePath === "" ? "/" : (first?.instancePath ?? "/");
  return fail({
    code: "schema",
    field,
    message: `${kind} record, field ${field}: ${first?.message ?? "does not fit the schema"}`,
    cure: "the gateway runs a version that the collector does not know: update one of them",
  });
}

/**
 * Reads one canonical line.
 * @param line the line without its line end
 * @returns the record, or why the line cannot be one
 */
export function parseLine(line: string): Result<JournalRecord, RecordError> {
  if (line.length > MAX_LINE_LENGTH) {
    return fail({
      code: "too-long",
      message: `the line has ${line.length} characters, at most ${MAX_LINE_LENGTH} are allowed`,
      cure: "no record is this long: look at what wrote it",
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return fail({
      code: "not-json",
      message: `the line is not JSON: ${(error as Error).message}`,
      cure: "the batch was damaged or forged: ask for it again",
    });
  }
  const record = checkRecord(value);
  if (!record.ok) return record;
  if (!isCanonicalText(line, record.value)) {
    return fail({
      code: "not-canonical",
      message: "the line is not in canonical form (sorted keys, no white space, no repeated keys)",
      cure: "the program that wrote it is not a Forecourt agent, or is broken",
    });
  }
  const { gateway } = record.value;
  if (gateway === lastGateway) record.value.gateway = lastGateway;
  else lastGateway = gateway;
  return record;
}

/** Lines of one gateway come in a row: they share its name. One made anew by JSON costs whoever looks things up by it. */
let lastGateway: JournalRecord["gateway"] | undefined;
