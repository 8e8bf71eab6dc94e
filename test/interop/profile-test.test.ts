/** The shipped profiles of tank gauges against simulated gauges, whose maps were written apart from them. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Program, ROOT, until } from "../rig/program.ts";
import type { StationLines } from "../rig/site.ts";
import { runTool } from "../rig/tools.ts";

const MODELS = ["generic-gauge", "pneumercator-tms", "franklin-evo", "mts-level"];
const scenario = readFileSync(join(ROOT, "simulators", "scenarios", "demo-honest.yaml"), "utf8");

describe.each(MODELS)("profile test reads a simulated %s", (model) => {
  it("and finds nothing that looks wrong", async () => {
    const folder = join(ROOT, ".run", "test", "profile-test", model);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, "lines"), { recursive: true });
    const gauge = `gauge: { device: gauge-1, transport: tcp, unit: 1, model: ${model} }`;
    writeFileSync(join(folder, "scenario.yaml"), scenario.replace(/^gauge: .*$/m, gauge));
    const simulator = new Program({
      args: [
        ...["simulators/main.ts", "run", join(folder, "scenario.yaml"), "--lines", join(folder, "lines")],
        ...["--truth", join(folder, "truth.jsonl"), "--control", "0", "--speed", "1"],
      ],
      log: join(folder, "simulator.log"),
    });
    simulator.start();
    try {
      const { port } = await until("the gauge is up", () => {
        try {
          return (JSON.parse(readFileSync(join(folder, "lines", "lines.json"), "utf8")) as StationLines).tcp["gauge-1"];
        } catch {
          return undefined;
        }
      });
      const profile = join(ROOT, "edge-agent", "profiles", `${model}.yaml`);
      const ran = await runTool(process.execPath, [
        ...[join(ROOT, "edge-agent", "main.ts"), "profile", "test", profile],
        ...["--line", `127.0.0.1:${port}`, "--unit", "1", "--items", "1,2"],
      ]);
      expect(ran.output).toContain("Nothing looks wrong.");
      expect(ran.code).toBe(0);
    } finally {
      await simulator.stop();
    }
  });
});
