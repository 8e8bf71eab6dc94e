/** What an agent's memory does in a week: a simulated week of a busy station, as fast as it goes, in a process of its own. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../rig/program.ts";
import type { Bench } from "./row.ts";

interface Week {
  /** one sample a simulated hour, MB */
  rssMb: number[];
  observations: number;
  records: number;
  batches: number;
}

/** The first day fills caches and pools; what grows after it grows for ever. */
const FIRST_DAY_H = 24;

export const agentWeek: Bench = {
  name: "agent-week",
  async run() {
    const script = join(ROOT, "test", "bench", "agent-week-run.ts");
    // As main.ts starts the agent: a small young generation, one arena, and the compiled sources of an earlier start.
    const env = {
      ...process.env,
      MALLOC_ARENA_MAX: "1",
      NODE_COMPILE_CACHE: join(ROOT, ".run", "bench", "compiled"),
    };
    const run = (...args: string[]) =>
      execFileSync(process.execPath, ["--max-semi-space-size=1", script, ...args], { cwd: ROOT, env, maxBuffer: 1e7 });
    run("0");
    const printed = run();
    const week = JSON.parse(printed.toString("utf8")) as Week;
    const later = week.rssMb.slice(FIRST_DAY_H);
    const what = `16 nozzles, 6 tanks, 40 seals; ${week.observations} observations, ${week.records} records, ${week.batches} batches`;
    return [
      {
        name: "agent-week-memory",
        value: Math.max(...week.rssMb),
        unit: "MB RSS (highest)",
        aim: { max: 100 },
        comparedWith: what,
      },
      {
        name: "agent-week-growth",
        value: slope(later) * 24,
        unit: "MB a day",
        aim: { max: 0.5 },
        comparedWith: "slope of a line fitted through hourly samples, the first day left out",
      },
    ];
  },
};

/** Slope of the line of least squares through equally spaced values. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let [above, below] = [0, 0];
  for (const [index, value] of values.entries()) {
    above += (index - middle) * (value - mean);
    below += (index - middle) ** 2;
  }
  return above / below;
}
