/** Signing in, locking, second factors and sessions, with a clock of the test's own. */
import { generateSync } from "otplib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { everybody, loginOf, PASSWORD } from "../testing/people.ts";
import { Directory } from "./directory.ts";
import { firstStart } from "./first-start.ts";
import { Passwords } from "./passwords.ts";
import { type AccessPolicy, DAY_MS, DEFAULT_POLICY, HOUR_MS, MINUTE_MS } from "./policy.ts";
import { loadRoles } from "./roles.ts";
import { Seal } from "./sealed.ts";
import { Sessions } from "./sessions.ts";
import { SignIn } from "./sign-in.ts";

const START = Date.parse("2026-03-02T09:00:00+08:00");
const ORIGIN = { address: "192.0.2.7", agent: "a browser" };
const LOGIN = loginOf("tax-officer");

let store: Store;
let now: number;
let policy: AccessPolicy;
let parts: { directory: Directory; sessions: Sessions; signIn: SignIn };

/** What a start of the collector wires. */
function wire() {
  const directory = new Directory({ store: store.access, roles: loadRoles(), policy, now: () => now });
  const sessions = new Sessions({ store: store.access, policy, now: () => now });
  const seal = new Seal(Buffer.alloc(32, 7));
  const rest = { passwords: new Passwords(), seal, policy, issuer: "test", now: () => now };
  return { directory, sessions, signIn: new SignIn({ store: store.access, directory, sessions, ...rest }) };
}

beforeEach(async () => {
  store = await openSqliteStore(":memory:");
  now = START;
  policy = { ...DEFAULT_POLICY, secondFactor: "offered" };
  const all = everybody();
  // Each hash costs on purpose: only those who are needed.
  const needed = all.people.filter(({ login, roles }) => login === LOGIN || roles[0]?.endsWith("-administrator"));
  const made = await firstStart(
    { ...all, people: needed },
    {
      store: store.access,
      roles: loadRoles(),
      policy,
      passwords: new Passwords(),
      now: () => now,
    },
  );
  expect(made.ok).toBe(true);
  parts = wire();
});
afterEach(() => store.close());

const signIn = (password = PASSWORD, code?: string, login = LOGIN) =>
  parts.signIn.signIn({ login, password, code }, ORIGIN);
const isIn = async (...of: Parameters<typeof signIn>) => (await signIn(...of)).ok;
const secretOf = async () => {
  const opened = await signIn();
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value.secret;
};
/** Sets up a second factor. @returns gives the code of a moment */
async function withFactor(): Promise<(atMs?: number) => string> {
  const begun = parts.signIn.beginFactor(LOGIN, undefined);
  const secret = begun.ok ? begun.value.secret : "";
  const code = (atMs = now) => generateSync({ secret, epoch: Math.floor(atMs / 1_000) });
  expect(parts.signIn.confirmFactor(LOGIN, code(), "").ok).toBe(true);
  return code;
}

describe("a wrong attempt", () => {
  test("is answered alike whether the name, the password or the code is wrong", async () => {
    await withFactor();
    const answers = [
      await signIn(PASSWORD, "000000"),
      await signIn("Wrong-Horse-9", "000000"),
      await signIn(PASSWORD, undefined, "nobody.here"),
    ];
    const errors = answers.map((answer) => (answer.ok ? "in" : answer.error));
    expect(errors[0]).not.toBe("in");
    expect(new Set(errors.map((error) => JSON.stringify(error))).size).toBe(1);
  });

  test("locks the name after five in a row for 30 minutes, the right password included", async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) expect(await isIn("Wrong-Horse-9")).toBe(false);
    expect(await isIn()).toBe(false);
    now += 30 * MINUTE_MS - 1;
    expect(await isIn()).toBe(false);
    now += 1;
    expect(await isIn()).toBe(true);
  });

  test("locks a name that nobody has just as well, so that locks tell nothing", async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) await signIn("x", undefined, "nobody.here");
    expect(store.access.attempts("nobody.here")).toMatchObject({ failures: 5, lockedUntilMs: now + 30 * MINUTE_MS });
  });

  test("does not count together with ones of long ago, nor with those before a sign-in", async () => {
    for (let attempt = 0; attempt < 4; attempt += 1) await signIn("Wrong-Horse-9");
    expect(await isIn()).toBe(true);
    for (let attempt = 0; attempt < 4; attempt += 1) await signIn("Wrong-Horse-9");
    now += 31 * MINUTE_MS;
    await signIn("Wrong-Horse-9");
    expect(await isIn()).toBe(true);
  });

  test("still counts when many are made at once", async () => {
    await Promise.all(Array.from({ length: 20 }, () => signIn("Wrong-Horse-9")));
    expect(await isIn()).toBe(false);
  });

  test("stands in the audit log, with the place it came from", async () => {
    await signIn("Wrong-Horse-9");
    const [entry] = store.audit.page({ action: "sign-in.failed" }, 1, undefined);
    expect(entry).toMatchObject({ subject: LOGIN, detail: { address: ORIGIN.address, failures: 1, locked: false } });
  });
});

describe("a second factor", () => {
  test("is asked for once it is confirmed, and each code is good once", async () => {
    const code = await withFactor();
    expect(await isIn()).toBe(false);
    now += 30_000;
    expect(await isIn(PASSWORD, code())).toBe(true);
    expect(await isIn(PASSWORD, code())).toBe(false);
    now += 30_000;
    expect(await isIn(PASSWORD, code(now - 30_000))).toBe(false);
    expect(await isIn(PASSWORD, code())).toBe(true);
  });

  test("is good a step before and after, and no further", async () => {
    const code = await withFactor();
    now += 10 * MINUTE_MS;
    expect(await isIn(PASSWORD, code(now - 61_000))).toBe(false);
    expect(await isIn(PASSWORD, code(now - 30_000))).toBe(true);
    expect(await isIn(PASSWORD, code(now + 30_000))).toBe(true);
  });

  test("leaves nothing but one's own account to use until it is set up, where it is required", async () => {
    policy = { ...policy, secondFactor: "required" };
    parts = wire();
    expect(await isIn()).toBe(true);
    expect([...(parts.directory.reader(LOGIN, null)?.grants.keys() ?? [])]).toEqual(["own:account"]);
    await withFactor();
    expect(parts.directory.reader(LOGIN, null)?.grants.has("sales:view")).toBe(true);
  });

  test("cannot be replaced without its code", async () => {
    const code = await withFactor();
    expect(parts.signIn.beginFactor(LOGIN, undefined).ok).toBe(false);
    now += 30_000;
    expect(parts.signIn.beginFactor(LOGIN, code()).ok).toBe(true);
  });

  test("is of no use to who copies the database alone", async () => {
    await withFactor();
    const { totp } = store.access.account(LOGIN)!;
    expect(new Seal(Buffer.alloc(32, 8)).open(totp!, `totp of ${LOGIN}`)).toBeUndefined();
    expect(new Seal(Buffer.alloc(32, 7)).open(totp!, "totp of another")).toBeUndefined();
  });
});

describe("a session", () => {
  test("ends after half an hour in which nobody acts; the page's own questions keep it not open", async () => {
    const secret = await secretOf();
    now += 29 * MINUTE_MS;
    expect(parts.sessions.find(secret, true)).toBeDefined();
    now += 29 * MINUTE_MS;
    expect(parts.sessions.find(secret, false)).toBeDefined();
    now += MINUTE_MS;
    expect(parts.sessions.find(secret, true)).toBeUndefined();
  });

  test("ends after twelve hours however busy it is", async () => {
    const secret = await secretOf();
    for (let minute = 0; minute < 12 * 60; minute += 20) {
      expect(parts.sessions.find(secret, true)).toBeDefined();
      now += 20 * MINUTE_MS;
    }
    expect(parts.sessions.find(secret, true)).toBeUndefined();
  });

  test("outlives a restart, and has left the store when it is over", async () => {
    const secret = await secretOf();
    parts.sessions.sweep();
    parts = wire();
    expect(parts.sessions.find(secret, true)).toBeDefined();
    now += 13 * HOUR_MS;
    parts.sessions.sweep();
    expect(store.access.sessions()).toEqual([]);
  });

  test("is kept as a hash: what is stored opens nothing", async () => {
    const secret = await secretOf();
    const [row] = store.access.sessions();
    expect(JSON.stringify(row)).not.toContain(secret);
    expect(parts.sessions.find(row!.id, true)).toBeUndefined();
  });

  test("tells an open stream when it ends", async () => {
    const opened = await signIn();
    let ended = false;
    parts.sessions.onEnd(opened.ok ? opened.value.session.id : "", () => {
      ended = true;
    });
    parts.sessions.end(LOGIN, () => true, undefined);
    expect(ended).toBe(true);
  });
});

describe("a password", () => {
  const choose = (next: string, current = PASSWORD) => parts.signIn.choosePassword(LOGIN, current, next, "this");

  test.each(["short-1A", "alllowercaseonly", "NoOthersHere", "aA1aA1aA1aA1aA1", `x${LOGIN}X-1`, PASSWORD])(
    "%s is refused",
    async (next) => expect(await choose(next)).toMatchObject({ ok: false, error: { code: "password" } }),
  );

  test("that was chosen ends the other sessions, and is the one from then on", async () => {
    const secret = await secretOf();
    expect((await choose("Another-Horse-8")).ok).toBe(true);
    expect(parts.sessions.find(secret, true)).toBeUndefined();
    expect([await isIn(), await isIn("Another-Horse-8")]).toEqual([false, true]);
  });

  test("cannot be tried out from a session that was left open", async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) await choose("Another-Horse-8", "Wrong-Horse-9");
    expect(await isIn()).toBe(false);
  });

  test("older than 90 days leaves nothing to do but to choose another", async () => {
    now += 90 * DAY_MS;
    expect(await isIn()).toBe(true);
    expect([...(parts.directory.reader(LOGIN, null)?.grants.keys() ?? [])]).toEqual(["own:account"]);
    expect((await choose("Another-Horse-8")).ok).toBe(true);
    expect(parts.directory.reader(LOGIN, null)?.grants.has("sales:view")).toBe(true);
  });
});
