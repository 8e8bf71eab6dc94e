/**
 * The first start: the three separated administrators, and whoever else is appointed on paper, on a database without
 * accounts. No password is built in: each is chosen by its person, or made at random and to be changed.
 */
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { DEPARTMENTS } from "./departments.ts";
import { type Passwords, randomPassword } from "./passwords.ts";
import { type AccessPolicy, HOUR_MS, passwordFault } from "./policy.ts";
import { LEVELS, type Role, unsuitable } from "./roles.ts";
import type { AccessStore, Account } from "./store.ts";

const closed = { additionalProperties: false } as const;
const oneOf = <const Names extends readonly string[]>(names: Names) =>
  Type.Unsafe<Names[number]>(Type.Enum([...names]));

export const LOGIN_PATTERN = "^[a-z][a-z0-9._-]{2,31}$";
export const COUNTY_PATTERN = "^[0-9]{6}$";

export const UnitSchema = Type.Object(
  {
    id: Type.String({ pattern: "^[a-z0-9][a-z0-9-]{1,39}$" }),
    name: Type.String({ minLength: 2, maxLength: 60 }),
    department: oneOf(DEPARTMENTS),
    level: oneOf(LEVELS),
    county: Type.Union([Type.String({ pattern: COUNTY_PATTERN }), Type.Null()], {
      description: "administrative code; null: every county",
    }),
  },
  closed,
);

export const FirstStartSchema = Type.Object(
  {
    basis: Type.String({ minLength: 2, maxLength: 200, description: "the paper that appoints these people" }),
    units: Type.Array(UnitSchema, { minItems: 1, maxItems: 200 }),
    people: Type.Array(
      Type.Object(
        {
          login: Type.String({ pattern: LOGIN_PATTERN }),
          name: Type.String({ minLength: 2, maxLength: 40 }),
          unit: Type.String(),
          roles: Type.Array(Type.String(), { minItems: 1, maxItems: 10 }),
          password: Type.Optional(Type.String({ description: "left out: one is made, to be changed at once" })),
        },
        closed,
      ),
      { minItems: 3, maxItems: 500 },
    ),
  },
  closed,
);

export type FirstStart = Static<typeof FirstStartSchema>;

export interface FirstStartParts {
  store: AccessStore;
  roles: readonly Role[];
  policy: AccessPolicy;
  passwords: Passwords;
  /** epoch ms */
  now: () => number;
}

/** An account that was made. `password` is set where one was made at random. */
export interface MadeAccount {
  login: string;
  name: string;
  password: string | null;
}

const ADMINISTRATORS = ["system-administrator", "security-administrator", "audit-administrator"];
const BY = "first start";

/**
 * Makes units and accounts.
 * @returns what was made, or what is wrong with the order, and then nothing was made
 */
export async function firstStart(order: unknown, parts: FirstStartParts): Promise<Result<MadeAccount[], string>> {
  const { store, policy, passwords, now } = parts;
  if (!Value.Check(FirstStartSchema, order)) {
    const [error] = Value.Errors(FirstStartSchema, order);
    return fail(`${error?.instancePath || "the order"}: ${error?.message ?? "not as it should be"}`);
  }
  if (store.accounts().length > 0) return fail("there are accounts already: from now on they are requested");
  const wrong = faultOf(order, parts);
  if (wrong !== undefined) return fail(wrong);
  const atMs = now();
  const note = (subject: string, detail: { [name: string]: string }) =>
    ({ atMs, who: BY, action: "account.made", subject, detail }) as const;
  const made: { account: Account; told: MadeAccount }[] = [];
  for (const { login, name, unit, roles, password } of order.people) {
    const given = password ?? randomPassword();
    const hash = await passwords.hash(given);
    const firstUntilMs = password === undefined ? atMs + policy.firstPasswordHours * HOUR_MS : null;
    const empty = { counties: null, totp: null, totpPending: null, totpStep: 0, closedMs: null, lastMs: null };
    const account = {
      ...empty,
      login,
      name,
      unit,
      roles,
      password: hash,
      passwordMs: atMs,
      firstUntilMs,
      madeMs: atMs,
    };
    made.push({ account, told: { login, name, password: password === undefined ? given : null } });
  }
  for (const unit of order.units) {
    store.addUnit({ ...unit, closedMs: null }, { ...note(unit.id, { name: unit.name }), action: "unit.made" });
  }
  for (const { account } of made) {
    const { login, name, unit, roles } = account;
    store.addAccount(account, note(login, { name, unit, roles: roles.join(","), basis: order.basis }));
  }
  return ok(made.map(({ told }) => told));
}

function faultOf({ units, people }: FirstStart, { roles, policy }: FirstStartParts): string | undefined {
  for (const [names, what] of [
    [units.map(({ id }) => id), "unit"],
    [people.map(({ login }) => login), "sign-in name"],
  ] as const) {
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) return `${what} ${twice} stands there twice`;
  }
  for (const unit of units) {
    if ((unit.level === "county") !== (unit.county !== null))
      return `unit ${unit.id}: a county for county level, null else`;
  }
  for (const { login, name, unit: id, roles: held, password } of people) {
    const unit = units.find((one) => one.id === id);
    if (unit === undefined) return `${login}: there is no unit ${id}`;
    const unfit = unsuitable(held, roles, unit);
    if (unfit !== undefined) return `${login}: ${unfit}`;
    const weak = password === undefined ? undefined : passwordFault(password, policy, [login, name]);
    if (weak !== undefined) return `${login}: ${weak}`;
  }
  const missing = ADMINISTRATORS.find((role) => !people.some((person) => person.roles.includes(role)));
  return missing === undefined ? undefined : `nobody is ${missing}`;
}
