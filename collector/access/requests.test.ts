/** From a request to an account that works: who asks, who decides and who carries out are different people. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { everybody, loginOf } from "../testing/people.ts";
import { Administration } from "./administration.ts";
import { Directory } from "./directory.ts";
import { firstStart } from "./first-start.ts";
import { Passwords } from "./passwords.ts";
import { DAY_MS, DEFAULT_POLICY } from "./policy.ts";
import type { Reader } from "./reader.ts";
import { type RequestOrder, Requests } from "./requests.ts";
import { loadRoles } from "./roles.ts";
import { Sessions } from "./sessions.ts";
import { Tokens } from "./tokens.ts";

/** A Monday. */
const START = Date.parse("2026-03-02T09:00:00+08:00");
const NEEDED = ["platform-lead", "unit-contact", "tax-officer"];
let store: Store;
let now: number;
let requests: Requests;
let administration: Administration;
let tokens: Tokens;
let directory: Directory;
let sessions: Sessions;

beforeEach(async () => {
  store = await openSqliteStore(":memory:");
  now = START;
  const all = everybody();
  const people = all.people.filter(({ roles }) => NEEDED.includes(roles[0]!) || roles[0]!.endsWith("administrator"));
  const policy = { ...DEFAULT_POLICY, secondFactor: "offered" } as const;
  const clock = () => now;
  const base = { store: store.access, roles: loadRoles(), policy, passwords: new Passwords(), now: clock };
  expect((await firstStart({ ...all, people }, base)).ok).toBe(true);
  directory = new Directory(base);
  let number = 0;
  const newId = () => {
    number += 1;
    return `id-${number}`;
  };
  requests = new Requests({ store: store.requests, access: store.access, directory, newId, now: clock });
  requests.seedCalendar();
  sessions = new Sessions(base);
  tokens = new Tokens({ store: store.access, directory, now: clock });
  administration = new Administration({ ...base, directory, requests, sessions, tokens, newId });
});
afterEach(() => store.close());

const as = (role: string): Reader => directory.reader(loginOf(role), "a session")!;
const contact = () => as("unit-contact");
const lead = () => as("platform-lead");
const system = () => as("system-administrator");
const security = () => as("security-administrator");
const order = (change: Partial<RequestOrder> = {}): RequestOrder => ({
  ...{ kind: "person", unit: "finance-county", login: "yu.xiang", name: "玉香", roles: ["finance-officer"] },
  ...{ functions: [], counties: null, reason: "新到岗" },
  ...change,
});
const file = (change?: Partial<RequestOrder>, by = contact()) => requests.file(by, order(change));
/** @returns the id */
const filed = (change?: Partial<RequestOrder>) => {
  const made = file(change);
  if (!made.ok) throw new Error(made.error.message);
  return made.value.id;
};
const codeOf = (result: { ok: true } | { ok: false; error: { code: string } }) =>
  result.ok ? "ok" : result.error.code;

test("is filed, approved, carried out by two administrators, and the account works", async () => {
  const id = filed();
  expect(store.requests.request(id)).toMatchObject({ dueMs: Date.parse("2026-03-05T23:59:59.999+08:00") });
  expect(requests.decide(lead(), id, true, "同意").ok).toBe(true);
  const made = await administration.makeAccount(system(), id);
  expect(made.ok && made.value.password).toMatch(/^\w{4}(-\w{4}){3}$/);
  expect(store.access.account("yu.xiang")).toMatchObject({ roles: [], unit: "finance-county" });
  expect(administration.grant(security(), id).ok).toBe(true);
  expect(store.access.account("yu.xiang")?.roles).toEqual(["finance-officer"]);
  expect(store.requests.request(id)?.state).toBe("done");
  const acts = store.audit.page({}, 20, undefined).map(({ action }) => action);
  expect(acts.slice(0, 5)).toEqual([
    "access.done",
    "role.granted",
    "account.made",
    "access.approved",
    "access.requested",
  ]);
});

describe("nothing is carried out", () => {
  test("before it is approved, or after it was refused", async () => {
    const id = filed();
    expect(codeOf(await administration.makeAccount(system(), id))).toBe("state");
    requests.decide(lead(), id, false, "材料不全");
    expect(codeOf(await administration.makeAccount(system(), id))).toBe("state");
    expect(codeOf(administration.grant(security(), id))).toBe("state");
  });

  test("twice", async () => {
    const id = filed();
    requests.decide(lead(), id, true, "同意");
    await administration.makeAccount(system(), id);
    expect(codeOf(await administration.makeAccount(system(), id))).toBe("state");
    administration.grant(security(), id);
    expect(codeOf(administration.grant(security(), id))).toBe("state");
  });
});

describe("a request is refused", () => {
  test.each<[string, Partial<RequestOrder>, string]>([
    ["for another unit", { unit: "tax-county" }, "missing"],
    ["with a role that is not for the unit", { roles: ["tax-officer"] }, "unfit"],
    ["without a role", { roles: [] }, "unfit"],
    ["for another unit's person", { login: loginOf("tax-officer") }, "unfit"],
    ["with a county that is not the unit's", { counties: ["532822"] }, "unfit"],
    ["for a program that would decide", { kind: "machine", functions: ["access:decide"] }, "unfit"],
    ["for a program that may more than its people", { kind: "machine", functions: ["commands:issue"] }, "unfit"],
  ])("%s", (_what, change, code) => {
    expect(codeOf(file(change))).toBe(code);
  });
});

describe("who decides", () => {
  test("has neither filed it nor is it for them", () => {
    const own = requests.file(
      lead(),
      order({ unit: "commerce-prefecture", login: "new.one", roles: ["platform-lead"] }),
    );
    expect(codeOf(requests.decide(lead(), own.ok ? own.value.id : "", true, "同意"))).toBe("own");
    const forMe = requests.file(
      system(),
      order({ unit: lead().unit!, login: lead().account, roles: ["commerce-officer"] }),
    );
    expect(codeOf(requests.decide(lead(), forMe.ok ? forMe.value.id : "", true, "同意"))).toBe("own");
  });

  test("decides once", () => {
    const id = filed();
    requests.decide(lead(), id, true, "同意");
    expect(codeOf(requests.decide(lead(), id, false, "反悔"))).toBe("state");
  });
});

test("is reminded of a day before its end and escalated after it, once each", () => {
  const id = filed();
  expect(requests.remind()).toEqual([]);
  now = Date.parse("2026-03-05T08:00:00+08:00");
  requests.remind();
  requests.remind();
  expect(store.audit.page({ action: "access.reminded" }, 10, undefined)).toHaveLength(1);
  now += DAY_MS;
  expect(requests.remind().map((one) => one.id)).toEqual([id]);
  expect(requests.remind()).toEqual([]);
  expect(requests.waitingFor(lead())).toEqual({ waiting: 1, overdue: 1 });
});

test("is seen by its unit and by those who decide or carry out, and by nobody else", () => {
  const id = filed();
  const seenBy = (role: string) => requests.seenBy(as(role)).some((one) => one.id === id);
  expect(["unit-contact", "platform-lead"].map(seenBy)).toEqual([true, true]);
  expect(["tax-officer", "security-administrator", "audit-administrator"].map(seenBy)).toEqual([false, false, false]);
  requests.decide(lead(), id, true, "同意");
  expect(["security-administrator", "system-administrator"].map(seenBy)).toEqual([true, true]);
});

describe("an administrator", () => {
  test("grants themselves nothing, and resets neither their own password nor factor", async () => {
    const mine = requests.file(
      system(),
      order({ unit: security().unit!, login: security().account, roles: ["unit-contact"] }),
    );
    requests.decide(lead(), mine.ok ? mine.value.id : "", true, "同意");
    expect(codeOf(administration.grant(security(), mine.ok ? mine.value.id : ""))).toBe("own");
    expect(codeOf(await administration.resetPassword(security(), security().account))).toBe("own");
    expect(codeOf(administration.resetFactor(system(), system().account))).toBe("own");
  });

  test("cannot take the last of a kind away", () => {
    expect(codeOf(administration.close(system(), loginOf("audit-administrator")))).toBe("state");
    expect(codeOf(administration.revoke(security(), loginOf("platform-lead"), "platform-lead"))).toBe("state");
    expect(codeOf(administration.close(system(), loginOf("tax-officer")))).toBe("ok");
    expect(directory.reader(loginOf("tax-officer"), null)).toBeUndefined();
  });
});

describe("a machine's token", () => {
  const issue = (functions: RequestOrder["functions"]) => {
    const id = filed({ kind: "machine", login: "finance.report", name: "财政报表", roles: [], functions });
    requests.decide(lead(), id, true, "同意");
    const issued = administration.issueToken(security(), id);
    if (!issued.ok) throw new Error(issued.error.message);
    return issued.value;
  };

  test("holds what was asked, in the unit's county, and is kept as a hash", () => {
    const { token } = issue(["stations:view", "sales:view"]);
    const reader = tokens.reader(token)!;
    expect([...reader.grants.keys()]).toEqual(["stations:view", "sales:view"]);
    expect(reader).toMatchObject({ kind: "machine", unit: "finance-county", counties: new Set(["532801"]) });
    expect(JSON.stringify(store.access.tokens())).not.toContain(token);
    expect(tokens.reader(`${token}x`)).toBeUndefined();
  });

  test("ends when it is revoked, and after a year", () => {
    const first = issue(["stations:view"]);
    expect(administration.revokeToken(security(), first.id).ok).toBe(true);
    expect(tokens.reader(first.token)).toBeUndefined();
    expect(codeOf(administration.revokeToken(security(), first.id))).toBe("missing");
    now += 365 * DAY_MS;
    expect(store.access.tokens()[0]?.expiresMs).toBeLessThanOrEqual(now);
  });

  test("ends what is open on it: when it is revoked, when it expires, and when its unit is closed", () => {
    const ended: string[] = [];
    const watched = (name: string) => {
      const issued = issue(["stations:view"]);
      tokens.onEnd(tokens.reader(issued.token)!, () => ended.push(name));
      return issued;
    };
    const revoked = watched("revoked");
    watched("closed");
    administration.revokeToken(security(), revoked.id);
    expect(ended).toEqual(["revoked"]);
    expect(administration.closeUnit(system(), "finance-county").ok).toBe(true);
    expect(ended).toEqual(["revoked", "closed"]);
  });

  test("ends what is open on it when its year is over", () => {
    let isOver = false;
    tokens.onEnd(tokens.reader(issue(["stations:view"]).token)!, () => {
      isOver = true;
    });
    tokens.sweep();
    expect(isOver).toBe(false);
    now += 365 * DAY_MS;
    tokens.sweep();
    expect(isOver).toBe(true);
  });
});

describe("a unit", () => {
  test("is renamed, on record, and its people are of the unit by its new name", () => {
    expect(administration.renameUnit(system(), "tax-county", "景洪市税务局").ok).toBe(true);
    expect(directory.unit("tax-county")?.name).toBe("景洪市税务局");
    expect(store.audit.page({ action: "unit.renamed" }, 10, undefined)).toMatchObject([{ subject: "tax-county" }]);
    expect(codeOf(administration.renameUnit(system(), "no-such-unit", "某局"))).toBe("missing");
  });

  test("is closed with its accounts: their sessions end, their names stay taken, nothing is granted to it any more", async () => {
    const asked = file({ unit: "tax-county", login: "new.person", roles: ["tax-officer"] }, system());
    const waiting = asked.ok ? asked.value.id : "";
    const login = loginOf("tax-officer");
    const open = { account: login, address: "127.0.0.1", agent: "" };
    const { session } = sessions.open(open, undefined, () => ({
      ...{ atMs: now, who: login, action: "sign-in", subject: login, detail: {} },
    }));
    let isOver = false;
    sessions.onEnd(session.id, () => {
      isOver = true;
    });
    const closed = administration.closeUnit(system(), "tax-county");
    expect(closed).toMatchObject({ ok: true, value: { accounts: [login], tokens: [] } });
    expect([isOver, sessions.of(login), directory.reader(login, null)]).toEqual([true, [], undefined]);
    expect(store.access.account(login)).toMatchObject({ closedMs: now, roles: [] });
    expect(store.audit.page({ action: "account.closed" }, 10, undefined)).toMatchObject([{ subject: login }]);
    expect(codeOf(requests.decide(lead(), waiting, true, "同意"))).toBe("state");
    expect(codeOf(requests.decide(lead(), waiting, false, "单位已撤销"))).toBe("ok");
    expect(codeOf(requests.file(system(), order({ unit: "tax-county", login: "another.one" })))).toBe("missing");
    expect(codeOf(administration.closeUnit(system(), "tax-county"))).toBe("state");
  });

  test("stays open while it is one's own, or somebody in it is the last of a kind", () => {
    expect(codeOf(administration.closeUnit(system(), system().unit!))).toBe("own");
    expect(codeOf(administration.closeUnit({ ...system(), unit: "elsewhere" }, lead().unit!))).toBe("state");
  });
});

test("what is granted is read once, and anew after every change", async () => {
  const before = directory.reader(loginOf("tax-officer"), null);
  expect(before?.grants.has("sales:view")).toBe(true);
  expect(directory.reader(loginOf("tax-officer"), null)?.grants).toBe(before?.grants);
  administration.revoke(security(), loginOf("tax-officer"), "tax-officer");
  expect(directory.reader(loginOf("tax-officer"), null)?.grants.has("sales:view")).toBe(false);
});
