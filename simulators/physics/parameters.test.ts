import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { templateFile } from "../history/command.ts";
import { templateNames } from "../scenario/template.ts";
import { parameterTable, physicsParameters, resolvePhysics } from "./parameters.ts";

test("the document is made from the parameters", () => {
  const document = join(import.meta.dirname, "..", "..", "docs", "simulator-parameters.md");
  expect(readFileSync(document, "utf8")).toContain(parameterTable());
});

test("every default lies in its range, and what a scenario sets replaces it", () => {
  for (const { default: value, min, max, source } of Object.values(physicsParameters)) {
    expect(value).toBeGreaterThanOrEqual(min);
    expect(value).toBeLessThanOrEqual(max);
    expect(source.length).toBeGreaterThan(5);
  }
  expect(resolvePhysics({ levelStepMm: 0.5 })).toMatchObject({ levelStepMm: 0.5, levelNoiseMm: 0.1 });
});

test.each(templateNames)("the template %s is a valid station", (name) => {
  expect(templateFile(name).supply?.automatic).toBe(true);
});
