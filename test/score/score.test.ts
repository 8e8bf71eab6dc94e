/** A short score, from scenario files to bars: an honest station is left in peace, two cheats are found and sized. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, it } from "vitest";
import { stringify } from "yaml";
import type { Row } from "./summary.ts";

const folder = mkdtempSync(join(tmpdir(), "score-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function scenario(name: string, days: number, cheats: object[]): void {
  const station = { id: "532801-0300", nameZh: "评分加油站", nameEn: "Score Station", seed: 1 };
  const shows = "A station of the shortened score.";
  const content = { scenario: name, shows, template: "county-road", station, days, cheats };
  writeFileSync(join(folder, `${name}.yaml`), stringify(content));
}

it("scores scenario files that the project has never seen", async () => {
  scenario("honest-short", 16, []);
  // Eight days of it: of a cheat of four, the days that are not closed yet are a quarter of its litres.
  scenario("short-measure-3", 20, [{ id: "short", kind: "short-measure", nozzle: "N05", percent: 3, at: "12d" }]);
  scenario("bypass-one", 15, [
    { id: "hidden", kind: "bypass-tax-port", nozzle: "N01", share: 0.5, at: "12d", for: "3d" },
  ]);
  const main = join(import.meta.dirname, "main.ts");
  const args = ["--scenarios", folder, "--seeds", "11", "--months", "0", "--out", folder];
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...args], { timeout: 280_000 });
  const { rows, failed } = JSON.parse(readFileSync(join(folder, "score.json"), "utf8")) as {
    rows: Row[];
    failed: unknown[];
  };
  expect(failed).toEqual([]);
  const byName = new Map(rows.map((row) => [row.scenario, row]));
  expect(byName.get("honest-short")).toMatchObject({ causes: 0, wrong: 0 });
  expect(byName.get("short-measure-3")).toMatchObject({ found: 1, named: 1, wrong: 0 });
  expect(byName.get("bypass-one")).toMatchObject({ found: 1, wrong: 0 });
  for (const row of rows) expect(row.hoursWorst ?? 0, row.scenario).toBeLessThan(49);
  expect(stdout).toContain("found within");
  expect(readFileSync(join(folder, "score.html"), "utf8")).toContain("<svg");
});
