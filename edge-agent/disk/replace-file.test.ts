/** A file is replaced as a whole, and what is refused leaves the old one. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { replaceFile } from "./replace-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "replace-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("the new text stands in the old one's place, for its owner alone, and nothing is left beside it", () => {
  const file = join(folder, "state");
  writeFileSync(file, "a longer old text");
  replaceFile(file, "新");
  expect(readFileSync(file, "utf8")).toBe("新");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["state"]);
});

test("what cannot be written leaves the old text", () => {
  const file = join(folder, "state");
  writeFileSync(file, "old");
  mkdirSync(`${file}.new`);
  expect(() => replaceFile(file, "new")).toThrow();
  expect(readFileSync(file, "utf8")).toBe("old");
});
