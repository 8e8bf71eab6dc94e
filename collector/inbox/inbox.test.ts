import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CollectorAnswer, decodeAnswerMessage, encodeHello } from "@forecourt/protocol/batch/answer.ts";
import { encodeBatch } from "@forecourt/protocol/batch/envelope.ts";
import { ed25519Signer, ed25519Verifier, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import { canonical } from "@forecourt/protocol/records/canonical.ts";
import { chainHash, GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";
import { parseLine } from "@forecourt/protocol/records/parse.ts";
import { parseTime } from "@forecourt/protocol/time.ts";
import Database from "better-sqlite3";
import fc from "fast-check";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collectorItself } from "../access/reader.ts";
import type { RuleInput } from "../rules/rule.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { gateway as about, NOON_MS, sale, seen, tank } from "../testing/records.ts";
import { until } from "../testing/running.ts";
import { testRegistry, testStation } from "../testing/stations.ts";
import { Inbox } from "./inbox.ts";
import { timeReader } from "./record-time.ts";
import type { UpMessage } from "./transport.ts";

const everybody = collectorItself;
const signer = ed25519Signer(generateKeyPem());
let folder: string;
let store: Store;
let source: FakeGateway;
let inbox: Inbox;
let deliver: (message: UpMessage) => void;
let answers: CollectorAnswer[];
let inputs: RuleInput[];
let nowMs: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "inbox-"));
  source = new FakeGateway("gw-532801-0001", "532801-0001");
  answers = [];
  inputs = [];
  nowMs = NOON_MS;
  await open();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<void> {
  store = await openSqliteStore(join(folder, "test.db"));
  inbox = new Inbox({
    transport: {
      onMessage: (handler) => {
        deliver = handler;
      },
      answer: async (_gateway, payload) => {
        const answer = decodeAnswerMessage(payload, ed25519Verifier(signer.publicKey));
        if (answer.ok) answers.push(answer.value);
      },
    },
    store: store.ingest,
    registry: testRegistry(testStation([{ id: source.id, publicKey: source.signer.publicKey }])),
    signer,
    now: () => nowMs,
    log: pino({ level: "silent" }),
    onInput: (_station, _id, input) => inputs.push(input),
  });
}

async function ask(payload: Buffer, channel = "batch"): Promise<CollectorAnswer> {
  const before = answers.length;
  deliver({ gateway: source.id, channel, payload });
  await until(() => answers.length > before);
  return answers[before]!;
}

function addSales(count: number): void {
  for (let number = 0; number < count; number += 1) {
    source.add(sale({ beforeVolumeCl: 1_000_000 + source.seq * 2_000 }), NOON_MS + source.seq * 1_000);
  }
}

const storedRecords = () =>
  store.queries.records(everybody, [{ gateway: source.id, fromSeq: 1, toSeq: 1_000_000 }], 10_000);
const rawRows = (table: string) => {
  const raw = new Database(join(folder, "test.db"), { readonly: true });
  const rows = raw.prepare(`SELECT * FROM ${table}`).all() as Record<string, unknown>[];
  raw.close();
  return rows;
};

describe("the inbox", () => {
  it("stores a batch whole and gives a receipt for its last record", async () => {
    addSales(3);
    source.add(tank(1_000_000), NOON_MS + 5_000);
    source.add(about({ version: "9.9.9" }), NOON_MS + 6_000);
    const answer = await ask(await source.batch());
    expect(answer).toMatchObject({ type: "receipt", seq: 5, hash: source.hashes[5]?.toString("hex") });
    const stored = await storedRecords();
    expect(stored.map((row) => row.line)).toEqual(source.lines);
    expect(stored.map((row) => Buffer.from(row.hash))).toEqual(source.hashes.slice(1));
    const latest = await store.queries.latest(everybody, source.station);
    expect(latest.tanks).toMatchObject([{ tank: "T1", volumeCl: 1_000_000 }]);
    expect(latest.nozzles).toMatchObject([{ nozzle: "N01", totalVolumeCl: 1_006_000 }]);
    expect(latest.gateways).toMatchObject([{ seq: 5, version: "9.9.9" }]);
    expect(rawRows("batch")).toMatchObject([{ first_seq: 1, count: 5, envelope: await source.batch() }]);
  });

  it("acknowledges a repeat and stores it once", async () => {
    addSales(4);
    await ask(await source.batch());
    expect(await ask(await source.batch(2, 3))).toMatchObject({ type: "receipt", seq: 4 });
    expect(await storedRecords()).toHaveLength(4);
    expect(inputs).toHaveLength(1);
  });

  it("stores only what is new of a batch that overlaps", async () => {
    addSales(6);
    await ask(await source.batch(1, 4));
    expect(await ask(await source.batch(2, 6))).toMatchObject({ type: "receipt", seq: 6 });
    expect((await storedRecords()).map((row) => row.seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(inputs[1]).toMatchObject({ kind: "batch", records: [{ record: { seq: 5 } }, { record: { seq: 6 } }] });
  });

  it("asks for what is missing, once a second, and stores nothing of what came too early", async () => {
    addSales(6);
    await ask(await source.batch(1, 2));
    const early = await source.batch(5, 6);
    const asked = { type: "resend", fromSeq: 3, hash: source.hashes[2]?.toString("hex") };
    expect(await ask(early)).toMatchObject(asked);
    deliver({ gateway: source.id, channel: "batch", payload: early });
    expect(await ask(await source.batch(3, 4))).toMatchObject({ type: "receipt", seq: 4 });
    nowMs += 1_000;
    expect(await ask(await source.batch(6, 6))).toMatchObject({ type: "resend", fromSeq: 5 });
    expect(await storedRecords()).toHaveLength(4);
  });

  it("refuses a chain that does not follow and a second story, keeps both and tells the rules", async () => {
    addSales(2);
    await ask(await source.batch());
    const liar = new FakeGateway(source.id, source.station, source.signer);
    for (let number = 0; number < 3; number += 1) liar.add(tank(900_000 + number), NOON_MS);
    expect(await ask(await liar.batch(3, 3))).toMatchObject({ type: "refusal", code: "chain" });
    expect(await ask(await liar.batch(1, 2))).toMatchObject({ type: "refusal", code: "fork" });
    expect(await ask(await liar.batch(1, 3))).toMatchObject({ type: "refusal", code: "fork" });
    await ask(await liar.batch(1, 3));
    expect(rawRows("refused").map(({ code, times }) => [code, times])).toEqual([
      ["chain", 1],
      ["fork", 1],
      ["fork", 2],
    ]);
    expect(inputs.filter((input) => input.kind === "refused")).toHaveLength(3);
    expect((await storedRecords()).map((row) => row.line)).toEqual(source.lines);
  });

  it("stores a new chain after a damaged journal, and a repeat of it once", async () => {
    addSales(2);
    await ask(await source.batch());
    const replaced = { previousSeq: 2, previousHash: source.hashes[2]!.toString("hex"), reason: "damaged" };
    const line = canonical(seen(about({ event: "journal-replaced", ...replaced }), 10_002, NOON_MS).record);
    const hash = chainHash(GENESIS_HASH, line);
    const from = { gateway: source.id, station: source.station, firstSeq: 10_002, previousHash: GENESIS_HASH };
    const batch = await encodeBatch({ ...from, lastHash: hash }, [line], source.signer);
    const receipt = { type: "receipt", seq: 10_002, hash: hash.toString("hex") };
    expect(await ask(batch)).toMatchObject(receipt);
    expect(await ask(batch)).toMatchObject(receipt);
    const stored = await storedRecords();
    expect(stored.map(({ seq }) => seq)).toEqual([1, 2, 10_002]);
    expect(Buffer.from(stored[2]!.previousHash)).toEqual(GENESIS_HASH);
    expect(inputs).toHaveLength(2);
  });

  it("refuses the whole batch when one record does not fit its schema, and names the field", async () => {
    addSales(1);
    const { record } = seen(sale({ amountFen: -1 }), 2, NOON_MS);
    source.addLine(canonical(record));
    const answer = await ask(await source.batch());
    expect(answer).toMatchObject({ type: "refusal", code: "schema" });
    expect(answer.type === "refusal" && answer.message).toContain("/amountFen");
    expect(await storedRecords()).toHaveLength(0);
    expect(inputs).toMatchObject([{ kind: "refused", refused: { code: "schema" } }]);
  });

  it("refuses a record with a wrong seq or another gateway's name", async () => {
    source.addLine(canonical(seen(sale(), 7, NOON_MS).record));
    expect(await ask(await source.batch())).toMatchObject({ type: "refusal", code: "schema" });
  });

  it("answers a greeting with where it stands, also after a restart", async () => {
    addSales(2);
    await ask(await source.batch());
    await inbox.stop();
    await store.close();
    await open();
    const hello = encodeHello({ type: "hello", gateway: source.id, lastSeq: 9, lastHash: "0".repeat(64) });
    expect(await ask(hello, "hello")).toMatchObject({
      type: "receipt",
      seq: 2,
      hash: source.hashes[2]?.toString("hex"),
    });
  });

  it("does not answer when the store fails, and goes on when it works again", async () => {
    addSales(1);
    const { commit } = store.ingest;
    store.ingest.commit = () => Promise.reject(new Error("disk full"));
    deliver({ gateway: source.id, channel: "batch", payload: await source.batch() });
    await new Promise((resolve) => setImmediate(resolve));
    expect(answers).toEqual([]);
    store.ingest.commit = commit;
    expect(await ask(await source.batch())).toMatchObject({ type: "receipt", seq: 1 });
  });
});

describe("reading records", () => {
  it("reads times as the protocol does, whatever stood before", () => {
    const time = fc.oneof(
      fc
        .integer({ min: NOON_MS, max: NOON_MS + 120_000 })
        .map((ms) => new Date(ms).toISOString().replace("Z", "+08:00")),
      fc.constantFrom(
        "2026-03-02T04:00:61.000+08:00",
        "2026-02-30T12:00:00.000+08:00",
        "",
        "2026-03-02T04:00:0x.000+08:00",
      ),
    );
    fc.assert(
      fc.property(fc.array(time), (texts) => {
        const read = timeReader();
        for (const text of texts) expect(read(text)).toBe(parseTime(text));
      }),
    );
  });

  it("takes a line in canonical form only", () => {
    const line = canonical(seen(sale(), 1, NOON_MS).record);
    expect(parseLine(line).ok).toBe(true);
    const swapped = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(line) as object).reverse()));
    for (const other of [
      swapped,
      ` ${line}`,
      line.replace('"count":1', '"count":1.0'),
      line.replace("{", '{"count":1,'),
    ]) {
      expect(parseLine(other)).toMatchObject({ ok: false, error: { code: "not-canonical" } });
    }
    const lone = line.replace('"reason":null', '"reason":"\\ud800"');
    expect(parseLine(lone).ok).toBe(false);
  });
});
