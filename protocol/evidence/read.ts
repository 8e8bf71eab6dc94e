/** How an evidence file's text is read, whichever kind it is: bounded, as JSON, held against its schema. It proves nothing. */
import type { Static, TSchema } from "typebox";
import type { Validator } from "typebox/compile";
import { fail, ok, type Result } from "../result.ts";

export interface FormError {
  code: "form";
  message: string;
}

/** A file of a busy year stays far below; more is not read. */
const MAX_CHARACTERS = 256 * 1024 * 1024;

export function readForm<Schema extends TSchema>(
  text: string,
  validator: Validator<Record<never, never>, Schema>,
): Result<Static<Schema>, FormError> {
  if (text.length > MAX_CHARACTERS) return fail({ code: "form", message: "the file is too large" });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fail({ code: "form", message: `the file is no JSON: ${(error as Error).message}` });
  }
  if (validator.Check(value)) return ok(value);
  const [first] = validator.Errors(value);
  return fail({ code: "form", message: `${first?.instancePath || "the file"}: ${first?.message ?? "does not fit"}` });
}
