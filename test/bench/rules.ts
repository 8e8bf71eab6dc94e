/** What all rules cost over one station-year of records, on one core. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../rig/program.ts";
import { type Bench, median } from "./row.ts";

const RUNS = 3;

interface Measured {
  records: number;
  rulesSeconds: number;
  readingSeconds: number;
}

export const rules: Bench = {
  name: "rules",
  async run() {
    const out = mkdtempSync(join(tmpdir(), "forecourt-rules-"));
    try {
      const node = (args: readonly string[]) =>
        execFileSync(process.execPath, [...args], { cwd: ROOT, encoding: "utf8" });
      node(["simulators/main.ts", "history", "--stations", "1", "--months", "12", "--out", out]);
      const station = readdirSync(out).find((name) => name !== "registry.yaml") ?? "";
      const runs = Array.from(
        { length: RUNS },
        () => JSON.parse(node(["collector/bench/rules.ts", join(out, station)])) as Measured,
      );
      const middle = (name: keyof Measured) => median(runs.map((run) => run[name]));
      const records = middle("records");
      return [
        {
          name: "rules-station-year",
          value: middle("rulesSeconds"),
          unit: "s of processor time",
          aim: { max: 5 },
          comparedWith: `${middle("readingSeconds").toFixed(2)} s for reading and checking the same ${records} lines`,
        },
      ];
    } finally {
      rmSync(out, { recursive: true });
    }
  },
};
