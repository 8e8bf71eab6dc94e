/** Reads a filing from outside: unknown JSON in, a filing or what is wrong with it out. */
import { Compile } from "typebox/compile";
import { fail, ok, type Result } from "../result.ts";
import { parseTime } from "../time.ts";
import { type Filing, filingSchemas } from "./schema.ts";

export interface FilingError {
  /** the field that is wrong, as a JSON pointer; empty for the whole */
  field: string;
  message: string;
}

const validators = Object.fromEntries(
  Object.entries(filingSchemas).map(([name, schema]) => [name, Compile(schema)]),
) as { [Name in keyof typeof filingSchemas]: ReturnType<typeof Compile<(typeof filingSchemas)[Name]>> };

/** Longest span of a waybill or inspection: what covers a week covers everything. Work orders may last a quarter. */
const LONGEST_MS = { waybill: 7 * 86_400_000, inspection: 7 * 86_400_000, "work-order": 92 * 86_400_000 };

/**
 * Takes a value as a filing.
 * @returns the filing, or the first thing that is wrong with it
 */
export function parseFiling(value: unknown): Result<Filing, FilingError> {
  const name = (value as { filing?: unknown } | null)?.filing;
  if (typeof name !== "string" || !Object.hasOwn(validators, name)) {
    return fail({ field: "/filing", message: `must be one of ${Object.keys(validators).join(", ")}` });
  }
  const validator = validators[name as keyof typeof validators];
  if (!validator.Check(value)) {
    const [first] = validator.Errors(value);
    return fail({ field: first?.instancePath ?? "", message: first?.message ?? `is no ${name}` });
  }
  return checkSpan(value as Filing);
}

function checkSpan(filing: Filing): Result<Filing, FilingError> {
  if (filing.filing === "price" || filing.filing === "area-price") return ok(filing);
  const [fromField, untilField] =
    filing.filing === "waybill" ? (["expectedFrom", "expectedUntil"] as const) : (["from", "until"] as const);
  const times = filing as unknown as Record<string, string>;
  const from = parseTime(times[fromField]!);
  const until = parseTime(times[untilField]!);
  if (from === undefined) return fail({ field: `/${fromField}`, message: "is no instant that exists" });
  if (until === undefined) return fail({ field: `/${untilField}`, message: "is no instant that exists" });
  const longestMs = LONGEST_MS[filing.filing];
  if (until <= from || until - from > longestMs) {
    const message = `must lie after ${fromField}, at most ${longestMs / 86_400_000} days`;
    return fail({ field: `/${untilField}`, message });
  }
  return ok(filing);
}
