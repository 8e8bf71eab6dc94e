/** Thousands of simulated gateways at one collector: how fast it accepts their records, and what they cost. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { ROOT } from "../rig/program.ts";
import { startReady } from "../rig/ready.ts";
import { runTool } from "../rig/tools.ts";
import type { Bench } from "./row.ts";

const STATIONS = Number(process.env.FORECOURT_FLEET_STATIONS ?? 1_000);
const FLEET_DEADLINE_MS = 15 * 60_000;

interface FleetFigures {
  stations: number;
  records: number;
  refused: number;
  recordsPerSecond: number;
  seconds: number;
  cpuSeconds: number;
  connections: number;
}

export const fleet: Bench = {
  name: "fleet",
  async run() {
    const folder = join(ROOT, ".run", "bench", "fleet");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const fleetOf = (more: readonly string[]) =>
      runTool(
        process.execPath,
        [join(ROOT, "simulators", "main.ts"), "fleet", "--stations", String(STATIONS), "--days", "1", ...more],
        FLEET_DEADLINE_MS,
      );
    await fleetOf(["--registry-out", join(folder, "registry.yaml")]);
    const { program, mqtt, publicKey } = await startCollector(folder);
    try {
      const ran = await fleetOf(["--collector", `mqtt://127.0.0.1:${mqtt}`, "--collector-key", publicKey]);
      if (ran.code !== 0) throw new Error(`the fleet ended with ${ran.code}:\n${ran.output}`);
      return rows(JSON.parse(ran.output.trim().split("\n").at(-1)!) as FleetFigures);
    } finally {
      await program.stop();
    }
  },
};

function rows(figures: FleetFigures) {
  const { stations, records, refused, recordsPerSecond, seconds, cpuSeconds, connections } = figures;
  return [
    {
      name: "fleet-accepted",
      value: recordsPerSecond,
      unit: "records/s",
      aim: {},
      comparedWith: `${stations} gateways, ${connections} connections, ${records} records of one day, receipted`,
    },
    {
      name: "fleet-refused",
      value: refused,
      unit: "batches",
      aim: { max: 0 },
      comparedWith: "signed, chained batches",
    },
    {
      name: "fleet-cores",
      value: cpuSeconds / seconds,
      unit: "cores",
      aim: { max: 1.1 },
      comparedWith: "processor time of the fleet while it sends",
    },
  ];
}

async function startCollector(folder: string) {
  const config = join(folder, "collector.yaml");
  writeFileSync(
    config,
    stringify({
      collector: { keyFile: "./collector.key" },
      database: "./collector.db",
      broker: { host: "127.0.0.1", port: 0 },
      http: { host: "127.0.0.1", port: 0 },
      noticesToken: "fleet-benchmark-notices",
      registry: "./registry.yaml",
    }),
  );
  const main = join(ROOT, "collector", "main.ts");
  const key = await runTool(process.execPath, [main, "key", "--config", config]);
  const { program, said } = await startReady<{ mqtt: number }>("the collector is up", {
    args: ["collector/main.ts", "--config", config],
    log: join(folder, "collector.log"),
  });
  return { program, mqtt: said.mqtt, publicKey: key.output.trim().split("\n").at(-1) ?? "" };
}
