/** The committed catalogue of records says what the schemas say. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { recordCatalogue } from "./record-catalogue.ts";

test("docs/records.md is what `node scripts/record-catalogue.ts` prints", () => {
  expect(readFileSync(new URL("../docs/records.md", import.meta.url), "utf8")).toBe(recordCatalogue());
});

test("every quantity in the catalogue has its unit beside it", () => {
  const rows = recordCatalogue().split("\n");
  expect(rows).toContain("| `volumeCl` | integer | 0.01 L | litres sold |");
  expect(rows.filter((row) => /^\| `[^`]*(Cl|Fen|Um|Mc|Ms|Percent|Kb)` /.test(row) && / \| {2}\| /.test(row))).toEqual(
    [],
  );
});
