/**
 * Reads a YAML text against a schema. Whatever is wrong is said with file, line, column, field, what was expected
 * and how to mend it, so that nobody needs the source to write a configuration.
 */
import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";
import { fail, ok, type Result } from "./result.ts";
import { openYaml } from "./yaml-document.ts";

export interface YamlError {
  file: string;
  /** 1-based; the place of the field, or of the map in which it is missing */
  line: number;
  column: number;
  /** dotted path, for example `lines[0].serial`; empty for the file as a whole */
  field: string;
  message: string;
  cure: string;
}

/** A schema violation as TypeBox reports it; only what is used here. */
interface Violation {
  keyword: string;
  schemaPath: string;
  instancePath: string;
  params: Record<string, unknown>;
  message: string;
}

/** A parsed file with the means to say where one of its fields stands, for checks that a schema cannot express. */
export interface YamlFile<T> {
  value: T;
  /** An error at a field, for example `errorAt(["lines", 0, "serial"], "…", "…")`. */
  errorAt(path: readonly (string | number)[], message: string, cure: string): YamlError;
}

/**
 * Parses and checks a YAML text; defaults of the schema are filled in.
 * @param file the name for error messages
 * @returns the value with its places, or every error found
 */
export function readYaml<Schema extends TSchema>(
  schema: Schema,
  text: string,
  file: string,
): Result<YamlFile<Static<Schema>>, YamlError[]> {
  const opened = openYaml(text);
  if (!opened.ok) return fail(opened.error.map((fault) => ({ file, field: "", ...fault })));
  const { content: raw, placeOf } = opened.value;
  const errorAt: YamlFile<unknown>["errorAt"] = (path, message, cure) => {
    return { file, ...placeOf(path), field: fieldName(path), message, cure };
  };
  const value: unknown = Value.Default(schema, raw ?? {});
  if (Value.Check(schema, value)) return ok({ value: value as Static<Schema>, errorAt });
  const violations = [...Value.Errors(schema, value)] as unknown as Violation[];
  return fail(dedupe(meant(violations).flatMap((violation) => explain({ violation, schema, value, errorAt }))));
}

/** One line for a person: `agent.yaml:4:9: lines[0].serial: …`. */
export function formatYamlError(error: YamlError): string {
  const field = error.field === "" ? "" : `${error.field}: `;
  return `${error.file}:${error.line}:${error.column}: ${field}${error.message} — ${error.cure}`;
}

/**
 * Of a choice between objects that a constant tells apart (`driver: modbus`), only the object that is meant is
 * explained: what the others miss would mislead.
 */
function meant(violations: readonly Violation[]): Violation[] {
  const branchOf = (choice: Violation, { schemaPath }: Violation) =>
    schemaPath.startsWith(`${choice.schemaPath}/anyOf/`)
      ? schemaPath.slice(choice.schemaPath.length + "/anyOf/".length).split("/")[0]
      : undefined;
  return violations.filter((violation) =>
    violations.every((choice) => {
      if (choice.keyword !== "anyOf" || !isWithin(violation, choice)) return true;
      const inChoice = violations.filter((one) => isWithin(one, choice));
      const all = new Set(inChoice.map((one) => branchOf(choice, one)).filter((branch) => branch !== undefined));
      const isTold = (one: Violation) => one.keyword === "const" && one.instancePath !== choice.instancePath;
      const others = new Set(inChoice.filter(isTold).map((one) => branchOf(choice, one)));
      if (others.size === 0 || others.size >= all.size) return true;
      if (violation === choice) return false;
      const branch = branchOf(choice, violation);
      return branch === undefined || !others.has(branch);
    }),
  );
}

function isWithin(violation: Violation, choice: Violation): boolean {
  return violation.instancePath === choice.instancePath || violation.instancePath.startsWith(`${choice.instancePath}/`);
}

function explain(found: {
  violation: Violation;
  schema: TSchema;
  value: unknown;
  errorAt: YamlFile<unknown>["errorAt"];
}): YamlError[] {
  const { violation, value, errorAt } = found;
  const path = pathOf(violation.instancePath);
  const { params } = violation;
  switch (violation.keyword) {
    case "required":
      return (params.requiredProperties as string[]).map((name) =>
        errorAt([...path, name], "is missing", `add \`${name}:\` here`),
      );
    case "additionalProperties":
      return (params.additionalProperties as string[]).map((name) =>
        errorAt([...path, name], "is not a known field", "correct its spelling or remove it"),
      );
    // What `additionalProperties` has said already, once more for each field.
    case "boolean":
      return [];
    // The summary of a union repeats what its branches say; `const` is what a union of literals says once a branch.
    case "anyOf":
      return [errorAt(path, `${show(at(value, path))} fits none of the allowed forms`, "compare it with the example")];
    case "const":
      return [errorAt(path, `is ${show(at(value, path))}`, `one allowed value is ${show(params.allowedValue)}`)];
    case "enum":
      return [errorAt(path, `is ${show(at(value, path))}`, `use one of ${show(params.allowedValues)}`)];
    default: {
      const description = descriptionOf(found.schema, violation.schemaPath);
      const cure = description === undefined ? "correct the value" : `expected: ${description}`;
      return [errorAt(path, `is ${show(at(value, path))} but ${violation.message}`, cure)];
    }
  }
}

function descriptionOf(schema: TSchema, schemaPath: string): string | undefined {
  const inner = at(schema, pathOf(schemaPath)) as { description?: unknown } | undefined;
  return typeof inner?.description === "string" ? inner.description : undefined;
}

/** Keeps the most telling error of each place: the branches of a union say the same many times. */
function dedupe(errors: YamlError[]): YamlError[] {
  const byField = new Map<string, YamlError>();
  for (const error of errors) {
    const known = byField.get(error.field);
    if (known === undefined) byField.set(error.field, { ...error });
    else if (error.cure.startsWith("one allowed value is") && known.cure.startsWith("one allowed value is")) {
      known.cure += ` or ${error.cure.slice("one allowed value is ".length)}`;
    }
  }
  return [...byField.values()];
}

function pathOf(pointer: string): (string | number)[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function fieldName(path: readonly (string | number)[]): string {
  return path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${part}`))
    .join("");
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, part) => (inner as Record<string | number, unknown> | undefined)?.[part], value);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
