/** Reads the collector's own files with the one YAML reader, and says what is wrong in the collector's form of errors. */
import { readFileSync } from "node:fs";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { readYaml, type YamlError } from "@forecourt/protocol/yaml-file.ts";
import type { Static, TSchema } from "typebox";
import type { ConfigError } from "../errors.ts";

export type Path = readonly (string | number)[];

/** Names the place of an error in a file that was read. @param key of a setting that is wrong as such */
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

/** More errors than a person mends in one go only hide the first. */
const MOST_ERRORS = 20;

/** Reads the text of a file. @returns the text, or an error whose line is 0 */
export function readText(file: string): Result<string, ConfigError[]> {
  try {
    return ok(readFileSync(file, "utf8"));
  } catch (error) {
    const { message } = error as Error;
    const cure = "Check the path and the rights of the user that runs the collector.";
    return fail([
      { code: "unreadable", message, file, line: 0, column: 0, field: "", expected: "a readable file", cure },
    ]);
  }
}

/**
 * Parses YAML and checks it; defaults of the schema are filled in.
 * @param file only names the place of errors
 * @returns the content, or what is wrong, at most {@link MOST_ERRORS} errors
 */
export function parseYaml<Schema extends TSchema>(
  text: string,
  file: string,
  schema: Schema,
): Result<YamlContent<Static<Schema>>, ConfigError[]> {
  const read = readYaml(schema, text, file);
  if (!read.ok) return fail(read.error.slice(0, MOST_ERRORS).map(configError));
  const { value, errorAt } = read.value;
  const locate: Locate = (path, error, key) => {
    const { message, cure } = error;
    return { ...errorAt(key === undefined ? path : [...path, key], message, cure), ...error };
  };
  return ok({ content: value, locate });
}

/** The reader's cure says what was expected where the schema does. */
function configError(error: YamlError): ConfigError {
  return { ...error, code: error.field === "" ? "not-yaml" : "schema", expected: null };
}
