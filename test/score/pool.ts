/** Runs the stations of a score in processes of their own, a few at a time: memory stays bounded, cores are used. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Run } from "./summary.ts";

export interface Task {
  scenario: string;
  /** file of the scenario; null: an honest station of the templates */
  file: string | null;
  seed: number;
  /** how long, when the scenario does not say */
  months?: number;
}

export interface Failed {
  task: Task;
  reason: string;
}

/** A station that takes longer is stuck. */
const MOST_MS = 900_000;

/** @param tell hears of each station when it is done */
export async function runAll(
  tasks: readonly Task[],
  atOnce: number,
  tell: (done: number) => void,
): Promise<{ runs: Run[]; failed: Failed[] }> {
  const runs: Run[] = [];
  const failed: Failed[] = [];
  let next = 0;
  const work = async () => {
    while (next < tasks.length) {
      const task = tasks[next]!;
      next += 1;
      const result = await runOne(task);
      if (typeof result === "string") failed.push({ task, reason: result });
      else runs.push({ ...result, scenario: task.scenario, seed: task.seed });
      tell(runs.length + failed.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { runs, failed };
}

function runOne({ file, seed, months }: Task): Promise<Run | string> {
  const station = join(import.meta.dirname, "station.ts");
  const what = file === null ? [] : ["--scenario", file];
  const long = months === undefined ? [] : ["--months", String(months)];
  const child = spawn(process.execPath, [station, "--seed", String(seed), ...what, ...long], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: MOST_MS,
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err = (err + text).slice(-2_000);
  });
  return new Promise((resolve) => {
    child.on("close", (code) => resolve(code === 0 ? (JSON.parse(out) as Run) : `exit ${code}: ${err}`));
  });
}
