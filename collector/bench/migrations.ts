/**
 * How long it takes to bring a year of data up from the oldest tables that can hold records. The year is ingested with
 * today's program from what `sim history` wrote, and its records are then copied into a database of that time.
 * `node collector/bench/migrations.ts FOLDER` prints the figures as JSON; FOLDER holds a folder a station.
 */
import { createReadStream, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { openBatch, proveBatch } from "@forecourt/protocol/batch/envelope.ts";
import { ed25519Verifier } from "@forecourt/protocol/batch/signer.ts";
import { parseLine } from "@forecourt/protocol/records/parse.ts";
import Database from "better-sqlite3";
import { pino } from "pino";
import { checkChains } from "../backup/check-chains.ts";
import { readRecords } from "../inbox/records.ts";
import { StatisticsKeeper } from "../statistics/keeper.ts";
import { openDatabase } from "../store/sqlite/open.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { emptyAt } from "../testing/old-database.ts";

const BATCH = 500;
/** The first state of the schema in which records can be stored. */
const OLDEST = "0002-projections";
const ITS_TABLES = ["gateway", "input", "batch", "record", "sale", "tank_level"].concat(
  ["tank", "nozzle", "seal", "link", "identity"].map((what) => `latest_${what}`),
);

/** Takes a station's journal in, as if it had come over the wire. */
async function ingest(file: string, database: string): Promise<void> {
  const store = await openSqliteStore(database);
  let gateway: FakeGateway | undefined;
  let sent = 0;
  const send = async (source: FakeGateway) => {
    const envelope = await source.batch(sent + 1);
    const opened = openBatch(envelope);
    const proved = opened.ok ? proveBatch(opened.value, ed25519Verifier(source.signer.publicKey)) : opened;
    if (!proved.ok) throw new Error(proved.error.message);
    const records = readRecords(source.id, proved.value);
    if (!records.ok) throw new Error(records.error.message);
    const receivedMs = records.value.at(-1)!.atMs;
    const { id, station } = source;
    await store.ingest.commit([
      { gateway: id, station, receivedMs, envelope, lines: proved.value, records: records.value },
    ]);
    sent = source.seq;
  };
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (gateway === undefined) {
      const first = parseLine(line);
      if (!first.ok) throw new Error(first.error.message);
      const { gateway: id } = first.value;
      gateway = new FakeGateway(id, id.replace(/^gw-([0-9]{6}-[0-9]{4}).*$/, "$1"));
    }
    gateway.addLine(line);
    if (gateway.seq - sent === BATCH) await send(gateway);
  }
  if (gateway !== undefined && gateway.seq > sent) await send(gateway);
  await store.close();
}

async function copyInto(old: string, year: string): Promise<void> {
  const raw = await emptyAt(old, OLDEST);
  raw.prepare("ATTACH ? AS year").run(year);
  raw.transaction(() => {
    for (const table of ITS_TABLES) raw.exec(`INSERT INTO main.${table} SELECT * FROM year.${table}`);
  })();
  raw.exec("DETACH year");
  raw.pragma("wal_checkpoint(TRUNCATE)");
  raw.close();
}

const seconds = async (work: () => Promise<unknown>) => {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
};

async function measure(folder: string) {
  const work = mkdtempSync(join(tmpdir(), "forecourt-migrations-"));
  const [year, old] = [join(work, "year.db"), join(work, "old.db")];
  try {
    for (const station of readdirSync(folder, { withFileTypes: true }))
      if (station.isDirectory()) await ingest(join(folder, station.name, "records.ndjson"), year);
    await copyInto(old, year);
    const megabytes = statSync(old).size / 1e6;
    const migrateSeconds = await seconds(async () => (await openDatabase(old)).raw.close());
    const store = await openSqliteStore(old);
    const keeper = new StatisticsKeeper({
      store: store.statistics,
      gradeOf: () => "92#",
      log: pino({ level: "silent" }),
    });
    const sumSeconds = await seconds(() => keeper.workOff());
    const different = (await store.statistics.differences()).length;
    await store.close();
    const raw = new Database(old, { readonly: true });
    const chains = checkChains(raw);
    raw.close();
    if (!chains.ok || different > 0) throw new Error(chains.ok ? `${different} days differ` : chains.error);
    return { records: chains.value.records, megabytes, migrateSeconds, sumSeconds };
  } finally {
    rmSync(work, { recursive: true });
  }
}

process.stdout.write(`${JSON.stringify(await measure(process.argv[2] ?? "."))}\n`);
