/** A profile file to a checked profile, or to every error in it with line, column, expectation and cure. */
import { Value } from "typebox/value";
import { fail, ok, type Result } from "../result.ts";
import { openYaml } from "../yaml-document.ts";
import { checkMeaning } from "./checks.ts";
import { type ProfileError, type ProfileFault, type ProfilePath, profileError } from "./errors.ts";
import { type DeviceProfile, DeviceProfileSchema } from "./schema.ts";

/** A profile of a thousand points fits; anything longer is not a profile. */
export const MAX_PROFILE_CHARACTERS = 262_144;

type SchemaError = ReturnType<typeof Value.Errors>[number];

/**
 * Reads the text of a profile file. `fileName` only appears in errors. The sample is not run: see `checkSample`.
 * Errors: every fault found, in the order of the file.
 */
export function parseProfile(yamlText: string, fileName: string): Result<DeviceProfile, ProfileError[]> {
  if (yamlText.length > MAX_PROFILE_CHARACTERS) {
    const expected = `at most ${MAX_PROFILE_CHARACTERS} characters`;
    return fail([
      profileError(yamlFault(`${yamlText.length} characters`, expected, "is this a profile file?"), { file: fileName }),
    ]);
  }
  const opened = openYaml(yamlText);
  if (!opened.ok) {
    return fail(
      opened.error.map(({ line, column, message, cure }) =>
        profileError(yamlFault(message, "valid YAML", cure), { file: fileName, line, column }),
      ),
    );
  }
  const { content, placeOf } = opened.value;
  const faults = checkValue(content);
  if (faults.length === 0) return ok(content as DeviceProfile);
  const errors = faults.map((fault) => profileError(fault, { file: fileName, ...placeOf(fault.path) }));
  return fail(errors.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)));
}

function yamlFault(found: string, expected: string, cure: string): ProfileFault {
  return { code: "yaml", path: [], found, expected, cure };
}

function checkValue(value: unknown): ProfileFault[] {
  const errors = Value.Errors(DeviceProfileSchema, value);
  if (errors.length === 0) return checkMeaning(value as DeviceProfile);
  const choices = errors.filter((error) => error.keyword === "anyOf");
  return errors
    .filter((error) => error.keyword !== "boolean" && error.keyword !== "propertyNames")
    .filter((error) => error.keyword === "anyOf" || !choices.some((choice) => isBranch(error, choice)))
    .flatMap((error) => schemaFaults(error, value));
}

/** Whether an error only says why one branch of a failed choice did not fit. */
function isBranch(error: SchemaError, choice: SchemaError): boolean {
  return (
    error.schemaPath.startsWith(`${choice.schemaPath}/anyOf`) && error.instancePath.startsWith(choice.instancePath)
  );
}

function schemaFaults(error: SchemaError, root: unknown): ProfileFault[] {
  const path = pathOf(error.instancePath, root);
  const params = error.params as Record<string, unknown>;
  if (error.keyword === "required") {
    const names = params.requiredProperties as string[];
    return names.map((name) => schemaFault(path, `"${name}" is not given`, `"${name}"`, `add "${name}"`));
  }
  if (error.keyword === "additionalProperties") {
    const names = params.additionalProperties as string[];
    return names.map((name) =>
      schemaFault([...path, name], `"${name}" is not known here`, "a known name", "check the spelling, or remove it"),
    );
  }
  const found = `found ${shorten(JSON.stringify(valueAt(root, path)) ?? "nothing")}`;
  return [schemaFault(path, found, expectationOf(error, params), "correct the value")];
}

function schemaFault(path: ProfilePath, found: string, expected: string, cure: string): ProfileFault {
  return { code: "schema", path, found, expected, cure };
}

function expectationOf(error: SchemaError, params: Record<string, unknown>): string {
  switch (error.keyword) {
    case "enum":
      return `one of ${(params.allowedValues as unknown[]).join(", ")}`;
    case "pattern":
      return `text of the form ${String(params.pattern)}`;
    case "type":
      return `a value of type ${String(params.type)}`;
    case "anyOf":
      return error.schemaPath.endsWith("/missing")
        ? "a number or a list of numbers"
        : "a plain value or a list of texts";
    default:
      return `a value that fits: ${error.message}`;
  }
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** A JSON pointer to path parts; list positions become numbers. */
function pathOf(pointer: string, root: unknown): ProfilePath {
  const path: (string | number)[] = [];
  for (const part of pointer.split("/").slice(1)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(Array.isArray(valueAt(root, path)) ? Number(name) : name);
  }
  return path;
}

function valueAt(root: unknown, path: ProfilePath): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}
