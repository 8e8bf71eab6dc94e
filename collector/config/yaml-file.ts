/** Reads a YAML file against a schema; every error names file, line, column, field, what was expected, and a cure. */
import { readFileSync } from "node:fs";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { Static, TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml";
import type { ConfigError } from "../errors.ts";

export type Path = readonly (string | number)[];

/** Names the place of an error in a file that was read. */
export type Locate = (
  path: Path,
  error: Pick<ConfigError, "code" | "message" | "expected" | "cure">,
  key?: string,
) => ConfigError;

/** A file's checked content, and the means to name places in it for checks that no schema can make. */
export interface YamlContent<T> {
  content: T;
  locate: Locate;
}

/** Reads the text of a file. @returns the text, or an error whose line is 0 */
export function readText(file: string): Result<string, ConfigError[]> {
  try {
    return ok(readFileSync(file, "utf8"));
  } catch (error) {
    return fail([
      {
        code: "unreadable",
        message: (error as Error).message,
        file,
        line: 0,
        column: 0,
        field: "",
        expected: "a readable file",
        cure: "Check the path and the rights of the user that runs the collector.",
      },
    ]);
  }
}

/**
 * Parses YAML and checks it.
 * @param file only names the place of errors
 * @returns the content, or every error found
 */
export function parseYaml<Schema extends TSchema>(
  text: string,
  file: string,
  schema: Schema,
): Result<YamlContent<Static<Schema>>, ConfigError[]> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document.errors.length > 0) {
    return fail(
      document.errors.map((error) => ({
        code: "not-yaml" as const,
        message: error.message,
        file,
        ...at(error.pos[0]),
        field: "",
        expected: "YAML",
        cure: "Mend the file at this place.",
      })),
    );
  }
  const locate: Locate = (path, error, key) => ({
    ...error,
    file,
    ...at(offsetOf(document, path, key)),
    field: fieldName(key === undefined ? path : [...path, key]),
  });
  const content: unknown = document.toJS({ maxAliasCount: 100 });
  const validator = Compile(schema);
  if (validator.Check(content)) return ok({ content: content as Static<Schema>, locate });
  const errors = [...validator.Errors(content)].flatMap((error) => schemaErrors(error, content, locate));
  return fail(distinct(errors).slice(0, 20));
}

interface SchemaError {
  keyword: string;
  instancePath: string;
  message: string;
  params: object;
}

function schemaErrors(error: SchemaError, content: unknown, locate: Locate): ConfigError[] {
  const path = pathOf(error.instancePath, content);
  const params = error.params as { requiredProperties?: string[]; additionalProperties?: string[] };
  if (error.keyword === "required" && params.requiredProperties !== undefined) {
    return params.requiredProperties.map((name) => ({
      ...locate(path, {
        code: "schema",
        message: "it is missing",
        expected: `a value for ${name}`,
        cure: "Add it.",
      }),
      field: fieldName([...path, name]),
    }));
  }
  if (error.keyword === "additionalProperties" && params.additionalProperties !== undefined) {
    return params.additionalProperties.map((name) =>
      locate(
        path,
        {
          code: "unknown-key",
          message: "no such setting exists",
          expected: "a known setting",
          cure: "Mend or remove it.",
        },
        name,
      ),
    );
  }
  // A closed object reports each unknown key a second time as "never": the first report says it better.
  if (error.keyword === "boolean" || error.keyword === "~standard") return [];
  const expected = error.message.replace(/^must /, "something that must ");
  const shown = JSON.stringify(valueAt(content, path)) ?? "nothing";
  return [
    locate(path, {
      code: "schema",
      message: `${shown.length > 60 ? `${shown.slice(0, 60)}…` : shown} does not fit`,
      expected,
      cure: "Mend the value.",
    }),
  ];
}

function distinct(errors: ConfigError[]): ConfigError[] {
  const seen = new Set<string>();
  return errors.filter((error) => {
    const key = `${error.field}\n${error.expected}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function pathOf(pointer: string, content: unknown): (string | number)[] {
  const path: (string | number)[] = [];
  let value = content;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    const step = Array.isArray(value) ? Number(key) : key;
    path.push(step);
    value = (value as Record<string | number, unknown> | null | undefined)?.[step];
  }
  return path;
}

function valueAt(content: unknown, path: Path): unknown {
  let value = content;
  for (const part of path) value = (value as Record<string | number, unknown> | null | undefined)?.[part];
  return value;
}

/** `broker.observers[0].username` from its parts. */
export function fieldName(path: Path): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`))
    .join("")
    .replace(/^\./, "");
}

function offsetOf(document: Document, path: Path, key: string | undefined): number {
  if (key !== undefined) {
    const parent: unknown = path.length > 0 ? document.getIn(path, true) : document.contents;
    const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
    if (pair && isScalar(pair.key)) return pair.key.range?.[0] ?? 0;
  }
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}
