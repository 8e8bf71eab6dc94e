/**
 * Takes a YAML text apart: what it holds, and where each part of it stands. The only place that knows the YAML package;
 * whoever has checks of his own on a file begins here.
 */
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml";
import { fail, ok, type Result } from "./result.ts";

export type YamlPath = readonly (string | number)[];

/** 1-based. */
export interface YamlPlace {
  line: number;
  column: number;
}

/** Why a text is no YAML. */
export interface YamlFault extends YamlPlace {
  message: string;
  cure: string;
}

/** What a text holds; nothing in it has been checked. */
export interface YamlDocument {
  content: unknown;
  /** Where the key at the path stands, or the nearest thing around it that the file holds. */
  placeOf(path: YamlPath): YamlPlace;
}

/** Largest text read, in UTF-16 code units: a registry of five thousand stations has ten to fifteen millions. */
const MAX_TEXT_LENGTH = 32_000_000;
/** A few aliases save typing; many are a way to fill the memory from a small file. */
const MAX_ALIASES = 100;
/** Of values, aliases written out: a registry of a thousand stations has some 300 000. */
const MAX_VALUES = 2_000_000;
/** Of a value below its file: nothing of ours is a tenth as deep, and an alias to what surrounds it has no end. */
const MAX_DEPTH = 100;

/** Parses a text. @returns its content and places, or every error of form */
export function openYaml(text: string): Result<YamlDocument, YamlFault[]> {
  if (text.length > MAX_TEXT_LENGTH) {
    const message = `the file has ${text.length} characters, at most ${MAX_TEXT_LENGTH} are read`;
    return fail([{ line: 1, column: 1, message, cure: "this is not the file that is meant" }]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const place = (offset: number): YamlPlace => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document.errors.length > 0) {
    return fail(
      document.errors.map((error) => {
        const message = error.message.split(" at line ")[0] ?? error.message;
        return { ...place(error.pos[0]), message, cure: "mend the YAML at this place" };
      }),
    );
  }
  try {
    const content = writtenOut(document.toJS({ maxAliasCount: MAX_ALIASES }));
    return ok({ content, placeOf: (path) => place(offsetOf(document, path)) });
  } catch (error) {
    // The package throws when aliases multiply beyond the limit, or name nothing: the file's fault, not a bug.
    const cure = `write the repeated parts out: at most ${MAX_ALIASES} aliases are followed`;
    return fail([{ line: 1, column: 1, message: (error as Error).message, cure }]);
  }
}

/**
 * A copy in which every alias is a value of its own: what is filled in at one place must not appear at another.
 * @throws RangeError when that is more than a file may hold
 */
function writtenOut(content: unknown): unknown {
  let values = 0;
  const copy = (value: unknown, depth: number): unknown => {
    values += 1;
    if (values > MAX_VALUES) throw new RangeError(`the file comes to more than ${MAX_VALUES} values`);
    if (depth > MAX_DEPTH) throw new RangeError(`the file is more than ${MAX_DEPTH} levels deep`);
    if (Array.isArray(value)) return value.map((one) => copy(one, depth + 1));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copy(one, depth + 1)]));
  };
  return copy(content, 0);
}

/** The offset of the key at the path, or of the nearest node around it that exists. */
function offsetOf(document: Document, path: YamlPath): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(last));
      if (pair !== undefined && isNode(pair.key) && pair.key.range) return pair.key.range[0];
    }
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}
