/** The registry in the database: versions follow each other, and whoever needs to know is told. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RuleInput } from "../rules/rule.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { GATEWAY, STATION, testStation } from "../testing/stations.ts";
import { Registrar } from "./registrar.ts";
import { buildRegistry, type Registry } from "./registry.ts";
import type { StationEntry } from "./schema.ts";

const NOW = Date.parse("2026-03-02T12:00:00+08:00");
const HOUR = 3_600_000;
const OTHER = "532801-0002";
let store: Store;
let now: number;
let told: { station: string; id: number; input: RuleInput }[];
let gone: string[];

/** Another process on the same database. */
async function process(seed: StationEntry[] = []): Promise<{ registrar: Registrar; registry: Registry }> {
  const registry = buildRegistry({ stations: [] });
  const registrar = new Registrar({
    store: store.registry,
    registry,
    now: () => now,
    onInput: (station, id, input) => told.push({ station, id, input }),
    onGatewayGone: (gateway) => gone.push(gateway),
    checkpoint: async () => undefined,
  });
  await registrar.start(seed);
  return { registrar, registry };
}

beforeEach(async () => {
  store = await openSqliteStore(":memory:");
  now = NOW;
  told = [];
  gone = [];
});
afterEach(() => store.close());

const by = { who: "张三", why: "年度核查" };
const other = () => testStation([], OTHER);

describe("an empty registry", () => {
  test("is filled from the file, and never again", async () => {
    expect((await process([testStation()])).registry.station(STATION)?.nameZh).toBe("测试加油站");
    const { registry } = await process([{ ...testStation(), nameZh: "改名" }, other()]);
    expect(registry.station(STATION)?.nameZh).toBe("测试加油站");
    expect(registry.station(OTHER)).toBeUndefined();
  });
});

describe("a change", () => {
  test("is a new version with who, why and since when, and reaches the rules as an input", async () => {
    const { registrar, registry } = await process([testStation()]);
    const entry = { ...testStation(), brand: "中国石化" };
    const done = await registrar.carryOut([{ entry, after: 1 }], { ...by, fromMs: NOW - HOUR });
    expect(done.ok && done.value.map(({ version, fromMs, knownMs }) => [version, fromMs, knownMs])).toEqual([
      [2, NOW - HOUR, NOW],
    ]);
    expect(registry.station(STATION)?.brand).toBe("中国石化");
    expect(told).toEqual([{ station: STATION, id: expect.any(Number), input: expect.objectContaining({ atMs: NOW }) }]);
    const [stored] = await store.rules.inputsAfter(STATION, 0, 10);
    expect(stored?.id).toBe(told[0]?.id);
    expect(stored?.input).toMatchObject({ kind: "registry", version: { version: 2, fromMs: NOW - HOUR, entry } });
    expect((await registrar.history(STATION, { limit: 10 })).map((one) => [one.version, one.who, one.changes])).toEqual(
      [
        [2, "张三", [{ part: "station", name: STATION, field: "brand", before: null, after: "中国石化" }]],
        [1, "registry file", expect.arrayContaining([expect.objectContaining({ part: "tank", name: "T2" })])],
      ],
    );
    expect(store.audit.head().seq).toBe(1);
  });

  test("of an entry that was changed meanwhile is refused, and so is one that changes nothing", async () => {
    const { registrar } = await process([testStation()]);
    const entry = { ...testStation(), brand: "中国石化" };
    await registrar.carryOut([{ entry, after: 1 }], by);
    const late = await registrar.carryOut([{ entry: { ...entry, brand: "另一" }, after: 1 }], by);
    expect(late.ok ? undefined : late.error.code).toBe("changed");
    const same = await registrar.carryOut([{ entry, after: 2 }], by);
    expect(same.ok ? undefined : same.error.code).toBe("nothing");
  });

  test("by another process is noticed, and one made beside it is refused", async () => {
    const here = await process([testStation()]);
    const there = await process();
    await there.registrar.carryOut([{ entry: { ...testStation(), brand: "甲" }, after: 1 }], by);
    const late = await here.registrar.carryOut([{ entry: { ...testStation(), brand: "乙" }, after: 1 }], by);
    expect(late.ok ? undefined : late.error.code).toBe("changed");
    expect(here.registry.station(STATION)?.brand).toBe("甲");
    await there.registrar.carryOut([{ entry: other(), after: 0 }], by);
    await here.registrar.refresh();
    expect(here.registry.station(OTHER)).toBeDefined();
  });

  test.each<[string, Partial<StationEntry>, string]>([
    ["a nozzle on a tank that does not exist", { tanks: [] }, "faults"],
    ["a credit code that does not check", { creditCode: "914403001922038217" }, "faults"],
    ["a seal on nothing", { seals: [{ seal: "S01", place: "encoder", of: "tax-9" }] }, "faults"],
    [
      "a strapping table that falls",
      {
        tanks: testStation().tanks.map((tank) => ({
          ...tank,
          chart: [
            { levelUm: 0, volumeCl: 5 },
            { levelUm: 10, volumeCl: 4 },
          ],
        })),
      },
      "faults",
    ],
    ["a gateway of another station", { gateways: testStation().gateways, id: OTHER as StationEntry["id"] }, "gateway"],
  ])("with %s is refused", async (_what, part, code) => {
    const { registrar } = await process([testStation(), { ...other(), id: "532801-0003" as StationEntry["id"] }]);
    const entry = { ...testStation(), ...part };
    const after = entry.id === STATION ? 1 : 0;
    const done = await registrar.carryOut([{ entry, after }], by);
    expect(done.ok ? undefined : done.error.code).toBe(code);
  });

  test("needs a reason, and a time that is neither to come nor before the entry that stands", async () => {
    const { registrar } = await process([testStation()]);
    const entry = { ...testStation(), brand: "甲" };
    const codes = [];
    for (const facts of [
      { who: "张三", why: " " },
      { ...by, fromMs: NOW + 1 },
      { ...by, fromMs: -1 },
      { ...by, fromMs: Number.NaN },
    ]) {
      const done = await registrar.carryOut([{ entry, after: 1 }], facts);
      codes.push(done.ok ? undefined : done.error.code);
    }
    expect(codes).toEqual(["why", "from", "from", "from"]);
  });

  test("that drops a gateway ends the trust in it; one that keeps it does not", async () => {
    const { registrar, registry } = await process([testStation()]);
    await registrar.carryOut([{ entry: { ...testStation(), brand: "甲" }, after: 1 }], by);
    expect([gone, registry.gateway(GATEWAY)?.station.brand]).toEqual([[], "甲"]);
    await registrar.carryOut([{ entry: testStation([]), after: 2 }], by);
    expect([gone, registry.gateway(GATEWAY)]).toEqual([[GATEWAY], undefined]);
  });
});

test("a gateway that was revoked is struck from the entry, so that the next start does not trust it again", async () => {
  const { registrar, registry } = await process([testStation()]);
  registry.removeGateway(GATEWAY as never);
  await registrar.strike(GATEWAY as never, "revoked: stolen");
  expect(registrar.current(STATION)).toMatchObject({
    version: 2,
    why: `${GATEWAY} revoked: stolen`,
    entry: { gateways: [] },
  });
  expect((await process()).registry.gateway(GATEWAY)).toBeUndefined();
  await registrar.strike(GATEWAY as never, "again");
  expect(registrar.current(STATION)?.version).toBe(2);
});

test("a strapping table is kept once, however many versions name it", async () => {
  const chart = Array.from({ length: 300 }, (_, row) => ({ levelUm: row * 10_000, volumeCl: row * row * 30 }));
  const tanks = testStation().tanks.map((tank) => ({ ...tank, chart }));
  const { registrar } = await process([{ ...testStation(), tanks }]);
  await registrar.carryOut([{ entry: { ...testStation(), tanks, brand: "甲" }, after: 1 }], by);
  const [one, two] = await store.registry.versions(STATION);
  expect(two?.entry.tanks).toEqual(tanks);
  expect(one?.entry.tanks).toEqual(tanks);
});
