/**
 * How fast the collector takes batches in, from the arrival of an envelope to its acknowledged commit, beside what
 * better-sqlite3 alone makes of the same rows: same tables, same transactions, same durability, same run.
 * `node collector/bench/ingest.ts --json` prints the figures.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openBatch, proveBatch } from "@forecourt/protocol/batch/envelope.ts";
import { pino } from "pino";
import { Inbox } from "../inbox/inbox.ts";
import { readRecords } from "../inbox/records.ts";
import type { Transport, UpMessage } from "../inbox/transport.ts";
import { RuleRunner } from "../rules/runner.ts";
import { makeDurable, openDatabase } from "../store/sqlite/open.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { gateway, NOON_MS, sale, tank } from "../testing/records.ts";
import { testRegistry, testStation } from "../testing/stations.ts";

export interface IngestFigures {
  recordsPerSecond: number;
  /** the same with the rules run behind every batch */
  recordsPerSecondWithRules: number;
  rawRecordsPerSecond: number;
  ratio: number;
  /** time that the rules add to the time of the ingest */
  rulesShare: number;
  records: number;
}

const BATCH = 500;
const ROUNDS = 3;
const STEP_MS = 2_000;
/** The hexadecimal of frames as they really come: two confirmed totals and a last fuelling. */
const FRAME = "BB1B8901000123456789000950617890C3".repeat(2);

/** A journal as a busy station writes it: sales of two nozzles, levels in between, now and then a heartbeat. */
function journal(records: number): FakeGateway {
  const source = new FakeGateway("gw-532801-0001", "532801-0001");
  const totals = { N01: 1_000_000, N02: 2_000_000 };
  let levelCl = 900_000_000;
  for (let index = 0; index < records; index += 1) {
    const atMs = NOON_MS + index * STEP_MS;
    const nozzle = index % 4 === 0 ? "N01" : "N02";
    if (index % 50 === 49) source.add(gateway({ uptimeMs: index * STEP_MS }), atMs);
    else if (index % 2 === 0) {
      const volumeCl = 1_500 + ((index * 37) % 4_000);
      source.add(sale({ nozzle, volumeCl, beforeVolumeCl: totals[nozzle], raw: [FRAME, FRAME, FRAME] }), atMs);
      totals[nozzle] += volumeCl;
    } else {
      levelCl -= 2_000;
      source.add(tank(levelCl, { tank: index % 4 === 1 ? "T1" : "T2", raw: [FRAME] }), atMs);
    }
  }
  return source;
}

async function envelopes(source: FakeGateway): Promise<Buffer[]> {
  const list: Buffer[] = [];
  for (let from = 1; from <= source.seq; from += BATCH) {
    list.push(await source.batch(from, Math.min(from + BATCH - 1, source.seq)));
  }
  return list;
}

/** The whole way: envelope in, receipt out. @returns milliseconds */
async function throughInbox(folder: string, source: FakeGateway, batches: Buffer[], rules: boolean): Promise<number> {
  const registry = testRegistry(testStation([{ id: source.id, publicKey: source.signer.publicKey }], source.station));
  const store = await openSqliteStore(join(folder, `inbox-${rules}-${Math.random()}.db`));
  const log = pino({ level: "silent" });
  let deliver: (message: UpMessage) => void = () => undefined;
  let answered = (): void => undefined;
  const transport: Transport = {
    onMessage: (handler) => {
      deliver = handler;
    },
    answer: async () => answered(),
  };
  const runner = new RuleRunner({
    store: store.rules,
    registry,
    configured: {},
    now: Date.now,
    newId: () => crypto.randomUUID(),
    log,
    onFlags: () => undefined,
  });
  const inbox = new Inbox({
    transport,
    store: store.ingest,
    registry,
    signer: source.signer,
    now: Date.now,
    log,
    onInput: (station, id, input) => {
      if (rules) runner.offer(station, id, input);
    },
  });
  const started = performance.now();
  for (const payload of batches) {
    const done = new Promise<void>((resolve) => {
      answered = resolve;
    });
    deliver({ gateway: source.id, channel: "batch", payload });
    await done;
  }
  if (rules) await runner.tick();
  const took = performance.now() - started;
  await inbox.stop();
  await runner.stop();
  const { seq } = await store.ingest.position(source.id);
  if (seq !== source.seq) throw new Error(`${seq} of ${source.seq} records were stored`);
  await store.close();
  return took;
}

/** The same rows, read from the finished database of a real run, inserted by better-sqlite3 alone. @returns milliseconds */
async function rawInserts(folder: string, source: FakeGateway, batches: Buffer[]): Promise<number> {
  const registry = testRegistry(testStation([{ id: source.id, publicKey: source.signer.publicKey }], source.station));
  const verifier = registry.gateway(source.id)!.verifier;
  const { raw } = await openDatabase(join(folder, `raw-${Math.random()}.db`));
  makeDurable(raw);
  const input = raw.prepare("INSERT INTO input (station, kind, at_ms, body) VALUES (?, ?, ?, ?)");
  const envelope = raw.prepare("INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?)");
  const record = raw.prepare("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?)");
  const saleRow = raw.prepare("INSERT INTO sale VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const tankRow = raw.prepare("INSERT INTO tank_level VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const prepared = batches.map((payload) => rowsOf(payload, source, verifier));
  const write = raw.transaction((rows: ReturnType<typeof rowsOf>, payload: Buffer, firstSeq: number): void => {
    const id = input.run(source.station, "batch", NOON_MS, null).lastInsertRowid;
    envelope.run(id, 1, firstSeq, rows.length, NOON_MS, payload);
    for (const { values, sale: saleValues, tank: tankValues } of rows) {
      record.run(...values);
      if (saleValues !== undefined) saleRow.run(...saleValues);
      if (tankValues !== undefined) tankRow.run(...tankValues);
    }
  });
  const started = performance.now();
  for (const [index, rows] of prepared.entries()) write(rows, batches[index]!, index * BATCH + 1);
  const took = performance.now() - started;
  raw.close();
  return took;
}

type Values = (string | number | Buffer | null)[];

function rowsOf(
  payload: Buffer,
  source: FakeGateway,
  verifier: Parameters<typeof proveBatch>[1],
): { values: Values; sale?: Values; tank?: Values }[] {
  const opened = openBatch(payload);
  if (!opened.ok) throw new Error(opened.error.message);
  const lines = proveBatch(opened.value, verifier);
  if (!lines.ok) throw new Error(lines.error.message);
  const records = readRecords(source.id, lines.value);
  if (!records.ok) throw new Error(records.error.message);
  return records.value.map(({ record: r, atMs }, index) => {
    const { seq, line, hash } = lines.value[index]!;
    const values: Values = [1, seq, r.kind, atMs, line, hash];
    if (r.kind === "sale") {
      const amounts = [r.volumeCl, r.amountFen, r.unitPriceFen, r.count, r.totalVolumeCl, r.totalAmountFen];
      return { values, sale: [source.station, atMs, 1, seq, r.device, r.nozzle, ...amounts, r.quality, r.reason] };
    }
    if (r.kind !== "tank") return { values };
    const levels = [r.levelUm, r.waterLevelUm, r.temperatureMc, r.volumeCl, r.ullageCl];
    return { values, tank: [source.station, r.tank, atMs, 1, seq, ...levels, "[]", r.quality, r.reason] };
  });
}

/**
 * Measures, the best of a few rounds each: what disturbs only ever makes it slower.
 * @param records how many records; whole batches of 500
 */
export async function measureIngest(records = 20_000): Promise<IngestFigures> {
  const folder = mkdtempSync(join(tmpdir(), "ingest-"));
  try {
    const source = journal(records);
    const batches = await envelopes(source);
    const best = { ingest: Number.POSITIVE_INFINITY, rules: Number.POSITIVE_INFINITY, raw: Number.POSITIVE_INFINITY };
    for (let round = 0; round < ROUNDS; round += 1) {
      best.raw = Math.min(best.raw, await rawInserts(folder, source, batches));
      best.ingest = Math.min(best.ingest, await throughInbox(folder, source, batches, false));
      best.rules = Math.min(best.rules, await throughInbox(folder, source, batches, true));
    }
    const perSecond = (ms: number) => Math.round(records / (ms / 1_000));
    return {
      recordsPerSecond: perSecond(best.ingest),
      recordsPerSecondWithRules: perSecond(best.rules),
      rawRecordsPerSecond: perSecond(best.raw),
      ratio: Number((best.raw / best.ingest).toFixed(3)),
      rulesShare: Number(((best.rules - best.ingest) / best.ingest).toFixed(3)),
      records,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { json: { type: "boolean" }, records: { type: "string" } } });
  const figures = await measureIngest(values.records === undefined ? undefined : Number(values.records));
  const text = values.json
    ? JSON.stringify(figures)
    : Object.entries(figures)
        .map(([name, value]) => `${name.padEnd(28)}${value}`)
        .join("\n");
  process.stdout.write(`${text}\n`);
}
