/** Whether the simulated station behaves as the sources say a station does: the figures of `sim check`, and its picture. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../rig/program.ts";
import type { Bench } from "./row.ts";

interface Figure {
  name: string;
  value: number;
  unit: string;
  range: [number, number];
  source: string;
}

const DAYS = 28;

export const physics: Bench = {
  name: "physics",
  async run() {
    mkdirSync(join(ROOT, ".run"), { recursive: true });
    const picture = join(ROOT, ".run", "week.svg");
    const flags = ["check", "--json", "--days", String(DAYS), "--picture", picture];
    const printed = execFileSync(process.execPath, ["simulators/main.ts", ...flags], { cwd: ROOT });
    const figures = JSON.parse(printed.toString("utf8")) as Figure[];
    return figures.map(({ name, value, unit, range: [min, max], source }) => ({
      name: `physics: ${name}`,
      value,
      unit,
      aim: { min, max },
      comparedWith: source,
    }));
  },
};
