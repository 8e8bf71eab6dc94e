/** A simulated station by itself, for benchmarks that bring their own reader. */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Program, ROOT, until } from "../rig/program.ts";
import type { StationLines } from "../rig/site.ts";

export interface SimulatedStation {
  lines: StationLines;
  stop(): Promise<void>;
}

/** Starts a shipped scenario at real speed. */
export async function simulate(scenario: string, more: readonly string[] = []): Promise<SimulatedStation> {
  const folder = join(ROOT, ".run", "bench", scenario);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "lines"), { recursive: true });
  const file = join(ROOT, "simulators", "scenarios", `${scenario}.yaml`);
  const program = new Program({
    args: [
      ...["simulators/main.ts", "run", file, "--lines", join(folder, "lines"), "--truth", join(folder, "truth.jsonl")],
      ...["--control", "0", "--speed", "1", ...more],
    ],
    log: join(folder, "simulator.log"),
  });
  program.start();
  const lines = await until(`${scenario} is up`, () => {
    try {
      return JSON.parse(readFileSync(join(folder, "lines", "lines.json"), "utf8")) as StationLines;
    } catch {
      return undefined;
    }
  });
  return {
    lines,
    async stop() {
      await program.stop();
    },
  };
}
