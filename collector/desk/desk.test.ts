/** Officials at the desk: flags go their way, rules are tuned and muted for a while, and all of it is on record. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ed25519Signer, ed25519Verifier, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readCheckpoint } from "../audit/checkpoint.ts";
import { HeadKeeper } from "../audit/head-keeper.ts";
import { StationEngine } from "../rules/engine.ts";
import { unchanged } from "../rules/entry-book.ts";
import { emptyOutcome } from "../rules/outcome.ts";
import type { RuleInput, SeenRecord } from "../rules/rule.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { HOUR, records } from "../testing/judge.ts";
import { NOON_MS, seal, total } from "../testing/records.ts";
import { GATEWAY, STATION, testRegistry, testStation } from "../testing/stations.ts";
import { Desk } from "./desk.ts";

const DAY = 24 * HOUR;
let folder: string;
let store: Store;
let desk: Desk;
let now: number;
let engine: StationEngine;
const signer = ed25519Signer(generateKeyPem());

/** Runs an input as the runner would: flags that change are stored. */
async function run(input: RuleInput) {
  const outcome = emptyOutcome();
  engine.apply(input, outcome);
  const flags = [...outcome.flags.values()];
  await store.rules.commit(STATION, { cursor: 0, states: engine.states, flags, unknowns: [], inconclusive: [] });
  return flags;
}
const batch = (...seen: SeenRecord[]): RuleInput => ({ kind: "batch", atMs: now, gateway: GATEWAY, records: seen });
const cut = () => batch(...records(seal(), seal({ state: "cut", tamperCount: 1 })));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "desk-"));
  store = await openSqliteStore(":memory:");
  now = NOON_MS;
  let number = 0;
  const newId = () => {
    number += 1;
    return `id-${number}`;
  };
  engine = new StationEngine(unchanged(testStation()), {}, { states: {}, open: [] }, newId);
  const pending: Promise<unknown>[] = [];
  const onInput = (_station: string, _id: number, input: RuleInput) => pending.push(run(input));
  const keeper = new HeadKeeper({ head: store.audit.head, signer, file: join(folder, "head"), now: () => now });
  desk = new Desk({
    store: store.desk,
    registry: testRegistry(),
    sign: () => keeper.sign(),
    now: () => now,
    newId,
    onInput,
  });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const step = (flag: string, step: Parameters<Desk["step"]>[0]["step"], reason: string | null = null) =>
  desk.step({ flag, step, by: "李四", reason });

describe("a flag", () => {
  test("goes from open to closed, and the log says who did what and why", async () => {
    const [flag] = await run(cut());
    expect(await desk.life(flag!.id)).toBe("open");
    for (const one of ["acknowledge", "check"] as const) expect((await step(flag!.id, one)).ok).toBe(true);
    expect(await step(flag!.id, "confirm", "铅封被剪断，无工单")).toEqual({ ok: true, value: "confirmed" });
    expect(await step(flag!.id, "close")).toEqual({ ok: true, value: "closed" });
    const history = await desk.history(flag!.id);
    expect(history.map(({ who, action }) => `${who} ${action}`)).toEqual([
      "李四 flag.acknowledge",
      "李四 flag.check",
      "李四 flag.confirm",
      "李四 flag.close",
    ]);
    expect(history[2]?.detail).toMatchObject({ rule: "seal.opened", subject: "S01", reason: "铅封被剪断，无工单" });
    expect(readCheckpoint(join(folder, "head"), ed25519Verifier(signer.publicKey))).toMatchObject({ seq: 4 });
  });

  test("that was dismissed takes no more findings: the next one is another flag", async () => {
    const [first] = await run(cut());
    await step(first!.id, "dismiss", "有工单，补录");
    const [second] = await run(batch(...records(seal({ state: "cut", tamperCount: 2 }))));
    expect(second).toMatchObject({ rule: "seal.opened", state: "open" });
    expect(second!.id).not.toBe(first!.id);
  });

  test("that does not exist, or cannot take the step, is refused and leaves no trace", async () => {
    const [flag] = await run(cut());
    const codes = await Promise.all([step("nobody", "acknowledge"), step(flag!.id, "close"), step(flag!.id, "note")]);
    expect(codes.map((one) => (one.ok ? "" : one.error.code))).toEqual(["flag", "step", "reason"]);
    expect(await desk.history(flag!.id)).toEqual([]);
  });
});

test("two confirmed deliberate flags within a year call for joint sanctions; one that is reopened does not count", async () => {
  const [seals] = await run(cut());
  const [totals] = await run(batch(...records(total(9_000_000), total(8_000_000, { cause: "decreased" }))));
  for (const { id } of [seals!, totals!]) {
    await step(id, "check");
    await step(id, "confirm", "现场核查属实");
    now += DAY;
  }
  const open = (await store.rules.load(STATION)).open;
  const found = open.find(({ rule }) => rule === "station.repeated-tampering");
  expect(found).toMatchObject({
    subject: "station",
    figures: { times: 2, rules: "seal.opened tax-port.total-decreased" },
  });
  await step(seals!.id, "reopen", "证据有误，重新核查");
  expect((await store.rules.load(STATION)).open.map(({ rule }) => rule)).not.toContain("station.repeated-tampering");
});

describe("a rule at one station", () => {
  const order = { station: STATION, reason: "探头检修中", by: "王五", muted: false, parameters: {} };

  test("is mute for a while, and speaks again afterwards", async () => {
    const untilMs = now + HOUR;
    expect((await desk.set({ ...order, rule: "seal.opened", muted: true, untilMs })).ok).toBe(true);
    expect(await run(cut())).toEqual([]);
    now = untilMs;
    expect(await run(batch(...records(seal({ state: "cut", tamperCount: 2 }))))).toHaveLength(1);
  });

  test("is tuned until the setting is withdrawn, and a restart remembers it", async () => {
    const made = await desk.set({
      ...order,
      rule: "seal.battery-low",
      parameters: { lowPercent: 50 },
      untilMs: now + DAY,
    });
    if (!made.ok) throw new Error(made.error.message);
    engine = new StationEngine(
      unchanged(testStation()),
      {},
      { states: JSON.parse(JSON.stringify(engine.states)), open: [] },
      () => "x",
    );
    expect(await run(batch(...records(seal({ batteryPercent: 40 }))))).toMatchObject([{ rule: "seal.battery-low" }]);
    expect((await desk.withdraw(made.value, "王五")).ok).toBe(true);
    expect(await run(batch(...records(seal({ seal: "S02", batteryPercent: 40 }))))).toEqual([]);
    expect((await desk.withdraw(made.value, "王五")).ok).toBe(false);
    expect((await desk.history(made.value)).map(({ action }) => action)).toEqual(["rule.tune", "rule.withdraw"]);
  });

  test.each([
    ["an unknown rule", { rule: "no.such", muted: true }, "rule"],
    ["an unknown parameter", { rule: "seal.opened", parameters: { depth: 3 } }, "parameter"],
    ["nothing at all", { rule: "seal.opened" }, "parameter"],
    ["an end that is no moment", { rule: "seal.opened", muted: true, untilMs: Number.NaN }, "until"],
    ["no end", { rule: "seal.opened", muted: true, untilMs: NOON_MS + 400 * DAY }, "until"],
    ["no reason", { rule: "seal.opened", muted: true, reason: " " }, "reason"],
    ["another station", { rule: "seal.opened", muted: true, station: "000000-0000" }, "station"],
  ])("is not set with %s", async (_what, changes, code) => {
    const made = await desk.set({ ...order, untilMs: now + DAY, ...changes } as Parameters<Desk["set"]>[0]);
    expect(made.ok ? undefined : made.error.code).toBe(code);
  });
});
