/** Every rule is tried by a scenario of the score, or it is said why not, and the guide shows which by which. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const run = (...args: string[]) => execFileSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });

/** Rules that no history can try, or whose word is never above a notice; their own tests hold them. */
const WITHOUT: Record<string, string> = {
  "tax-port.litres-missing": "the simulator's ports never count fuel that they do not tell; seen beside other cheats",
  "tax-port.period-total-mismatch": "seen beside others: replays, clocks and totals that were turned back",
  "price.differs-between-nozzles": "told of the grade, beside the nozzle whose price is under the board",
  "tax-port.nozzle-idle": "never above a notice",
  "seal.battery-low": "never above a notice",
  "wetstock.unaccounted": "never above a notice",
  "wetstock.wrong-product": "the simulator's waybills name the tank's own grade",
  "wetstock.tank-level": "the simulator's tankers stop at the highest level that is allowed",
  "gateway.not-as-approved": "approvals are the collector's: test/chain",
  "gateway.key-copied": "two programs with one key: test/chain",
  "station.repeated-tampering": "it follows what officials confirm",
};

it("tries every rule by a scenario, and shows it in the guide", () => {
  const table = run("simulators/main.ts", "expected").trim();
  const tried = new Set([...table.matchAll(/^\| `([a-z.-]+)`/gm)].map(([, rule]) => rule));
  const rules = run("collector/main.ts", "rules", "list")
    .trim()
    .split("\n")
    .map((line) => line.split(" ")[0]!);
  expect(rules.filter((rule) => !tried.has(rule) && WITHOUT[rule] === undefined)).toEqual([]);
  expect(Object.keys(WITHOUT).filter((rule) => tried.has(rule) || !rules.includes(rule))).toEqual([]);
  expect(readFileSync(join(ROOT, "docs/tester.md"), "utf8")).toContain(table);
});
