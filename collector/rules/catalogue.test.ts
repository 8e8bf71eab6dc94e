/** The catalogue of rules in docs/ says what the rules say. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { figureLabels } from "../web/src/language/figure-labels.ts";
import { catalogue } from "./catalogue.ts";
import { ruleCatalogue } from "./describe.ts";
import { DELIBERATE } from "./repeated-tampering.ts";

it("docs/rules.md is what `collector rules catalogue` prints", () => {
  expect(readFileSync(new URL("../../docs/rules.md", import.meta.url), "utf8")).toBe(ruleCatalogue(catalogue));
});

it("every rule tells an inspector in both languages why it matters and what to check", () => {
  for (const rule of catalogue) {
    for (const text of [rule.title, rule.why, rule.check]) {
      expect(text.zh).toMatch(/[\u4e00-\u9fff]{4}/);
      expect(text.en).toMatch(/^[A-Z].* /);
    }
    for (const parameter of Object.values(rule.parameters)) expect(parameter.why.length).toBeGreaterThan(10);
  }
});

it("the screens have a word for every parameter", () => {
  const names = new Set(catalogue.flatMap((rule) => Object.keys(rule.parameters)));
  expect([...names].filter((name) => figureLabels[name] === undefined)).toEqual([]);
});

it("what counts as deliberate are rules of the catalogue", () => {
  const ids = new Set(catalogue.map(({ id }) => id));
  expect(DELIBERATE.filter((id) => !ids.has(id))).toEqual([]);
});
