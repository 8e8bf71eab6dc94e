/**
 * The way to the collector: how fast a week's backlog of a large station is made up for over loopback, and what a sale
 * costs on the wire, in the backlog and live.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readStore } from "../rig/account.ts";
import { type Chain, startChain } from "../rig/chain.ts";
import { READING } from "../rig/chain-collector.ts";
import { drain } from "../rig/control.ts";
import { ROOT, until } from "../rig/program.ts";
import { startReady } from "../rig/ready.ts";
import { type Bench, type BenchRow, median } from "./row.ts";

/** An agent's own defaults, not the haste of the tests. */
const DEFAULTS = { reconnectMinMs: 1_000, reconnectMaxMs: 60_000, receiptTimeoutMs: 15_000 };
const LIVE_MS = 60_000;
/** Ten simulated minutes in one: what an agent says by the clock is said ten times as often, or sales would seem cheap. */
const LIVE_SPEED = 10;
const RUNS = 3;

interface Backlog {
  records: number;
  sales: number;
}

/** Bytes that an agent has sent, as it keeps count of them itself; exact once it has stopped. */
function sentBytes(stationFolder: string): number {
  const months = JSON.parse(readFileSync(join(stationFolder, "state", "traffic.json"), "utf8")) as object;
  return Object.values(months).reduce((sum: number, bytes) => sum + Number(bytes), 0);
}

async function writeBacklog(state: string, gateway: string, log: string): Promise<Backlog> {
  const args = ["edge-agent/bench/backlog.ts", "--state", state, "--gateway", gateway];
  return (await startReady<Backlog>("the backlog is written", { args, log, deadlineMs: 120_000 })).said;
}

async function storedSeq(chain: Chain, station: string): Promise<number> {
  const answer = await fetch(`${chain.collector.url}/api/v1/stations/${station}/devices`, { headers: READING });
  const { gateways } = (await answer.json()) as { gateways: { lastSeq: number }[] };
  return gateways[0]?.lastSeq ?? 0;
}

/** One agent with a week in its journal, from its first connection to the receipt of the last record. */
async function oneCatchUp(): Promise<Backlog & { seconds: number; bytes: number }> {
  const chain = await startChain({
    folder: join(ROOT, ".run", "bench", "catch-up"),
    scenarios: [join(ROOT, "simulators", "scenarios", "plain.yaml")],
    overrides: { uplink: DEFAULTS },
    beforeAgent: async (folder, gateway) => {
      backlog = await writeBacklog(join(folder, "state"), gateway, join(folder, "backlog.log"));
      startedAt = performance.now();
    },
  });
  try {
    const station = chain.stations[0]!;
    const { records, sales } = backlog;
    await until(
      "the backlog is stored",
      async () => (await storedSeq(chain, station.plan.station.id)) >= records,
      300_000,
    );
    const seconds = (performance.now() - startedAt) / 1_000;
    await station.agent.stop();
    return { records, sales, seconds, bytes: sentBytes(station.folder) };
  } finally {
    await chain.stop();
  }
}
let backlog: Backlog = { records: 0, sales: 0 };
let startedAt = 0;

export const catchUp: Bench = {
  name: "catch-up",
  async run() {
    const runs = [];
    for (let run = 0; run < RUNS; run += 1) runs.push(await oneCatchUp());
    const { records, sales } = runs[0]!;
    const seconds = median(runs.map((run) => run.seconds));
    const week = `${records} records, ${sales} of them sales: a week of 16 nozzles, 6 tanks, 40 seals`;
    return [
      {
        name: "catch-up",
        value: seconds,
        unit: "s",
        aim: { max: 60 },
        comparedWith: `${week}; process start included`,
      },
      {
        name: "catch-up-rate",
        value: records / seconds,
        unit: "records/s",
        aim: { min: records / 60 },
        comparedWith: "agent and collector on the same machine, every batch receipted after its commit, rules running",
      },
      {
        name: "bytes-per-record-in-backlog",
        value: median(runs.map((run) => run.bytes / records)),
        unit: "bytes",
        aim: {},
        comparedWith: "everything that the agent sent, MQTT included, for all records of the week",
      },
    ];
  },
};

export const bytesPerSale: Bench = {
  name: "bytes-per-sale",
  async run(): Promise<BenchRow[]> {
    const chain = await startChain({
      folder: join(ROOT, ".run", "bench", "bytes-per-sale"),
      scenarios: [join(ROOT, "simulators", "scenarios", "large-station.yaml")],
      speed: LIVE_SPEED,
      overrides: {
        uplink: { ...DEFAULTS, patienceMs: 1_000 / LIVE_SPEED },
        recorder: { gatewayHeartbeatMs: 60_000 / LIVE_SPEED, tankHeartbeatMs: 300_000 / LIVE_SPEED },
      },
    });
    try {
      const station = chain.stations[0]!;
      await new Promise((resolve) => setTimeout(resolve, LIVE_MS));
      await drain(station);
      const stored = readStore(chain.collector.database, station.gateway);
      const sales = stored.filter(({ line }) => line.includes('"kind":"sale"')).length;
      await station.agent.stop();
      const bytes = sentBytes(station.folder);
      const text = stored.reduce((sum, { line }) => sum + line.length, 0);
      const what = `live: ${sales} sales among ${stored.length} records in ten minutes of a large station`;
      return [
        {
          name: "bytes-per-sale",
          value: bytes / sales,
          unit: "bytes",
          aim: {},
          comparedWith: `${what}; all that was sent`,
        },
        {
          name: "bytes-per-record-live",
          value: bytes / stored.length,
          unit: "bytes",
          aim: {},
          comparedWith: `${Math.round(text / stored.length)} bytes of a record's line in the journal`,
        },
      ];
    } finally {
      await chain.stop();
    }
  },
};
