/** The first start: three separated administrators, and no password that anybody could know beforehand. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { everybody, loginOf } from "../testing/people.ts";
import { type FirstStart, firstStart } from "./first-start.ts";
import { Passwords } from "./passwords.ts";
import { DEFAULT_POLICY } from "./policy.ts";
import { loadRoles } from "./roles.ts";

const NOW = Date.parse("2026-03-02T09:00:00+08:00");
let store: Store;
beforeEach(async () => {
  store = await openSqliteStore(":memory:");
});
afterEach(() => store.close());

const roles = loadRoles();
const start = (order: unknown) =>
  firstStart(order, { store: store.access, roles, policy: DEFAULT_POLICY, passwords: new Passwords(), now: () => NOW });
/** The smallest order, changed. */
const order = (change: (of: FirstStart) => void = () => undefined) => {
  const all = everybody();
  const administrators = all.people.filter(({ roles: held }) => held[0]?.endsWith("-administrator"));
  const smallest = { ...all, people: administrators };
  change(smallest);
  return smallest;
};

test("makes accounts once, each with its audit entry", async () => {
  expect((await start(order())).ok).toBe(true);
  expect(store.access.accounts().map(({ login }) => login)).toEqual([
    loginOf("audit-administrator"),
    loginOf("security-administrator"),
    loginOf("system-administrator"),
  ]);
  expect(store.audit.page({ action: "account.made" }, 10, undefined)).toHaveLength(3);
  expect(await start(order())).toMatchObject({ ok: false, error: expect.stringContaining("already") });
});

test("a password that was not given is made at random, is told once, and must be changed", async () => {
  const made = await start(order(({ people }) => delete people[0]!.password));
  const [first, second] = made.ok ? made.value : [];
  expect(first?.password).toMatch(/^\w{4}(-\w{4}){3}$/);
  expect(second?.password).toBeNull();
  expect(store.access.account(first!.login)).toMatchObject({ firstUntilMs: NOW + 72 * 3_600_000 });
  expect(JSON.stringify(store.access.accounts())).not.toContain(first!.password);
});

describe("makes nothing when", () => {
  test.each<[string, (of: FirstStart) => void, string]>([
    ["one administrator is missing", ({ people }) => people.pop(), "people"],
    [
      "one person would hold two of the three posts",
      ({ people }) => people[0]!.roles.push(people[1]!.roles[0]!),
      "no other",
    ],
    ["a password is weak", ({ people }) => (people[0]!.password = "password123"), "mixes"],
    ["a name stands there twice", ({ people }) => (people[1]!.login = people[0]!.login), "twice"],
    ["a unit is missing", ({ people }) => (people[0]!.unit = "elsewhere"), "no unit"],
    [
      "a role is not for the unit",
      ({ units, people }) => (units.find(({ id }) => id === people[0]!.unit)!.department = "tax"),
      "not for",
    ],
    ["a field is foreign", (of) => Object.assign(of, { admin: true }), "/admin"],
  ])("%s", async (_what, change, told) => {
    const made = await start(order(change));
    expect(made.ok ? "made" : made.error).toContain(told);
    expect(store.access.accounts()).toEqual([]);
    expect(store.access.units()).toEqual([]);
  });
});
