/**
 * Gives a demonstration's collector a month of other stations: puts it into the database before the collector starts,
 * then lets those stations live on beside the real ones, at their pace. A process of its own.
 */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { configOf, signerOf } from "@forecourt/collector/cli/shared.ts";
import type { StationEntry } from "@forecourt/collector/registry/schema.ts";
import { type HistoryOptions, historyDefaults } from "@forecourt/simulators/history/options.ts";
import { parse } from "yaml";
import { HistoryLoader } from "../../rig/history/loader.ts";
import { Packer } from "../../rig/history/packer.ts";
import { HistoryStation } from "../../rig/history/station.ts";
import { LIVE_HEARTBEAT_MS, LiveOn, type Lives } from "./live-on.ts";
import { monthStations } from "./scenarios.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ZONE_MS = 8 * HOUR_MS;
/** The days before today that the page shows by itself. */
const DAYS = 29;
/** What comes within this is sent, judged and summed at once. */
const STEP_MS = 4 * HOUR_MS;
/** A month of signs of life would be a third of all records. */
const HEARTBEAT_MS = 900_000;

const { values } = parseArgs({
  options: { config: { type: "string" }, mqtt: { type: "string" }, speed: { type: "string" } },
});
await run(String(values.config), Number(values.mqtt), Number(values.speed));

async function run(configFile: string, mqttPort: number, speed: number): Promise<void> {
  const config = configOf(configFile);
  const signer = signerOf(config);
  const others = (parse(readFileSync(join(configFile, "..", "registry.yaml"), "utf8")) as { stations: StationEntry[] })
    .stations;
  const options: HistoryOptions = { ...historyDefaults, gatewayHeartbeatMs: HEARTBEAT_MS };
  const untilMs = Date.now();
  const fromMs = Math.floor((untilMs + ZONE_MS) / DAY_MS) * DAY_MS - ZONE_MS - DAYS * DAY_MS;
  const lives = monthStations().map((plan): Lives => {
    const station = new HistoryStation(plan.scenario, fromMs, options);
    const packer = new Packer({ gateway: station.gateway, station: station.id, signer: plan.signer });
    return { station, packer, plan };
  });
  // Nothing of it need survive a power cut while it is made: in memory it does not wait for the disk.
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "forecourt-month-"));
  const database = join(folder, "collector.db");
  let records = 0;
  try {
    copyFileSync(config.database, database);
    const stations = lives.map(({ plan }) => plan.entry);
    const loader = await HistoryLoader.open({ database, signer, stations, fromMs, rules: true });
    for (let atMs = fromMs + STEP_MS; ; atMs = Math.min(atMs + STEP_MS, untilMs)) {
      // The sign of life that is due is as far away as it was told to be before: it is told in time.
      if (atMs + STEP_MS >= untilMs) options.gatewayHeartbeatMs = LIVE_HEARTBEAT_MS;
      records += await step(loader, lives, Math.min(atMs, untilMs));
      if (atMs >= untilMs) break;
    }
    await loader.register(others);
    await loader.close();
    copyFileSync(database, config.database);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${JSON.stringify({ loaded: true, stations: lives.length, days: DAYS, records })}\n`);
  const live = new LiveOn({ lives, speed, fromMs: untilMs, collector: { mqttPort, signer } });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => process.exit(0));
  await live.run();
}

async function step(loader: HistoryLoader, lives: readonly Lives[], atMs: number): Promise<number> {
  let records = 0;
  loader.nowMs = atMs;
  for (const { station, packer } of lives) {
    const { lines, filings } = station.live(atMs);
    for (const filing of filings) await loader.file(filing);
    await loader.take(packer.gateway, await packer.pack(lines));
    records += lines.length;
  }
  await loader.settle();
  return records;
}
