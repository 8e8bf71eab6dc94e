/** What an agent costs: memory and processor time at a large station and at one with more tanks and seals. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startChain } from "../rig/chain.ts";
import { ROOT } from "../rig/program.ts";
import { busyStation } from "./busy-station.ts";
import type { Bench } from "./row.ts";

const WARM_UP_MS = 15_000;
const MEASURED_MS = 45_000;

interface Usage {
  cpuS: number;
  rssMb: number;
}

const LARGE = join(ROOT, "simulators", "scenarios", "large-station.yaml");

export const agentFootprint: Bench = {
  name: "agent-footprint",
  async run() {
    // Side by side: memory and processor time are each process's own.
    const [large, busy] = await Promise.all([measured("large", LARGE), measured("busy", busyStation())]);
    const station = "8 dispensers, 4 tanks, 24 seals, totals every second";
    const busyOne = "16 nozzles, 6 tanks, 32 seals (one simulated hub holds no more), totals every second";
    return [
      { name: "agent-memory", value: large.rssMb, unit: "MB RSS", aim: { max: 120 }, comparedWith: station },
      { name: "agent-cpu", value: large.cpuPercent, unit: "% of a core", aim: { max: 5 }, comparedWith: station },
      { name: "agent-memory-busy", value: busy.rssMb, unit: "MB RSS", aim: { max: 120 }, comparedWith: busyOne },
      { name: "agent-cpu-busy", value: busy.cpuPercent, unit: "% of a core", aim: { max: 5 }, comparedWith: busyOne },
    ];
  },
};

async function measured(name: string, scenario: string): Promise<{ rssMb: number; cpuPercent: number }> {
  const chain = await startChain({
    folder: join(ROOT, ".run", "bench", `agent-footprint-${name}`),
    scenarios: [scenario],
    speed: 1,
    // What an agent does by default, not the haste of the other tests.
    overrides: {
      taxPort: { totalIntervalMs: 1_000, interQueryGapMs: 20, answerTimeoutMs: 3_000 },
      modbus: { intervalMs: 5_000 },
      recorder: { gatewayHeartbeatMs: 60_000, tankHeartbeatMs: 300_000 },
    },
  });
  try {
    const pid = chain.stations[0]?.agent.pid ?? 0;
    await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
    const before = usage(pid);
    const startedAt = performance.now();
    await new Promise((resolve) => setTimeout(resolve, MEASURED_MS));
    const after = usage(pid);
    const cpuPercent = ((after.cpuS - before.cpuS) / ((performance.now() - startedAt) / 1000)) * 100;
    return { rssMb: after.rssMb, cpuPercent };
  } finally {
    await chain.stop();
  }
}

/** proc(5): fields 14 and 15 of stat are user and system time in ticks; the name in field 2 may hold spaces. */
function usage(pid: number): Usage {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  const ticksPerSecond = Number(execFileSync("getconf", ["CLK_TCK"]).toString());
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return {
    cpuS: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    rssMb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024,
  };
}
