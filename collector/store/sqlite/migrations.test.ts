/** Every state that the schema was ever in comes forward to the present one with its data, and none goes back in silence. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { checkChains } from "../../backup/check-chains.ts";
import { FakeGateway } from "../../testing/fake-gateway.ts";
import { emptyAt } from "../../testing/old-database.ts";
import { sale, tank } from "../../testing/records.ts";
import { migrations } from "./migrations.ts";
import { openDatabase } from "./open.ts";

const steps = Object.keys(await migrations.getMigrations()).sort();
let folder: string;
let fresh: object[];

beforeAll(async () => {
  const { raw } = await openDatabase(":memory:");
  fresh = schemaOf(raw);
  raw.close();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "migrations-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Tables and indexes, as SQLite was told of them; later columns stand where they were added. */
const schemaOf = (raw: Database.Database) =>
  raw
    .prepare("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name")
    .all() as object[];

const gateway = new FakeGateway("gw-532801-0001", "532801-0001");
for (let at = 0; at < 10; at += 1) gateway.add(at % 2 === 0 ? tank(1_000_000 - at) : sale(), 1_795_000_000_000 + at);
const envelope = await gateway.batch();

/** What the oldest program would have stored. */
function fill(raw: Database.Database): void {
  const { id, station, seq, hashes, lines } = gateway;
  raw
    .prepare("INSERT INTO gateway (id, station, seq, hash, heard_ms) VALUES (?, ?, ?, ?, 1)")
    .run(id, station, seq, hashes[seq]);
  const input = raw
    .prepare("INSERT INTO input (station, kind, at_ms) VALUES (?, 'batch', 1)")
    .run(station).lastInsertRowid;
  raw.prepare("INSERT INTO batch VALUES (?, 1, 1, ?, 1, ?)").run(input, seq, envelope);
  for (const [at, line] of lines.entries()) {
    const { kind } = JSON.parse(line) as { kind: string };
    raw.prepare("INSERT INTO record VALUES (1, ?, ?, 1, ?, ?)").run(at + 1, kind, line, hashes[at + 1]);
  }
}

test.each(steps)(
  "a database that ended with %s comes forward with its chain, to the same tables as a fresh one",
  async (step) => {
    const file = join(folder, "old.db");
    const old = await emptyAt(file, step);
    fill(old);
    old.close();
    const { raw } = await openDatabase(file);
    expect(schemaOf(raw)).toEqual(fresh);
    expect(checkChains(raw)).toMatchObject({ ok: true, value: { gateways: 1, records: 10 } });
    expect(raw.pragma("integrity_check", { simple: true })).toBe("ok");
    raw.close();
  },
);

test("a notice of a delivery from the days when there was nothing else to file is a waybill now", async () => {
  const file = join(folder, "old.db");
  const old = await emptyAt(file, "0003-rules");
  old.prepare("INSERT INTO delivery_notice VALUES ('n-1', '532801-0001', 'T1', 900000, 10, 20, '云A12345', 5)").run();
  old.close();
  const { raw } = await openDatabase(file);
  expect(raw.prepare("SELECT id, filing, from_ms, until_ms FROM filing").all()).toEqual([
    { id: "n-1", filing: "waybill", from_ms: 10, until_ms: 20 },
  ]);
  raw.close();
});
