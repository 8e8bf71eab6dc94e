/** Simulates the models of the year one after the other, judges them, and packs the batches of those who report them. */
import { parentPort, workerData } from "node:worker_threads";
import { timeReader } from "@forecourt/collector/inbox/record-time.ts";
import type { StationEntry } from "@forecourt/collector/registry/schema.ts";
import { unchanged } from "@forecourt/collector/rules/entry-book.ts";
import { seenFiling } from "@forecourt/collector/rules/filings.ts";
import type { FlagRow } from "@forecourt/collector/rules/flag.ts";
import { Replay } from "@forecourt/collector/rules/replay.ts";
import type { Filing } from "@forecourt/protocol/filings/schema.ts";
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import { parseTime } from "@forecourt/protocol/time.ts";
import { historyDefaults } from "@forecourt/simulators/history/options.ts";
import { gatewayOf, registryEntry } from "@forecourt/simulators/history/registry.ts";
import { BATCH_RECORDS, Packer } from "../../rig/history/packer.ts";
import { HistoryStation } from "../../rig/history/station.ts";
import type { Portion, Task, Told } from "./messages.ts";
import { type YearModel, type YearStation, yearModels } from "./plan.ts";

const DAY_MS = 86_400_000;
/** A year of signs of life and of totals that stand would be a third of all records, and nobody looks at them. */
const OPTIONS = {
  ...historyDefaults,
  gatewayHeartbeatMs: 21_600_000,
  totalHeartbeatMs: 21_600_000,
  levelDeadBandUm: 4_000,
};
/** Where signs of life are that rare, a gateway may be quiet for longer. */
const RULES = { "gateway.silent": { silentMs: 25_200_000 } };
/** Batches that are stored in one transaction: as many as an agent has on its way. */
const BATCHES_A_PORTION = 8;
/** Portions on their way: what waits is in memory. */
const MOST_WAITING = 6;

interface Year {
  lines: string[];
  filings: Filing[];
  flags: FlagRow[];
}

const port = parentPort!;
let waiting = 0;
let room = (): void => undefined;
port.on("message", () => {
  waiting -= 1;
  room();
});
await simulate(workerData as Task);

async function simulate({ stations, days, fromMs, done }: Task): Promise<void> {
  const stored = new Set(done);
  for (const model of yearModels(stations, days)) {
    const missing = model.stations.filter(({ id }) => !stored.has(id));
    if (missing.length === 0) continue;
    const year = yearOf(model, fromMs, days);
    for (const station of missing) await report(station, gatewayOf(model.scenario), year);
  }
  port.postMessage({ kind: "end" } satisfies Told);
  port.unref();
}

/** The lines of a model's year, what was filed, and what the rules say to it. */
function yearOf({ scenario, plants }: YearModel, fromMs: number, days: number): Year {
  const station = new HistoryStation(scenario, fromMs, OPTIONS, plants);
  const lines: string[] = [];
  const filings: Filing[] = [];
  for (let day = 1; day <= days; day += 1) {
    const lived = station.live(fromMs + day * DAY_MS);
    for (const line of lived.lines) lines.push(line);
    filings.push(...lived.filings);
  }
  const seen = filings.map((filing) => ({ atMs: parseTime(filing.at)!, filing: seenFiling(filing) }));
  const replay = new Replay(unchanged(registryEntry(scenario) as StationEntry), RULES, seen);
  const readTime = timeReader();
  for (const line of lines) {
    const record = JSON.parse(line) as JournalRecord;
    replay.record({ record, atMs: readTime(record.at)! });
  }
  return { lines, filings, flags: replay.finish().flags };
}

/** One gateway reports the year as its own. */
async function report(station: YearStation, model: string, { lines, filings, flags }: Year): Promise<void> {
  const { id, gateway, signer } = station;
  const packer = new Packer({ gateway, station: id, signer });
  const mine = (text: string) => text.replaceAll(model, gateway).replaceAll(model.slice(3), id);
  const size = BATCH_RECORDS * BATCHES_A_PORTION;
  for (let from = 0; from < lines.length; from += size) {
    const batches: Portion["batches"] = [];
    for (let at = from; at < Math.min(from + size, lines.length); at += BATCH_RECORDS) {
      const own = lines.slice(at, at + BATCH_RECORDS).map((line) => line.replace(`"${model}"`, `"${gateway}"`));
      const firstSeq = packer.seq + 1;
      const { envelope, hashes } = await packer.one(own);
      batches.push({ firstSeq, text: own.join("\n"), hashes: Buffer.concat(hashes), envelope });
    }
    await say({ kind: "portion", station: id, gateway, batches });
  }
  const whole = JSON.parse(mine(JSON.stringify({ flags, filings }))) as Pick<Year, "flags" | "filings">;
  const numbered = whole.flags.map((flag, index) => ({ ...flag, id: `year-${id}-${index + 1}` }));
  await say({ kind: "whole", station: id, gateway, flags: numbered, filings: whole.filings });
}

async function say(told: Told): Promise<void> {
  while (waiting >= MOST_WAITING) {
    await new Promise<void>((resolve) => {
      room = resolve;
    });
  }
  waiting += 1;
  port.postMessage(told);
}
