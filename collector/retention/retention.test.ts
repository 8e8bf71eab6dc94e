/** What the policy lets go goes, and nothing else: the chain, the evidence, the sums and the records that come in stay whole. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { verifyAudit } from "../audit/chain.ts";
import { checkChains } from "../backup/check-chains.ts";
import { buildEvidence } from "../evidence/build.ts";
import { sqliteAudit } from "../store/sqlite/audit.ts";
import { sqliteEvidence } from "../store/sqlite/evidence.ts";
import { openDatabase } from "../store/sqlite/open.ts";
import { sqliteRetention } from "../store/sqlite/retention.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { health, NOON_MS, sale, tank } from "../testing/records.ts";
import { ConnectedGateway, runCollector, SIGNED, type TestCollector, until } from "../testing/running.ts";
import { testRegistry, testStation } from "../testing/stations.ts";
import { clockProblem, Protection, policyProblem, type RetentionPolicy, yearsBefore } from "./policy.ts";
import { purge } from "./purge.ts";

const YEAR_MS = 366 * 86_400_000;
const policy: RetentionPolicy = { rawYears: { tank: 2, sale: 5 }, evidenceYears: 10 };
let folder: string;
let collector: TestCollector;
let gateway: FakeGateway;
let connected: ConnectedGateway;
let raw: Database.Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "retention-"));
  gateway = new FakeGateway("gw-532801-0001", "532801-0001");
  const station = testStation([{ id: gateway.id, publicKey: gateway.signer.publicKey }], gateway.station);
  const database = join(folder, "collector.db");
  collector = await runCollector(testRegistry(station), { database });
  connected = await ConnectedGateway.connect(collector, gateway);
  ({ raw } = await openDatabase(database));
});
afterEach(async () => {
  raw.close();
  await connected.close();
  await collector.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Sends batches of a sale, two levels and a sign of life. */
async function send(batches: number): Promise<void> {
  for (let sent = 0; sent < batches; sent += 1) {
    const [first, atMs] = [gateway.seq + 1, NOON_MS + 60_000 * gateway.seq];
    const before = { beforeVolumeCl: 1_000_000 + 500 * gateway.seq, beforeAmountFen: 7_700_000 + 3_850 * gateway.seq };
    gateway.add(sale({ volumeCl: 2_000, ...before }), atMs);
    for (const at of [1, 2]) gateway.add(tank(1_000_000 - at), atMs + at);
    gateway.add(health(), atMs + 3);
    expect(await connected.ask("batch", await gateway.batch(first))).toMatchObject({ type: "receipt" });
  }
}

const value = (text: string) => (raw.prepare(text).get() as { n: number }).n;
const count = (table: string, where = "1") => value(`SELECT count(*) AS n FROM ${table} WHERE ${where}`);
/** What was sent is summed and judged, with states that have learnt from it; what the rules made of it protects nothing. */
async function settled(): Promise<void> {
  await until(() => value("SELECT batch AS n FROM summed") === value("SELECT max(input) AS n FROM batch"));
  await until(
    () => value("SELECT coalesce(max(cursor), 0) AS n FROM rule_state") >= value("SELECT max(input) AS n FROM batch"),
  );
  raw.exec("DELETE FROM flag");
  raw.exec("UPDATE rule_state SET checkpoint = NULL, cursor = (SELECT max(id) FROM input)");
}
const after = (years: number, changes: object = {}) =>
  purge(sqliteRetention(raw, sqliteAudit(raw)), {
    ...{ policy, nowMs: Date.now() + years * YEAR_MS, apply: true, by: "李四", why: "档案期满" },
    ...{ pause: async () => undefined, ...changes },
  });

/** A flag that rests on these records. */
function flag(id: string, fromSeq: number, toSeq: number, endedMs: number | null): void {
  const evidence = JSON.stringify([{ gateway: gateway.id, fromSeq, toSeq }]);
  raw
    .prepare(
      `INSERT INTO flag VALUES (?, 'tax-port.total-decreased', ?, ?, 'high', ?, 1, ?, ?, 1, '{}', '{}', '{"zh":"","en":""}', ?)`,
    )
    .run(id, gateway.station, `N-${id}`, endedMs === null ? "open" : "ended", endedMs ?? 1, endedMs, evidence);
}

describe("retention", () => {
  test("a plan says what would go, and changes nothing", async () => {
    await send(6);
    await settled();
    const before = raw.serialize();
    const plan = await after(3, { apply: false });
    expect(plan.map(({ layer, records, batches }) => [layer, records, batches])).toEqual([
      ["sale", 0, 0],
      ["tank", 12, 0],
      ["batch", 0, 0],
    ]);
    expect(raw.serialize().equals(before)).toBe(true);
  });

  test("rows go by kind, their hashes and signed batches stay, and the chain is thinned, not broken", async () => {
    await send(6);
    await settled();
    expect(checkChains(raw)).toMatchObject({ ok: true, value: { records: 24, thinned: 0 } });
    await after(3);
    expect([count("tank_level"), count("sale"), count("record", "line = ''"), count("batch")]).toEqual([0, 6, 12, 6]);
    expect(checkChains(raw)).toMatchObject({ ok: true, value: { records: 12, thinned: 12 } });
    expect(count("latest_tank")).toBe(1);
    // The next of the chain follows as ever.
    await send(1);
    expect(checkChains(raw)).toMatchObject({ ok: true, value: { records: 16, thinned: 12 } });
  });

  test("whole batches go later, a range with both hashes stays, and sums are kept", async () => {
    await send(6);
    await settled();
    await after(11);
    expect([count("record"), count("batch"), count("sale"), count("thinned")]).toEqual([0, 0, 0, 1]);
    expect(checkChains(raw)).toMatchObject({ ok: true, value: { records: 0, thinned: 24 } });
    expect(value("SELECT sum(sales) AS n FROM sale_day")).toBe(6);
    await send(2);
    expect(checkChains(raw)).toMatchObject({ ok: true, value: { records: 8, thinned: 24 } });
    const asked = async (seq: number) => {
      const answer = await fetch(`${collector.http}/api/v1/records/${gateway.id}/${seq}`, { headers: SIGNED });
      return { status: answer.status, ...((await answer.json()) as { previousHash?: string }) };
    };
    expect((await asked(3)).status).toBe(410);
    expect((await asked(99)).status).toBe(404);
    // The first that is left follows from the hash that the range kept.
    expect(await asked(25)).toMatchObject({ status: 200, previousHash: gateway.hashes[24]!.toString("hex") });
  });

  test("a line that somebody empties beyond what retention has walked is a broken chain; so is a changed range", async () => {
    await send(4);
    await settled();
    raw.prepare("UPDATE record SET line = '' WHERE seq = 2").run();
    expect(checkChains(raw)).toMatchObject({ ok: false, error: expect.stringContaining("does not hold at 2") });
    await after(11);
    expect(checkChains(raw)).toMatchObject({ ok: true });
    raw.prepare("UPDATE thinned SET hash_after = zeroblob(32)").run();
    expect(checkChains(raw)).toMatchObject({ ok: false });
  });

  test("evidence stays while its flag or case is not settled, and so many years after; then it goes as well", async () => {
    await send(6);
    await settled();
    const now = Date.now();
    flag("open", 5, 8, null);
    flag("ended", 13, 14, now + 5 * YEAR_MS);
    await after(11);
    expect([count("batch"), count("thinned")]).toEqual([2, 3]);
    const evidence = sqliteEvidence(raw);
    const source = { ...evidence, publicKey: () => gateway.signer.publicKey };
    expect(buildEvidence("open", source, now)).toMatchObject({ ok: true, value: { envelopes: [expect.anything()] } });
    expect(checkChains(raw)).toMatchObject({ ok: true });
    await after(16);
    expect(count("batch")).toBe(1);
    raw.prepare("UPDATE flag SET state = 'ended', ended_ms = 1 WHERE id = 'open'").run();
    raw.prepare("INSERT INTO flag_life VALUES ('open', 'under-check', 1, '张三', NULL)").run();
    await after(16);
    expect(count("batch")).toBe(1);
    raw.prepare("UPDATE flag_life SET life = 'closed' WHERE flag = 'open'").run();
    await after(16);
    expect([count("batch"), count("retention_spared")]).toEqual([0, 0]);
    expect(buildEvidence("open", source, now)).toMatchObject({
      ok: false,
      error: expect.stringContaining("by policy"),
    });
    expect(checkChains(raw)).toMatchObject({ ok: true, value: { thinned: 24 } });
  });

  test("what is not summed or not judged yet stays, whatever its age, and goes the next time", async () => {
    await send(4);
    await settled();
    const input = value("SELECT max(input) AS n FROM batch");
    raw.exec(`UPDATE rule_state SET cursor = ${input - 1}`);
    expect((await after(11)).at(-1)).toMatchObject({ layer: "batch", batches: 3, spared: 1 });
    raw.exec(`UPDATE rule_state SET cursor = ${input}`);
    raw.exec(`UPDATE summed SET batch = ${input - 1}`);
    expect((await after(11)).at(-1)).toMatchObject({ batches: 0, spared: 1 });
    raw.exec(`UPDATE summed SET batch = ${input}`);
    expect((await after(11)).at(-1)).toMatchObject({ batches: 1, spared: 0 });
  });

  test("records come in meanwhile, and a record that is gone can be sent again without an accusation", async () => {
    await send(20);
    await settled();
    const sending = send(20);
    await after(11, { pause: () => new Promise((resolve) => setTimeout(resolve, 1)) });
    await sending;
    expect(checkChains(raw)).toMatchObject({ ok: true });
    expect(count("record")).toBeGreaterThanOrEqual(80);
    expect(await connected.ask("batch", await gateway.batch(1, 4))).toMatchObject({ type: "receipt", seq: 160 });
  });

  test("what was done is on record before and after, in the audit log's own chain", async () => {
    await send(2);
    await settled();
    await after(11);
    const audit = sqliteAudit(raw);
    const [begun, done] = audit.of("retention");
    expect([begun?.action, done?.action, begun?.who]).toEqual(["retention.begun", "retention.done", "李四"]);
    expect(done?.detail).toMatchObject({ why: "档案期满", removed: expect.arrayContaining([expect.anything()]) });
    expect(verifyAudit(audit.entries(), undefined)).toMatchObject({ ok: true });
  });
});

test("a policy under which rows outlive what proves them is refused, and so is a clock that is wrong", () => {
  expect(policyProblem({ rawYears: { sale: 11 }, evidenceYears: 10 })).toContain("rawYears.sale");
  expect(policyProblem(policy)).toBeUndefined();
  const now = Date.parse("2036-02-29T12:00:00Z");
  expect(yearsBefore(now, 1)).toBe(Date.parse("2035-03-01T12:00:00Z"));
  expect([clockProblem(undefined, now), clockProblem(now - 40 * 86_400_000, now)]).not.toContain(undefined);
  expect([clockProblem(now + 2 * 86_400_000, now) !== undefined, clockProblem(now - 1_000, now)]).toEqual([
    true,
    undefined,
  ]);
});

test("a record is protected exactly when a flag that is still needed names it", () => {
  const range = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 8 }), fc.boolean());
  fc.assert(
    fc.property(
      fc.array(range, { maxLength: 12 }),
      fc.integer({ min: 1, max: 70 }),
      fc.nat(6),
      (ranges, from, more) => {
        const flags = ranges.map(([fromSeq, length, isOpen]) => ({
          evidence: [{ gateway: "g", fromSeq, toSeq: fromSeq + length }],
          ...{ isOpen, endedMs: 0 },
        }));
        const protection = new Protection(flags, policy, Date.parse("2036-01-01T00:00:00Z"));
        const named = ranges.some(
          ([start, length, isOpen]) => isOpen && start <= from + more && start + length >= from,
        );
        expect(protection.touches("g", from, from + more)).toBe(named);
        expect(protection.touches("other", from, from + more)).toBe(false);
      },
    ),
  );
});
