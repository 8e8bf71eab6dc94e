/** The keeper of notices: to whom an event goes, once, when, and what happens when it is not taken. */
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import type { FunctionName } from "../access/functions.ts";
import type { Reader } from "../access/reader.ts";
import { sqliteAudit } from "../store/sqlite/audit.ts";
import { sqliteNotices } from "../store/sqlite/notices.ts";
import { openDatabase } from "../store/sqlite/open.ts";
import { NOON_MS } from "../testing/records.ts";
import type { Channel, Message, Sent } from "./channels/channel.ts";
import { NoticeKeeper } from "./keeper.ts";
import type { Draft } from "./notice.ts";
import { DEFAULT_PREFERENCES, type Preferences } from "./preferences.ts";
import type { Recipient } from "./recipients.ts";

const HOUR_MS = 3_600_000;
const TAKEN: Sent = { result: "taken", detail: "250 ok" };
const BOTH = { least: "notice", channels: ["screen", "email"] } as const;
const TOLD: Preferences = {
  ...DEFAULT_PREFERENCES,
  choices: { flags: { ...BOTH, channels: [...BOTH.channels] } },
};

const reader = (account: string, counties: Reader["counties"] = "all"): Reader => ({
  ...{ account, name: account, kind: "person", unit: "u", department: "tax", counties, session: null },
  grants: new Map<FunctionName, "all">([["flags:view", "all"]]),
});

const person = (id: string, wants: Preferences = TOLD): Recipient => ({
  ...{ id, reader: reader(id), preferences: wants, reachable: new Map([["email", `${id}@example.cn`]]) },
});

const draft = (subject: string, urgent = false): Draft => ({
  notice: {
    ...{ key: `flag:${subject}`, topic: "flags", rule: "seal.opened", severity: urgent ? "high" : "medium", urgent },
    ...{ station: "532801-0001", county: "532801", needs: "flags:view", departments: ["tax"], atMs: NOON_MS },
    ...{ title: { zh: subject, en: subject }, text: { zh: "", en: "" }, link: `/flags/${subject}` },
  },
  concern: () => "own",
});

/** @param first people at the beginning */
async function keeping(first: Recipient[]) {
  const { raw } = await openDatabase(":memory:");
  const store = sqliteNotices(raw, sqliteAudit(raw));
  const world = {
    nowMs: NOON_MS,
    people: first,
    answer: TAKEN,
    sent: [] as Message[],
    shown: [] as string[],
    dead: [] as string[],
  };
  const channel: Channel = {
    ...{ id: "email", kind: "email", name: "电子邮件" },
    send: async (message) => {
      world.sent.push(message);
      return world.answer;
    },
  };
  let ids = 0;
  const make = () =>
    new NoticeKeeper({
      store,
      recipients: { all: () => world.people, of: (id) => world.people.find((one) => one.id === id) },
      channels: new Map([["email", channel]]),
      describe: async ({ kind, subject, detail }) => {
        if (kind === "flag") return draft(subject, detail === "high");
        world.dead.push(subject);
        return undefined;
      },
      onShown: (account) => world.shown.push(account),
      now: () => world.nowMs,
      newId: () => `n${++ids}`,
      log: pino({ level: "silent" }),
    });
  const insert = raw.prepare("INSERT INTO notice_outbox (kind, subject, detail, at_ms) VALUES ('flag', ?, ?, ?)");
  const happen = (subject: string, detail = "medium", atMs = world.nowMs) => void insert.run(subject, detail, atMs);
  const keeper = make();
  const titles = () =>
    world.sent.map(({ to, content }) =>
      "notices" in content ? [to, ...content.notices.map((one) => one.title.zh)] : [],
    );
  const states = () => store.deliveries({}, 50).map(({ state, tries }) => `${state} ${tries}`);
  return { store, world, happen, keeper, make, titles, states };
}

describe("an event", () => {
  it("goes to everybody whom it concerns, on each of their channels, once", async () => {
    const { keeper, happen, titles, store, world, make } = await keeping([person("a"), person("b")]);
    happen("f1");
    await keeper.tick();
    happen("f1");
    await make().tick();
    expect(titles()).toEqual([
      ["a@example.cn", "f1"],
      ["b@example.cn", "f1"],
    ]);
    expect(store.shown("a", 10, undefined, true)).toHaveLength(1);
    expect(world.shown).toEqual(["a", "b"]);
  });

  it("is told as one message with others that are due at the same time", async () => {
    const { keeper, happen, titles, world } = await keeping([person("a", { ...TOLD, digest: "hourly" })]);
    for (const subject of ["f1", "f2", "f3"]) happen(subject);
    await keeper.tick();
    expect(titles()).toEqual([]);
    world.nowMs += HOUR_MS;
    await keeper.tick();
    expect(titles()).toEqual([["a@example.cn", "f1", "f2", "f3"]]);
  });

  it("waits for the end of quiet hours, unless it is urgent", async () => {
    const { keeper, happen, titles, world } = await keeping([person("a")]);
    world.nowMs = NOON_MS + 11 * HOUR_MS;
    happen("calm");
    happen("grave", "high");
    await keeper.tick();
    expect(titles()).toEqual([["a@example.cn", "grave"]]);
    world.nowMs = NOON_MS + 19 * HOUR_MS;
    await keeper.tick();
    expect(titles()[1]).toEqual(["a@example.cn", "calm"]);
  });

  it("is history when it happened weeks ago: nobody is told", async () => {
    const { keeper, happen, titles, store } = await keeping([person("a")]);
    happen("old", "high", NOON_MS - 15 * 24 * HOUR_MS);
    await keeper.tick();
    expect([titles(), store.shown("a", 10, undefined, false), store.outbox(10)]).toEqual([[], [], []]);
  });
});

describe("what is permitted", () => {
  it("is asked again when it is sent: who has lost the county is not told any more", async () => {
    const { keeper, happen, titles, world, states } = await keeping([person("a", { ...TOLD, digest: "hourly" })]);
    happen("f1");
    await keeper.tick();
    world.people = [{ ...world.people[0]!, reader: reader("a", new Set(["532822"])) }];
    world.nowMs += HOUR_MS;
    await keeper.tick();
    expect([titles(), states()]).toEqual([[], ["dropped 0"]]);
  });

  it("keeps those from being told who may not see it", async () => {
    const { keeper, happen, store } = await keeping([
      { ...person("a"), reader: { ...reader("a"), grants: new Map() } },
      { ...person("b"), reader: reader("b", new Set(["532822"])) },
    ]);
    happen("f1");
    await keeper.tick();
    expect([...store.shown("a", 1, undefined, false), ...store.shown("b", 1, undefined, false)]).toEqual([]);
  });
});

describe("a message that is not taken", () => {
  it("is tried again later and later, each try on record, and is dead at last; the administrator is told", async () => {
    const { keeper, happen, world, store, states } = await keeping([person("a", { ...TOLD, quiet: null })]);
    world.answer = { result: "not-taken", detail: "ECONNREFUSED" };
    happen("f1");
    for (let hour = 0; hour < 48; hour += 1) {
      await keeper.tick();
      world.nowMs += HOUR_MS;
    }
    expect(states()).toEqual(["dead 8"]);
    expect(world.dead).toEqual(["email"]);
    const { id } = store.deliveries({ state: "dead" }, 1)[0]!;
    expect(store.tries(id)).toHaveLength(8);
    expect(store.tries(id)[0]).toMatchObject({
      result: "not-taken",
      detail: "ECONNREFUSED",
      address: "a***@example.cn",
    });
    const audit = { atMs: world.nowMs, who: "admin", action: "notices.again", subject: String(id), detail: {} };
    store.again(id, world.nowMs, { atMs: world.nowMs, result: "again", detail: "", address: null }, audit);
    world.answer = TAKEN;
    world.nowMs += HOUR_MS;
    await keeper.tick();
    expect(states()).toEqual(["sent 1"]);
  });

  it("is not sent again when nobody knows whether it arrived, nor after the collector ended in between", async () => {
    const { keeper, happen, world, states, store, make, titles } = await keeping([
      person("a", { ...TOLD, quiet: null }),
    ]);
    world.answer = { result: "unsure", detail: "ECONNRESET" };
    happen("f1");
    await keeper.tick();
    world.answer = TAKEN;
    // The power goes while the next is handed over.
    happen("f2");
    await keeper.tick();
    const [last] = store.deliveries({}, 1);
    store.begin([last!.id]);
    const after = make();
    after.start();
    world.nowMs += 24 * HOUR_MS;
    await after.tick();
    expect(states()).toEqual(["unsure 2", "unsure 1"]);
    expect(titles()).toEqual([
      ["a@example.cn", "f1"],
      ["a@example.cn", "f2"],
    ]);
  });

  it("does not keep others waiting for a channel that just failed", async () => {
    const { keeper, happen, world } = await keeping([person("a"), person("b"), person("c")]);
    world.answer = { result: "not-taken", detail: "ETIMEDOUT" };
    happen("f1");
    await keeper.tick();
    await keeper.tick();
    expect(world.sent).toHaveLength(1);
    world.answer = TAKEN;
    world.nowMs += 60_000;
    await keeper.tick();
    expect(world.sent).toHaveLength(4);
  });
});
