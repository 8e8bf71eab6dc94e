import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../store/sqlite/open.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { tank } from "../testing/records.ts";
import { ConnectedGateway, runCollector, type TestCollector } from "../testing/running.ts";
import { testRegistry, testStation } from "../testing/stations.ts";
import { makeBackup, restoreBackup, verifyBackup } from "./backup.ts";

const NOON_MS = 1_795_000_000_000;
let folder: string;
let collector: TestCollector;
let gateway: FakeGateway;
let connected: ConnectedGateway;
let database: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "backup-"));
  database = join(folder, "collector.db");
  gateway = new FakeGateway("gw-532801-0001", "532801-0001");
  const station = testStation([{ id: gateway.id, publicKey: gateway.signer.publicKey }], gateway.station);
  collector = await runCollector(testRegistry(station), { database });
  connected = await ConnectedGateway.connect(collector, gateway);
});
afterEach(async () => {
  await connected.close();
  await collector.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Sends so many records, one a batch. */
async function send(count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 1) {
    gateway.add(tank(1_000_000), NOON_MS + 1_000 * gateway.seq);
    await connected.ask("batch", await gateway.batch(gateway.seq));
  }
}

const backup = () => join(folder, "backup");
const counted = (file: string): number => {
  const raw = new Database(file, { readonly: true });
  try {
    return (raw.prepare("SELECT count(*) AS n FROM record").get() as { n: number }).n;
  } finally {
    raw.close();
  }
};

describe("a backup", () => {
  test("is taken while batches come in, holds whole batches, and is brought back with its chains", async () => {
    await send(20);
    const sending = send(40);
    const made = await makeBackup(database, backup(), NOON_MS);
    await sending;
    expect(made).toMatchObject({ ok: true, value: { gateways: 1 } });
    const { records } = (made as { value: { records: number } }).value;
    expect(records).toBeGreaterThanOrEqual(20);
    expect(await verifyBackup(backup())).toEqual(made);
    const restored = join(folder, "elsewhere", "restored.db");
    expect(await restoreBackup(backup(), restored)).toEqual(made);
    expect(counted(restored)).toBe(records);
    expect(counted(database)).toBe(60);
    (await openDatabase(restored)).raw.close();
  });

  test("is not brought back over a database", async () => {
    await makeBackup(database, backup(), NOON_MS);
    expect(await restoreBackup(backup(), database)).toMatchObject({ ok: false, error: { code: "exists" } });
    expect(await makeBackup(database, backup(), NOON_MS)).toMatchObject({ error: { code: "exists" } });
  });

  test("is not believed when a byte of it has changed, or when it did not come to its end", async () => {
    await send(5);
    await makeBackup(database, backup(), NOON_MS);
    const copy = join(backup(), "collector.db");
    const bytes = readFileSync(copy);
    bytes[bytes.length - 100] = bytes[bytes.length - 100]! ^ 1;
    writeFileSync(copy, bytes);
    expect(await restoreBackup(backup(), join(folder, "r.db"))).toMatchObject({ error: { code: "damaged" } });
    rmSync(join(backup(), "backup.json"));
    expect(await verifyBackup(backup())).toMatchObject({ error: { code: "missing" } });
  });

  test("of a database whose records were changed says where the chain breaks", async () => {
    await send(5);
    const raw = new Database(database);
    raw.prepare("UPDATE record SET line = replace(line, ':', ': ') WHERE seq = 3").run();
    raw.close();
    const made = await makeBackup(database, backup(), NOON_MS);
    expect(made).toMatchObject({ error: { code: "damaged", message: expect.stringContaining("does not hold at 3") } });
  });
});

test("a database of a newer version is refused, and not touched", async () => {
  const newer = join(folder, "newer.db");
  const { raw } = await openDatabase(newer);
  raw.prepare("INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-later', '2030-01-01')").run();
  raw.close();
  const before = readFileSync(newer);
  await expect(openDatabase(newer)).rejects.toThrow("9999-later");
  expect(readFileSync(newer).equals(before)).toBe(true);
});
