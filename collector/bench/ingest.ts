/**
 * How fast the collector takes batches in, from the arrival of an envelope to its acknowledged commit, beside what
 * better-sqlite3 alone makes of the same rows: same tables, same durability, same run. A window of batches is on the
 * way, as agents keep it; the collector lets those that wait together share a transaction. The bare inserts are timed
 * with one transaction a batch and with as many batches to a transaction as the window holds, and the faster counts.
 * All take turns, a few batches at a time, so that whatever else the machine does disturbs them alike.
 * `node collector/bench/ingest.ts --json` prints the figures.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openBatch, proveBatch } from "@forecourt/protocol/batch/envelope.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
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
  /** the same of processor time, which other programs disturb least */
  processorRatio: number;
  /** processor time that the rules add to that of the ingest */
  rulesShare: number;
  records: number;
}

const BATCH = 500;
/** Batches without a receipt: an agent's default. */
const WINDOW = 8;
/** Batches of one turn. */
const TURN = 8;
const STEP_MS = 60_000;
const FULL_CL = 2_600_000;
const LOW_CL = 500_000;
/** The hexadecimal of frames as they really come: two confirmed totals and a last fuelling. */
const FRAME = "BB1B8901000123456789000950617890C3".repeat(2);

/**
 * A journal as a busy station writes it: two nozzles sell in turn, a level follows each sale, now and then a heartbeat.
 * Times, stamps and levels fit together: what the rules see is honest but for the deliveries, which nobody announced.
 */
function journal(records: number): FakeGateway {
  const source = new FakeGateway("gw-532801-0001", "532801-0001");
  const nozzles = [
    { nozzle: "N01", tank: "T1", totalCl: 1_000_000, tankCl: FULL_CL },
    { nozzle: "N02", tank: "T2", totalCl: 2_000_000, tankCl: FULL_CL },
  ];
  for (let index = 0; index < records; index += 1) {
    const atMs = NOON_MS + index * STEP_MS;
    const one = nozzles[Math.floor(index / 2) % 2]!;
    if (index % 50 === 49) source.add(gateway({ uptimeMs: index * STEP_MS }), atMs);
    else if (index % 2 === 1) source.add(tank(one.tankCl, { tank: one.tank, raw: [FRAME] }), atMs);
    else {
      const volumeCl = 1_500 + ((index * 37) % 4_000);
      source.add(soldAt(atMs, { nozzle: one.nozzle, volumeCl, beforeVolumeCl: one.totalCl }), atMs);
      one.totalCl += volumeCl;
      one.tankCl = one.tankCl - volumeCl < LOW_CL ? FULL_CL : one.tankCl - volumeCl;
    }
  }
  return source;
}

function soldAt(atMs: number, of: { nozzle: string; volumeCl: number; beforeVolumeCl: number }) {
  const local = formatTime(atMs);
  const [dayOfMonth, hour, minute] = [local.slice(8, 10), local.slice(11, 13), local.slice(14, 16)].map(Number);
  const plain = sale({ ...of, raw: [FRAME, FRAME, FRAME] });
  return { ...plain, lastFuelling: { ...plain.lastFuelling!, dayOfMonth: dayOfMonth!, hour: hour!, minute: minute! } };
}

async function envelopes(source: FakeGateway): Promise<Buffer[]> {
  const list: Buffer[] = [];
  for (let from = 1; from <= source.seq; from += BATCH) {
    list.push(await source.batch(from, Math.min(from + BATCH - 1, source.seq)));
  }
  return list;
}

/** Milliseconds on the clock and of the processor. */
interface Took {
  wallMs: number;
  processorMs: number;
}

async function timed(run: () => Promise<void> | void): Promise<Took> {
  const [processor, started] = [process.cpuUsage(), performance.now()];
  await run();
  const { user, system } = process.cpuUsage(processor);
  return { wallMs: performance.now() - started, processorMs: (user + system) / 1_000 };
}

/** One way of storing batches, with a database of its own. */
interface Lane {
  /** Stores batches `from` to before `until`. */
  store(from: number, until: number): Promise<Took>;
  close(): Promise<void>;
}

/** The whole way: envelope in, receipt out. */
async function inboxLane(folder: string, source: FakeGateway, batches: Buffer[], rules: boolean): Promise<Lane> {
  const registry = testRegistry(testStation([{ id: source.id, publicKey: source.signer.publicKey }], source.station));
  const store = await openSqliteStore(join(folder, `inbox-${rules}.db`));
  const log = pino({ level: "silent" });
  let deliver: (message: UpMessage) => void = () => undefined;
  let answered = (_seq: number): void => undefined;
  const transport: Transport = {
    onMessage: (handler) => {
      deliver = handler;
    },
    answer: async (_gateway, payload) => answered(receiptSeq(payload)),
  };
  const newId = () => crypto.randomUUID();
  const ignore = () => undefined;
  const behind = { store: store.rules, registry, configured: {}, now: Date.now, newId, log, onFlags: ignore };
  const runner = new RuleRunner(behind);
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
  return {
    store: (from, until) =>
      timed(async () => {
        const lastSeq = Math.min(until * BATCH, source.seq);
        await new Promise<void>((resolve) => {
          let sent = from;
          answered = (seq) => {
            if (seq === lastSeq) resolve();
            for (; sent < until && sent < Math.floor(seq / BATCH) + WINDOW; sent += 1) {
              deliver({ gateway: source.id, channel: "batch", payload: batches[sent]! });
            }
          };
          answered(from * BATCH);
        });
        if (rules) await runner.tick();
      }),
    async close() {
      await inbox.stop();
      await runner.stop();
      const { seq } = await store.ingest.position(source.id);
      if (seq !== source.seq) throw new Error(`${seq} of ${source.seq} records were stored`);
      await store.close();
    },
  };
}

/** What an agent reads in a receipt; a collector that refuses its own benchmark is a bug. */
function receiptSeq(payload: Buffer): number {
  const { answer } = JSON.parse(payload.toString("utf8")) as { answer: { type: string; seq: number } };
  if (answer.type !== "receipt") throw new Error(`the collector answered with a ${answer.type}`);
  return answer.seq;
}

/** The same rows, read from the same batches beforehand, inserted by better-sqlite3 alone. */
async function rawLane(folder: string, source: FakeGateway, batches: Buffer[], batchesAtOnce: number): Promise<Lane> {
  const registry = testRegistry(testStation([{ id: source.id, publicKey: source.signer.publicKey }], source.station));
  const verifier = registry.gateway(source.id)!.verifier;
  const { raw } = await openDatabase(join(folder, `raw-${batchesAtOnce}.db`));
  makeDurable(raw);
  const input = raw.prepare("INSERT INTO input (station, kind, at_ms, body) VALUES (?, ?, ?, ?)");
  const envelope = raw.prepare("INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?)");
  const record = raw.prepare("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?)");
  const saleRow = raw.prepare("INSERT INTO sale VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const tankRow = raw.prepare("INSERT INTO tank_level VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const write = raw.transaction((prepared: ReturnType<typeof rowsOf>[], from: number): void => {
    for (const [index, rows] of prepared.entries()) {
      const id = input.run(source.station, "batch", NOON_MS, null).lastInsertRowid;
      envelope.run(id, 1, (from + index) * BATCH + 1, rows.length, NOON_MS, batches[from + index]!);
      for (const { values, sale: saleValues, tank: tankValues } of rows) {
        record.run(...values);
        if (saleValues !== undefined) saleRow.run(...saleValues);
        if (tankValues !== undefined) tankRow.run(...tankValues);
      }
    }
  });
  return {
    async store(from, until) {
      const prepared = batches.slice(from, until).map((payload) => rowsOf(payload, source, verifier));
      return timed(() => {
        for (let at = 0; at < prepared.length; at += batchesAtOnce) {
          write(prepared.slice(at, at + batchesAtOnce), from + at);
        }
      });
    },
    close: async () => {
      raw.close();
    },
  };
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
 * Measures.
 * @param records how many; whole turns of {@link TURN} batches
 */
export async function measureIngest(records = 80_000): Promise<IngestFigures> {
  const folder = mkdtempSync(join(tmpdir(), "ingest-"));
  try {
    const source = journal(records);
    const batches = await envelopes(source);
    const lanes = {
      rawOneByOne: await rawLane(folder, source, batches, 1),
      raw: await rawLane(folder, source, batches, WINDOW),
      ingest: await inboxLane(folder, source, batches, false),
      rules: await inboxLane(folder, source, batches, true),
    };
    const turns: Turn[] = [];
    for (let from = 0; from < batches.length; from += TURN) {
      const until = Math.min(from + TURN, batches.length);
      turns.push({
        rawOneByOne: await lanes.rawOneByOne.store(from, until),
        raw: await lanes.raw.store(from, until),
        ingest: await lanes.ingest.store(from, until),
        rules: await lanes.rules.store(from, until),
      });
    }
    for (const lane of Object.values(lanes)) await lane.close();
    // The first turn warms everything up.
    return figures(turns.slice(1));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Turn = Record<"rawOneByOne" | "raw" | "ingest" | "rules", Took>;

function figures(turns: readonly Turn[]): IngestFigures {
  const of = (lane: keyof Turn, time: keyof Took) => lowerQuartile(turns.map((turn) => turn[lane][time]));
  const bare = (time: keyof Took) => Math.min(of("raw", time), of("rawOneByOne", time));
  const perSecond = (ms: number) => Math.round((TURN * BATCH) / (ms / 1_000));
  return {
    recordsPerSecond: perSecond(of("ingest", "wallMs")),
    recordsPerSecondWithRules: perSecond(of("rules", "wallMs")),
    rawRecordsPerSecond: perSecond(bare("wallMs")),
    ratio: Number((bare("wallMs") / of("ingest", "wallMs")).toFixed(3)),
    processorRatio: Number((bare("processorMs") / of("ingest", "processorMs")).toFixed(3)),
    rulesShare: Number((of("rules", "processorMs") / of("ingest", "processorMs") - 1).toFixed(3)),
    records: turns.length * TURN * BATCH,
  };
}

/** What disturbs a turn only ever makes it slower: the quarter that was disturbed least says most. */
function lowerQuartile(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 4)] ?? Number.NaN;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { json: { type: "boolean" }, records: { type: "string" } } });
  const measured = await measureIngest(values.records === undefined ? undefined : Number(values.records));
  const text = values.json
    ? JSON.stringify(measured)
    : Object.entries(measured)
        .map(([name, value]) => `${name.padEnd(28)}${value}`)
        .join("\n");
  process.stdout.write(`${text}\n`);
}
