/**
 * Station templates: a scenario that names one is laid over it. Maps are merged key by key; lists of things with a
 * name (nozzles, tanks, seals, dispensers) are merged by name, so that a scenario can change one of them; other lists
 * replace the template's.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const FOLDER = join(import.meta.dirname, "..", "scenarios", "templates");
const SUFFIX = ".yaml";
/** What names a thing in a list, by the list's key. */
const NAMED: Record<string, string> = { dispensers: "device", nozzles: "nozzle", tanks: "tank", seals: "seal" };

type Tree = Record<string, unknown>;

/** The names of the templates that are shipped. */
export const templateNames: readonly string[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith(SUFFIX))
  .map((name) => name.slice(0, -SUFFIX.length))
  .sort();

/** A document laid over the template that it names; unchanged when it names none, or one that does not exist. */
export function withTemplate(document: unknown): unknown {
  if (!isTree(document) || typeof document.template !== "string") return document;
  if (!templateNames.includes(document.template)) return document;
  const template = parse(readFileSync(join(FOLDER, `${document.template}${SUFFIX}`), "utf8")) as Tree;
  return merge(template, document);
}

function merge(under: Tree, over: Tree): Tree {
  const merged: Tree = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const before = merged[key];
    const name = NAMED[key];
    if (isTree(before) && isTree(value)) merged[key] = merge(before, value);
    else if (name !== undefined && Array.isArray(before) && Array.isArray(value)) {
      merged[key] = mergeByName(before as Tree[], value as Tree[], name);
    } else merged[key] = value;
  }
  return merged;
}

function mergeByName(under: readonly Tree[], over: readonly Tree[], name: string): Tree[] {
  const named = new Map(under.map((item) => [item[name], item]));
  for (const item of over) {
    const before = isTree(item) ? named.get(item[name]) : undefined;
    named.set(isTree(item) ? item[name] : item, before ? merge(before, item) : item);
  }
  return [...named.values()];
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
