/**
 * The agent's records, over a simulated week of every scenario, equal what the devices put on the wire. The real
 * drivers, lines, recorder and journal read simulated devices on simulated time; here half an hour of some, the week
 * of all under FORECOURT_SOAK.
 */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../rig/program.ts";
import { runTool } from "../rig/tools.ts";

const SCENARIOS = join(ROOT, "simulators", "scenarios");
const HOUR_MS = 3_600_000;
const isSoak = process.env.FORECOURT_SOAK !== undefined;
const RUN_MS = isSoak ? 7 * 24 * HOUR_MS : HOUR_MS / 2;
const DEADLINE_MS = isSoak ? HOUR_MS : 60_000;
/** A week has ten thousand commits: they are asked about elsewhere, so here no disk is waited for. */
const MEMORY = "/dev/shm";
const all = readdirSync(SCENARIOS)
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => name.replace(".yaml", ""));
/** Every dialect, every transport, cables, noise and cross-talk; the others are for the soak. */
const QUICK = ["demo-bypass", "demo-honest", "demo-tampered", "eight-nozzles", "large-station", "plain"];
const names = isSoak ? all : QUICK;

it.each(names)(
  "%s",
  async (name) => {
    const folder = join(existsSync(MEMORY) ? MEMORY : join(ROOT, ".run", "test"), `records-equal-wire-${name}`);
    const args = [join(ROOT, "test", "rig", "fast-run.ts"), name, String(RUN_MS), folder];
    const ran = await runTool(process.execPath, args, DEADLINE_MS);
    rmSync(folder, { recursive: true, force: true });
    expect(ran.code, ran.output).toBe(0);
    const { faults, sales } = JSON.parse(ran.output.trim().split("\n").at(-1)!) as { faults: string[]; sales: number };
    expect(faults).toEqual([]);
    expect(sales).toBeGreaterThan(0);
  },
  DEADLINE_MS + 10_000,
);
