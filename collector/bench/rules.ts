/**
 * What all rules cost over a station's journal, once its lines are read: processor time of the engine alone, beside that
 * of reading and checking the same lines. Works on a folder that `sim history` wrote for one station.
 * `node collector/bench/rules.ts FOLDER` prints the figures as JSON.
 */
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseLine } from "@forecourt/protocol/records/parse.ts";
import { timeReader } from "../inbox/record-time.ts";
import { readStation } from "../rules/replay-files.ts";
import type { SeenRecord } from "../rules/rule.ts";

/** Records read before the rules get them: enough that the clock is not looked at all the time. */
const CHUNK = 5_000;

interface RulesFigures {
  records: number;
  flags: number;
  /** processor time, seconds */
  rulesSeconds: number;
  readingSeconds: number;
}

/** @throws Error when the folder is not what `sim history` writes */
async function measureRules(folder: string): Promise<RulesFigures> {
  const files = { registry: join(folder, "registry.yaml"), filings: join(folder, "filings.ndjson") };
  const station = readStation(files, {});
  if (!station.ok) throw new Error(station.error.map(({ message }) => message).join("; "));
  const replay = station.value;
  const readTime = timeReader();
  let chunk: SeenRecord[] = [];
  let rulesMs = 0;
  let began = processorMs();
  const start = began;
  const judge = () => {
    began = processorMs();
    for (const seen of chunk) replay.record(seen);
    rulesMs += processorMs() - began;
    chunk = [];
  };
  for await (const line of createInterface({ input: createReadStream(join(folder, "records.ndjson")) })) {
    const parsed = parseLine(line);
    if (!parsed.ok) throw new Error(parsed.error.message);
    chunk.push({ record: parsed.value, atMs: readTime(parsed.value.at)! });
    if (chunk.length === CHUNK) judge();
  }
  judge();
  began = processorMs();
  const { records, flags } = replay.finish();
  const end = processorMs();
  rulesMs += end - began;
  return {
    records,
    flags: flags.length,
    rulesSeconds: rulesMs / 1_000,
    readingSeconds: (end - start - rulesMs) / 1_000,
  };
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

process.stdout.write(`${JSON.stringify(await measureRules(process.argv[2] ?? "."))}\n`);
