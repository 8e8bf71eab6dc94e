/** The truth names rules of the collector, which it never imports: a rule that has gone must not be expected for ever. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

it("expects only rules that the collector has", () => {
  const listed = execFileSync(process.execPath, ["collector/main.ts", "rules", "list"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const known = new Set(listed.split("\n").map((line) => line.split(" ")[0]));
  const source = readFileSync(join(ROOT, "simulators/physics/expectations.ts"), "utf8");
  const named = [...source.matchAll(/"([a-z-]+\.[a-z-]+)"/g)].map(([, rule]) => rule);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((rule) => !known.has(rule))).toEqual([]);
});
