/** What the rules keep in the store: filings once, states at checkpoints, and databases of before. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, describe, expect, it } from "vitest";
import { limits } from "../../limits.ts";
import { RuleRunner } from "../../rules/runner.ts";
import { NOON_MS } from "../../testing/records.ts";
import { STATION, testRegistry } from "../../testing/stations.ts";
import { openDatabase } from "./open.ts";
import { sqliteRules } from "./rules.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const folder = mkdtempSync(join(tmpdir(), "rules-store-"));
afterAll(() => rmSync(folder, { recursive: true }));

const waybill = {
  filing: "waybill" as const,
  id: "w1",
  station: STATION,
  tank: "T1",
  grade: "92#",
  volumeCl: 500_000,
  tanker: "云K12345",
  fromMs: NOON_MS,
  untilMs: NOON_MS + 3_600_000,
};

describe("filings in the store", () => {
  it("keeps a filing once and makes it one input", async () => {
    const store = await openSqliteStore(join(folder, "filings.db"));
    expect(await store.filings.addFiling(waybill, NOON_MS)).toBe(1);
    expect(await store.filings.addFiling(waybill, NOON_MS)).toBeUndefined();
    expect(await store.filings.filings(STATION, 10)).toEqual([waybill]);
    const inputs = await store.rules.inputsAfter(STATION, 0, 10);
    expect(inputs).toEqual([{ id: 1, input: { kind: "filing", atMs: NOON_MS, filing: waybill } }]);
    await store.close();
  });

  it("reads the notice of an older database as a waybill", async () => {
    const { raw } = await openDatabase(join(folder, "old.db"));
    const { filing: _, grade: __, fromMs: expectedFromMs, untilMs: expectedUntilMs, ...rest } = waybill;
    const body = JSON.stringify({ ...rest, expectedFromMs, expectedUntilMs });
    raw
      .prepare("INSERT INTO input (station, kind, at_ms, body) VALUES (?, 'notice', ?, ?)")
      .run(STATION, NOON_MS, body);
    const [input] = await sqliteRules(raw).inputsAfter(STATION, 0, 10);
    expect(input?.input).toEqual({ kind: "filing", atMs: NOON_MS, filing: { ...waybill, grade: null } });
    raw.close();
  });
});

describe("states at checkpoints", () => {
  it("learns again from the inputs since the checkpoint, and says nothing twice", async () => {
    const store = await openSqliteStore(join(folder, "checkpoint.db"));
    const runner = (now: () => number) =>
      new RuleRunner({
        store: store.rules,
        registry: testRegistry(),
        configured: {},
        now,
        newId: () => Math.random().toString(36).slice(2),
        log: pino({ level: "silent" }),
        onFlags: () => undefined,
      });
    const hellos = limits.rules.checkpointInputs + 27;
    for (let number = 0; number < hellos; number += 1) {
      await store.filings.addFiling({ ...waybill, id: `w${number}` }, NOON_MS + number);
    }
    const first = runner(() => NOON_MS);
    await first.start();
    await first.tick();
    const before = await store.rules.load(STATION);
    expect(before.cursor).toBeGreaterThanOrEqual(hellos);
    expect(before.checkpoint).toBeLessThan(before.cursor);
    const next = runner(() => NOON_MS);
    await store.filings.addFiling({ ...waybill, id: "last" }, NOON_MS);
    await next.start();
    await next.tick();
    const kept = before.states.filings as unknown[];
    expect(kept.length).toBe(before.checkpoint);
    expect((await store.rules.load(STATION)).cursor).toBeGreaterThan(before.cursor);
    await store.close();
  });
});
