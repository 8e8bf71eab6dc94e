/**
 * Fills a collector's database with the year of a prefecture: signed batches of real chains through the collector's own
 * store and its keeper of sums. What the inbox would prove once more (signature, chain, schema) is left out, for they
 * were made a moment ago. Goes on where it was interrupted.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { Registrar } from "@forecourt/collector/registry/registrar.ts";
import { buildRegistry } from "@forecourt/collector/registry/registry.ts";
import { StatisticsKeeper } from "@forecourt/collector/statistics/keeper.ts";
import { openSqliteStore } from "@forecourt/collector/store/sqlite/sqlite-store.ts";
import { pino } from "pino";
import type { Told } from "./messages.ts";
import { yearModels } from "./plan.ts";
import { YearWriter } from "./writer.ts";

const DAY_MS = 86_400_000;
const ZONE_MS = 8 * 3_600_000;
const MINUTE_MS = 60_000;

/** What is stored so far; beside the database. */
export interface Progress {
  stations: number;
  days: number;
  /** epoch ms: the local midnights between which the year lies */
  fromMs: number;
  untilMs: number;
  done: string[];
  records: number;
  /** time that it took so far */
  seconds: number;
}

const { values } = parseArgs({
  options: {
    folder: { type: "string" },
    stations: { type: "string" },
    days: { type: "string", default: "365" },
    minutes: { type: "string", default: "1000" },
  },
});
process.exitCode = (await load()) ? 0 : 3;

/** @returns whether the year is whole; false when the minutes were over before */
async function load(): Promise<boolean> {
  const folder = String(values.folder);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "progress.json");
  const progress = progressOf(file);
  const began = performance.now();
  const stopAt = began + Number(values.minutes) * MINUTE_MS;
  const store = await openSqliteStore(join(folder, "collector.db"));
  const registry = buildRegistry({ stations: [] });
  const { fromMs, days, stations } = progress;
  const entries = yearModels(stations, days).flatMap((model) => model.stations.map(({ entry }) => entry));
  const silent = pino({ level: "error" });
  const registrar = new Registrar({
    ...{ store: store.registry, registry, now: () => fromMs, onInput: () => undefined },
    ...{ onGatewayGone: () => undefined, checkpoint: async () => undefined },
  });
  await registrar.start(entries);
  const keeper = new StatisticsKeeper({ store: store.statistics, gradeOf: registry.gradeOf, log: silent });
  const writer = new YearWriter(store, keeper, progress.untilMs);
  const worker = new Worker(new URL("simulate.ts", import.meta.url), { workerData: progress });
  const before = progress.seconds;
  const save = () => {
    progress.seconds = before + (performance.now() - began) / 1_000;
    writeFileSync(file, JSON.stringify(progress));
  };
  for await (const told of messagesOf(worker)) {
    if (told.kind === "end") break;
    if (told.kind === "portion") progress.records += await writer.portion(told);
    else {
      await writer.whole(told);
      progress.done.push(told.station);
      save();
    }
    worker.postMessage("taken");
    if (performance.now() > stopAt) break;
  }
  await worker.terminate();
  await keeper.workOff();
  await store.close();
  save();
  process.stdout.write(`${JSON.stringify({ ...progress, done: progress.done.length })}\n`);
  return progress.done.length === stations;
}

function progressOf(file: string): Progress {
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Progress;
  const days = Number(values.days);
  const untilMs = Math.floor((Date.now() + ZONE_MS) / DAY_MS) * DAY_MS - ZONE_MS;
  const span = { fromMs: untilMs - days * DAY_MS, untilMs };
  return { stations: Number(values.stations), days, ...span, done: [], records: 0, seconds: 0 };
}

async function* messagesOf(worker: Worker): AsyncGenerator<Told> {
  const waiting: Told[] = [];
  let wake = (): void => undefined;
  let failed: Error | undefined;
  worker.on("message", (told: Told) => {
    waiting.push(told);
    wake();
  });
  worker.on("error", (error) => {
    failed = error as Error;
    wake();
  });
  for (;;) {
    const next = waiting.shift();
    if (next !== undefined) yield next;
    else if (failed !== undefined) throw failed;
    else
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }
}
