/** Checks values against the schemas and turns the validator's findings into problems a person can act on. */
import type { TSchema } from "typebox";
import { Errors } from "typebox/schema";
import { faultSchemas } from "../faults/kinds.ts";
import type { Problem } from "./errors.ts";
import { plantSchemas } from "./plants.ts";
import { ScenarioFileSchema } from "./schema.ts";

/** Problems of a whole scenario document with its schema (not yet with its references). */
export function shapeProblems(document: unknown): Problem[] {
  const problems = problemsOf(ScenarioFileSchema, document, []);
  const { cheats, faults } = (document ?? {}) as { cheats?: unknown; faults?: unknown };
  if (Array.isArray(cheats)) {
    for (const [index, cheat] of cheats.entries()) problems.push(...plantShapeProblems(cheat, ["cheats", index]));
  }
  if (Array.isArray(faults)) {
    for (const [index, fault] of faults.entries()) problems.push(...faultShapeProblems(fault, ["faults", index]));
  }
  return problems;
}

/** Problems of one cheat or delivery; which schema holds depends on its `kind`. */
export function plantShapeProblems(plant: unknown, at: (string | number)[]): Problem[] {
  return problemsByKind(plantSchemas, plant, at);
}

/** Problems of one fault; which schema holds depends on its `kind`. */
export function faultShapeProblems(fault: unknown, at: (string | number)[]): Problem[] {
  return problemsByKind(faultSchemas, fault, at);
}

function problemsByKind(schemas: Record<string, TSchema>, value: unknown, at: (string | number)[]): Problem[] {
  const kind = (value as { kind?: unknown } | null)?.kind;
  if (typeof kind === "string" && Object.hasOwn(schemas, kind)) return problemsOf(schemas[kind]!, value, at);
  const kinds = Object.keys(schemas).join(", ");
  return [
    {
      code: "schema",
      path: [...at, "kind"],
      message: kind === undefined ? "a kind is missing" : `unknown kind ${JSON.stringify(kind)}`,
      expected: `one of ${kinds}`,
      cure: "Name one of these kinds.",
    },
  ];
}

function problemsOf(schema: TSchema, value: unknown, at: (string | number)[]): Problem[] {
  const problems: Problem[] = [];
  const [, errors] = Errors(schema, value);
  for (const error of errors) {
    // A forbidden key is reported twice: once as the key, once as the value of a schema that is never met.
    if (error.keyword === "boolean") continue;
    const path = [...at, ...pathParts(error.instancePath, value)];
    const params = error.params as { additionalProperties?: string[]; requiredProperties?: string[] };
    if (error.keyword === "additionalProperties") {
      const known = Object.keys((schemaAt(schema, error.schemaPath).properties as object | undefined) ?? {}).join(", ");
      for (const key of params.additionalProperties ?? []) problems.push(unknownKey(path, key, known));
    } else if (error.keyword === "required") {
      for (const key of params.requiredProperties ?? []) problems.push(missingKey(path, key));
    } else {
      const description = schemaAt(schema, error.schemaPath).description;
      problems.push({
        code: "schema",
        path,
        message: `${JSON.stringify(valueAt(value, error.instancePath))} ${error.message}`,
        expected: typeof description === "string" ? description : error.message.replace(/^must /, ""),
        cure: "Change the value.",
      });
    }
  }
  return problems;
}

function unknownKey(path: (string | number)[], key: string, known: string): Problem {
  return {
    code: "unknown-key",
    path: [...path, key],
    key,
    message: `there is no setting named ${key}`,
    expected: `one of ${known}`,
    cure: "Mend the spelling or remove it.",
  };
}

function missingKey(path: (string | number)[], key: string): Problem {
  return {
    code: "schema",
    path,
    message: `${key} is missing`,
    expected: `a value for ${key}`,
    cure: `Add ${key}.`,
  };
}

function schemaAt(schema: TSchema, pointer: string): Record<string, unknown> {
  let node: unknown = schema;
  for (const part of pointer.split("/").slice(1)) node = (node as Record<string, unknown> | undefined)?.[part];
  return (node ?? {}) as Record<string, unknown>;
}

function pathParts(pointer: string, root: unknown): (string | number)[] {
  let node = root;
  return pointer
    .split("/")
    .slice(1)
    .map((part) => {
      const key = Array.isArray(node) ? Number(part) : part;
      node = (node as Record<string | number, unknown> | null)?.[key];
      return key;
    });
}

function valueAt(root: unknown, pointer: string): unknown {
  let node = root;
  for (const part of pointer.split("/").slice(1)) node = (node as Record<string, unknown> | null)?.[part];
  return node;
}
