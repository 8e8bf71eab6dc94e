/** A change goes from filed to done between two people, and rules know the honest ones. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { StationEngine } from "../rules/engine.ts";
import { unchanged } from "../rules/entry-book.ts";
import { emptyOutcome } from "../rules/outcome.ts";
import type { RuleInput } from "../rules/rule.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { HOUR, MINUTE } from "../testing/judge.ts";
import { identity, link, NOON_MS, seal, seen, total } from "../testing/records.ts";
import { GATEWAY, STATION, testStation } from "../testing/stations.ts";
import type { ChangeOrder } from "./change.ts";
import { ChangeDesk } from "./change-desk.ts";
import type { Actor } from "./change-store.ts";
import { Registrar } from "./registrar.ts";
import { buildRegistry } from "./registry.ts";

const filer: Actor = { account: "a-1", name: "张三" };
const approver: Actor = { account: "a-2", name: "李四" };
let store: Store;
let desk: ChangeDesk;
let registrar: Registrar;
let now: number;
let inputs: RuleInput[];
let breaks: boolean;

beforeEach(async () => {
  store = await openSqliteStore(":memory:");
  now = NOON_MS;
  inputs = [];
  breaks = false;
  const onInput = (_station: string, _id: number, input: RuleInput) => inputs.push(input);
  const registry = buildRegistry({ stations: [] });
  const nothing = async () => undefined;
  registrar = new Registrar({
    ...{ store: store.registry, registry, now: () => now, onInput },
    onGatewayGone: () => undefined,
    checkpoint: nothing,
  });
  await registrar.start([testStation()]);
  let number = 0;
  const newId = () => {
    number += 1;
    return `change-${number}`;
  };
  const changes: Store["changes"] = {
    ...store.changes,
    move: async (...args) => {
      if (breaks) throw new Error("the power went");
      return store.changes.move(...args);
    },
  };
  desk = new ChangeDesk({ store: changes, registrar, now: () => now, newId, onInput, sign: nothing });
});
afterEach(() => store.close());

const order = (changes: Partial<ChangeOrder> = {}): ChangeOrder => ({
  station: STATION,
  kind: "board-replaced",
  subject: "tax-1",
  workOrder: "WX-2026-017",
  fromMs: NOON_MS + HOUR,
  untilMs: NOON_MS + 4 * HOUR,
  why: "主板故障",
  plan: {},
  ...changes,
});
const added = {
  ...testStation().dispensers[0]!,
  device: "tax-2",
  nozzles: [{ nozzle: "N03", grade: "92#", tank: "T1" }],
} as never;

async function file(changes: Partial<ChangeOrder> = {}): Promise<string> {
  const filed = await desk.file(order(changes), filer);
  if (!filed.ok) throw new Error(filed.error.message.en);
  return filed.value.id;
}
const codeOf = (result: { ok: boolean; error?: { code: string } }) => (result.ok ? undefined : result.error?.code);

/** A board is exchanged: another serial number, totals from nought, its seals opened and closed. */
function work(atMs: number): RuleInput {
  const records = [
    identity({ factorySerial: "A" } as never),
    total(1_000_000),
    seal(),
    seal({ state: "open", openCount: 2 }),
    link("down"),
    link("up"),
    identity({ factorySerial: "B" } as never),
    total(0),
    seal({ openCount: 2 }),
  ].map((body, index) => seen(body, index + 1, atMs + index * MINUTE));
  return { kind: "batch", atMs: atMs + HOUR, gateway: GATEWAY, records };
}

function flagsOf(list: readonly RuleInput[]): string[] {
  let number = 0;
  const newId = () => {
    number += 1;
    return `${number}`;
  };
  const engine = new StationEngine(unchanged(testStation()), {}, { states: {}, open: [] }, newId);
  const outcome = emptyOutcome();
  for (const input of list) engine.apply(input, outcome);
  return [...outcome.flags.values()].map(({ rule }) => rule).sort();
}

describe("work at a dispenser", () => {
  test("that was filed and approved raises no flag; filed alone, or elsewhen, it does", async () => {
    const id = await file();
    const bare = flagsOf([work(NOON_MS + 2 * HOUR)]);
    expect(bare).toEqual(["seal.opened", "tax-port.identity-changed", "tax-port.silent", "tax-port.total-reset"]);
    expect(flagsOf([...inputs, work(NOON_MS + 2 * HOUR)])).toEqual(bare);
    expect((await desk.approve(id, approver, "同意")).ok).toBe(true);
    expect(inputs.map((input) => input.kind === "filing" && input.filing)).toMatchObject([
      { filing: "work-order", change: "board-replaced", subject: "tax-1" },
      { change: "total-reset", subject: "tax-1" },
      { change: "seal-service", subject: "S01" },
      { change: "seal-service", subject: "S02" },
    ]);
    expect(flagsOf([...inputs, work(NOON_MS + 2 * HOUR)])).toEqual([]);
    expect(flagsOf([...inputs, work(NOON_MS + 9 * HOUR)])).toEqual(bare);
  });

  test("reaches the rules through the store in the commit of the approval", async () => {
    const id = await file();
    await desk.approve(id, approver, "");
    const stored = await store.rules.inputsAfter(STATION, 0, 10);
    expect(stored.map(({ input }) => input)).toEqual(inputs);
    expect((await store.filings.filings(STATION, 10)).map((filing) => filing.id)).toEqual([
      `${id}-1`,
      `${id}-2`,
      `${id}-3`,
      `${id}-4`,
    ]);
  });
});

describe("a decision", () => {
  test("is somebody else's, and is made once", async () => {
    const id = await file();
    expect(codeOf(await desk.approve(id, filer, ""))).toBe("own");
    expect(codeOf(await desk.reject(id, filer, "不同意"))).toBe("own");
    expect(codeOf(await desk.approve(id, { account: "machine:a", name: "张 三" }, ""))).toBe("own");
    expect(codeOf(await desk.withdraw(id, approver))).toBe("own");
    expect(codeOf(await desk.reject(id, approver, " "))).toBe("text");
    expect((await desk.approve(id, { account: "a-3", name: "张三" }, "")).ok).toBe(true);
    expect(codeOf(await desk.approve(id, approver, ""))).toBe("state");
    expect(codeOf(await desk.approve("nothing", approver, ""))).toBe("change");
  });

  test("comes before the window is over", async () => {
    const id = await file();
    now = NOON_MS + 5 * HOUR;
    expect(codeOf(await desk.approve(id, approver, ""))).toBe("over");
  });

  test("of the one filed by a program is nobody's who is called the same", async () => {
    const filed = await desk.file(order(), { account: "machine:desk", name: "王五" });
    const id = filed.ok ? filed.value.id : "";
    expect(codeOf(await desk.approve(id, { account: "machine:desk", name: "王五" }, ""))).toBe("own");
    expect((await desk.approve(id, { account: "machine:desk", name: "赵六" }, "")).ok).toBe(true);
  });
});

describe("when the work is done", () => {
  test.each<[string, Partial<ChangeOrder>, (devices: string[]) => void]>([
    [
      "a new dispenser stands in the registry",
      { kind: "dispenser-added", subject: "tax-2", plan: { dispenser: added } },
      (devices) => expect(devices).toEqual(["tax-1", "tax-2"]),
    ],
    ["a scrapped one is gone", { kind: "dispenser-scrapped" }, (devices) => expect(devices).toEqual([])],
  ])("%s from that moment on, with the change in its history", async (_what, changes, check) => {
    const id = await file(changes);
    await desk.approve(id, approver, "");
    expect(codeOf(await desk.complete(id, filer, NOON_MS + HOUR))).toBe("time");
    now = NOON_MS + 3 * HOUR;
    expect(codeOf(await desk.complete(id, filer, NOON_MS))).toBe("time");
    expect((await desk.complete(id, filer, NOON_MS + 2 * HOUR)).ok).toBe(true);
    const current = registrar.current(STATION)!;
    check(current.entry.dispensers.map(({ device }) => device));
    expect(current).toMatchObject({ version: 2, fromMs: NOON_MS + 2 * HOUR, change: id, why: "WX-2026-017 主板故障" });
    expect(codeOf(await desk.complete(id, filer, NOON_MS + 2 * HOUR))).toBe("state");
  });

  test("a crash between registry and desk leaves nothing half done", async () => {
    const id = await file({ kind: "dispenser-added", subject: "tax-2", plan: { dispenser: added } });
    await desk.approve(id, approver, "");
    now = NOON_MS + 3 * HOUR;
    breaks = true;
    await expect(desk.complete(id, filer, NOON_MS + 2 * HOUR)).rejects.toThrow("power");
    breaks = false;
    expect((await desk.complete(id, filer, NOON_MS + 2 * HOUR)).ok).toBe(true);
    expect((await desk.get(id))?.state).toBe("done");
    expect(registrar.current(STATION)?.version).toBe(2);
  });

  test("a new seal has its number", async () => {
    const id = await file({ kind: "seal-opened", subject: "S01", plan: { sealNumber: "YN-88" } });
    await desk.approve(id, approver, "");
    now = NOON_MS + 3 * HOUR;
    await desk.complete(id, filer, NOON_MS + 2 * HOUR);
    expect(registrar.current(STATION)?.entry.seals).toMatchObject([{ seal: "S01", number: "YN-88" }, { seal: "S02" }]);
  });
});

test.each<[string, Partial<ChangeOrder>, string]>([
  ["of a dispenser that is not there", { subject: "tax-9" }, "subject"],
  ["of a seal that is not there", { kind: "seal-opened", subject: "S77" }, "subject"],
  [
    "that adds one that is there",
    { kind: "dispenser-added", plan: { dispenser: testStation().dispensers[0] } },
    "subject",
  ],
  ["that does not say what will stand there", { kind: "dispenser-replaced" }, "plan"],
  [
    "whose nozzle hangs on no tank",
    {
      kind: "dispenser-added",
      subject: "tax-2",
      plan: { dispenser: { ...(added as object), nozzles: [{ nozzle: "N03", grade: "92#", tank: "T9" }] } as never },
    },
    "plan",
  ],
  ["whose window is over", { fromMs: NOON_MS - 2 * HOUR, untilMs: NOON_MS - HOUR }, "window"],
  ["whose window never ends", { untilMs: NOON_MS + 3_000 * HOUR }, "window"],
  ["at no time", { fromMs: Number.NaN }, "window"],
  ["without a reason", { why: "" }, "text"],
  ["of a station that is not there", { station: "532801-0999" }, "station"],
])("a change %s is not taken", async (_what, changes, code) => {
  expect(codeOf(await desk.file(order(changes), filer))).toBe(code);
});

test("who did what is in the audit log", async () => {
  const id = await file();
  await desk.approve(id, approver, "同意");
  now = NOON_MS + 3 * HOUR;
  await desk.complete(id, filer, NOON_MS + 2 * HOUR);
  const withdrawn = await file();
  await desk.withdraw(withdrawn, filer);
  const told = store.audit.of(STATION).map(({ who, action }) => [who, action]);
  expect(told).toEqual([
    ["张三", "registry.file"],
    ["李四", "registry.approved"],
    ["张三", "registry.done"],
    ["张三", "registry.file"],
    ["张三", "registry.withdrawn"],
  ]);
});
