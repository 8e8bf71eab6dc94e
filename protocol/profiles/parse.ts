/** A profile file to a checked profile, or to every error in it with line, column, expectation and cure. */
import { Value } from "typebox/value";
import { type Document, isMap, isNode, isPair, LineCounter, parseDocument } from "yaml";
import { fail, ok, type Result } from "../result.ts";
import { checkMeaning } from "./checks.ts";
import { type ProfileError, type ProfileFault, type ProfilePath, profileError } from "./errors.ts";
import { type DeviceProfile, DeviceProfileSchema } from "./schema.ts";

/** A profile of a thousand points fits; anything longer is not a profile. */
export const MAX_PROFILE_CHARACTERS = 262_144;
const MAX_ALIASES = 100;

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
  const lines = new LineCounter();
  const document = parseDocument(yamlText, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return fail(
      document.errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0]);
        const fault = yamlFault(error.message, "valid YAML", "check indentation, colons and quotes at this place");
        return profileError(fault, { file: fileName, line, column: col });
      }),
    );
  }
  const read = toValue(document);
  const faults = read.ok ? checkValue(read.value) : [read.error];
  if (read.ok && faults.length === 0) return ok(read.value as DeviceProfile);
  const errors = faults.map((fault) =>
    profileError(fault, { file: fileName, ...placeOf(document, lines, fault.path) }),
  );
  return fail(errors.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)));
}

function yamlFault(found: string, expected: string, cure: string): ProfileFault {
  return { code: "yaml", path: [], found, expected, cure };
}

function toValue(document: Document): Result<unknown, ProfileFault> {
  try {
    return ok(document.toJS({ maxAliasCount: MAX_ALIASES }));
  } catch (error) {
    // The package throws when aliases multiply beyond the limit; that is the file's fault, not a bug.
    const found = error instanceof Error ? error.message : String(error);
    return fail(yamlFault(found, `at most ${MAX_ALIASES} aliases`, "write the repeated parts out, or use a block"));
  }
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

/** Line and column of the key of `path`, or of the nearest thing above it that the file holds. */
function placeOf(document: Document, lines: LineCounter, path: ProfilePath): { line: number; column: number } {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const start = startOf(document, path.slice(0, depth));
    if (start !== undefined) {
      const { line, col } = lines.linePos(start);
      return { line, column: col };
    }
  }
  return { line: 1, column: 1 };
}

function startOf(document: Document, path: ProfilePath): number | undefined {
  const parent: unknown = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  const name = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find(
      (item) => isPair(item) && isNode(item.key) && String(item.key.toJSON()) === String(name),
    );
    return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
  }
  const node: unknown = document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}
