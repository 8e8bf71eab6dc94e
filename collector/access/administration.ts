/**
 * The work of the system and the security administrator: accounts are made and closed by one, roles granted and
 * passwords reset by the other, both only for what was approved. Neither can take an account over alone.
 */
import { randomBytes } from "node:crypto";
import { sha256Hex } from "@forecourt/protocol/records/chain.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { Directory } from "./directory.ts";
import { note } from "./note.ts";
import { type Passwords, randomPassword } from "./passwords.ts";
import { type AccessPolicy, DAY_MS, HOUR_MS } from "./policy.ts";
import type { Reader } from "./reader.ts";
import type { AccessError, Requests } from "./requests.ts";
import { unsuitable } from "./roles.ts";
import type { Sessions } from "./sessions.ts";
import type { AccessStore, Account, MachineToken, Unit } from "./store.ts";
import type { Tokens } from "./tokens.ts";

export interface AdministrationParts {
  store: AccessStore;
  directory: Directory;
  requests: Requests;
  sessions: Sessions;
  tokens: Pick<Tokens, "sweep">;
  passwords: Passwords;
  policy: AccessPolicy;
  newId: () => string;
  /** epoch ms */
  now: () => number;
}

/** Roles of which somebody must always be left. */
const KEPT = ["system-administrator", "security-administrator", "audit-administrator", "platform-lead"];
const TOKEN_BYTES = 32;
const TOKEN_DAYS = 365;

const wrong = (code: AccessError["code"], message: string, cure: string) => fail({ code, message, cure });

export class Administration {
  readonly #parts: AdministrationParts;

  constructor(parts: AdministrationParts) {
    this.#parts = parts;
  }

  addUnit(by: Reader, unit: Omit<Unit, "closedMs">): Result<void, AccessError> {
    const { store, directory, now } = this.#parts;
    if (directory.unit(unit.id) !== undefined) return wrong("state", `unit ${unit.id} exists`, "Choose another id.");
    if ((unit.level === "county") !== (unit.county !== null)) {
      return wrong("unfit", "a unit of county level has a county, others have none", "Mend the county.");
    }
    const { id, name, department, level, county } = unit;
    store.addUnit({ ...unit, closedMs: null }, note(by, now(), "unit.made", id, { name, department, level, county }));
    return ok(undefined);
  }

  /** Gives a unit another name; what it is stays. */
  renameUnit(by: Reader, id: string, name: string): Result<void, AccessError> {
    const { store, now } = this.#parts;
    const unit = this.#openUnit(id);
    if (!unit.ok) return unit;
    if (unit.value.name === name) return ok(undefined);
    store.renameUnit(id, name, note(by, now(), "unit.renamed", id, { from: unit.value.name, to: name }));
    return ok(undefined);
  }

  /**
   * Closes a unit for good, with the accounts and tokens that are left in it: sessions end, open streams too.
   * @returns what was closed with it
   */
  closeUnit(by: Reader, id: string): Result<{ accounts: string[]; tokens: string[] }, AccessError> {
    const { store, sessions, tokens, now } = this.#parts;
    const unit = this.#openUnit(id);
    if (!unit.ok) return unit;
    if (by.unit === id) return wrong("own", "nobody closes their own unit", "Leave it to a colleague of another unit.");
    const people = store.accounts().filter((one) => one.unit === id && one.closedMs === null);
    const lost = this.#lastOf(
      people,
      people.flatMap(({ roles }) => roles),
    );
    if (lost !== undefined) return fail(lost);
    const inForce = store.tokens().filter((one) => one.unit === id && one.revokedMs === null);
    const left = { accounts: people.map(({ login }) => login), tokens: inForce.map((one) => one.id) };
    const atMs = now();
    store.closeUnit(id, atMs, left, [
      note(by, atMs, "unit.closed", id, { name: unit.value.name, ...left }),
      ...left.accounts.map((login) => note(by, atMs, "account.closed", login, { unit: id })),
      ...inForce.map((one) => note(by, atMs, "token.revoked", one.id, { name: one.name, unit: id })),
    ]);
    for (const login of left.accounts) sessions.end(login, () => true, undefined);
    tokens.sweep();
    return ok(left);
  }

  /** Makes the account of an approved request, without any role. @returns the password to hand over, told once */
  async makeAccount(by: Reader, id: string): Promise<Result<{ login: string; password: string }, AccessError>> {
    const { store, requests, passwords, policy, now } = this.#parts;
    const approved = requests.approved(id, "person");
    if (!approved.ok) return approved;
    const { login, name, unit, counties } = approved.value;
    if (store.account(login) !== undefined) return wrong("state", `account ${login} exists`, "Roles can be granted.");
    const password = randomPassword();
    const hash = await passwords.hash(password);
    const atMs = now();
    const firstUntilMs = atMs + policy.firstPasswordHours * HOUR_MS;
    const empty = { roles: [], totp: null, totpPending: null, totpStep: 0, closedMs: null, lastMs: null };
    const account = {
      ...empty,
      login,
      name,
      unit,
      counties,
      password: hash,
      passwordMs: atMs,
      firstUntilMs,
      madeMs: atMs,
    };
    store.addAccount(account, note(by, atMs, "account.made", login, { name, unit, request: id }));
    return ok({ login, password });
  }

  /** Closes an account for good: its name is never used again. */
  close(by: Reader, login: string): Result<void, AccessError> {
    const { store, now } = this.#parts;
    const found = this.#open(login);
    if (!found.ok) return found;
    const last = this.#lastOf([found.value], found.value.roles);
    if (last !== undefined) return fail(last);
    store.changeAccount(login, { closedMs: now(), roles: [] }, note(by, now(), "account.closed", login, {}));
    this.#endSessions(login);
    return ok(undefined);
  }

  /** Grants what an approved request asks for. */
  grant(by: Reader, id: string): Result<void, AccessError> {
    const { store, directory, requests, sessions, now } = this.#parts;
    const approved = requests.approved(id, "person");
    if (!approved.ok) return approved;
    const { login, unit: unitId, counties } = approved.value;
    if (login === by.account) return wrong("own", "nobody grants themselves anything", "Leave it to a colleague.");
    const found = this.#open(login);
    if (!found.ok) return found;
    const unit = directory.unit(unitId);
    const roles = [...new Set([...found.value.roles, ...approved.value.roles])];
    const unfit = unit === undefined ? "its unit is gone" : unsuitable(roles, directory.roles, unit);
    if (unfit !== undefined) return wrong("unfit", unfit, "Revoke what does not go together first.");
    const detail = { roles: [...approved.value.roles], request: id };
    store.changeAccount(login, { roles, counties }, note(by, now(), "role.granted", login, detail));
    requests.done(by, approved.value);
    sessions.interrupt(login);
    return ok(undefined);
  }

  revoke(by: Reader, login: string, role: string): Result<void, AccessError> {
    const { store, sessions, now } = this.#parts;
    const found = this.#open(login);
    if (!found.ok) return found;
    if (!found.value.roles.includes(role)) return wrong("missing", `${login} does not hold ${role}`, "Check the role.");
    const last = this.#lastOf([found.value], [role]);
    if (last !== undefined) return fail(last);
    const roles = found.value.roles.filter((one) => one !== role);
    store.changeAccount(login, { roles }, note(by, now(), "role.revoked", login, { role }));
    sessions.interrupt(login);
    return ok(undefined);
  }

  /** A password to hand over, told once; it must be changed at the next sign-in. Sessions end. */
  async resetPassword(by: Reader, login: string): Promise<Result<{ password: string }, AccessError>> {
    const { store, passwords, policy, now } = this.#parts;
    const found = this.#open(login);
    if (!found.ok) return found;
    if (login === by.account) return wrong("own", "one's own password is changed, not reset", "See your own account.");
    const password = randomPassword();
    const hash = await passwords.hash(password);
    const change = { password: hash, passwordMs: now(), firstUntilMs: now() + policy.firstPasswordHours * HOUR_MS };
    store.changeAccount(login, change, note(by, now(), "password.reset", login, {}));
    this.#endSessions(login);
    return ok({ password });
  }

  /** The person sets up another second factor at the next sign-in. Sessions end. */
  resetFactor(by: Reader, login: string): Result<void, AccessError> {
    const { store, now } = this.#parts;
    const found = this.#open(login);
    if (!found.ok) return found;
    if (login === by.account) return wrong("own", "nobody resets their own second factor", "Leave it to a colleague.");
    const change = { totp: null, totpPending: null };
    store.changeAccount(login, change, note(by, now(), "factor.reset", login, {}));
    this.#endSessions(login);
    return ok(undefined);
  }

  unlock(by: Reader, login: string): void {
    const { store, now } = this.#parts;
    store.setAttempts(login, undefined, note(by, now(), "account.unlocked", login, {}));
  }

  endSessions(by: Reader, login: string): number {
    const { sessions, now } = this.#parts;
    return sessions.end(login, () => true, note(by, now(), "sessions.ended", login, {}));
  }

  /** Issues the token of an approved request. @returns the token, told once */
  issueToken(by: Reader, id: string): Result<{ token: string; id: string; expiresMs: number }, AccessError> {
    const { store, requests, newId, now } = this.#parts;
    const approved = requests.approved(id, "machine");
    if (!approved.ok) return approved;
    const { login, unit, functions, counties } = approved.value;
    // Kept as its SHA-256: it is random, so a slow hash would add nothing.
    const token = `fc_${randomBytes(TOKEN_BYTES).toString("base64url")}`;
    const atMs = now();
    const expiresMs = atMs + TOKEN_DAYS * DAY_MS;
    const times = { madeMs: atMs, expiresMs, revokedMs: null, usedMs: null };
    const kept: MachineToken = {
      ...{ id: newId(), name: login, hash: sha256Hex(token), unit, functions, counties, request: id },
      ...times,
    };
    store.addToken(
      kept,
      note(by, atMs, "token.issued", kept.id, { name: login, unit, functions: [...functions], request: id }),
    );
    requests.done(by, approved.value);
    return ok({ token, id: kept.id, expiresMs });
  }

  revokeToken(by: Reader, id: string): Result<void, AccessError> {
    const { store, now } = this.#parts;
    const known = store.tokens().find((token) => token.id === id && token.revokedMs === null);
    if (known === undefined) return wrong("missing", `there is no token ${id} in force`, "Check the id.");
    store.revokeToken(id, now(), note(by, now(), "token.revoked", id, { name: known.name }));
    this.#parts.tokens.sweep();
    return ok(undefined);
  }

  #open(login: string): Result<Account, AccessError> {
    const account = this.#parts.store.account(login);
    if (account === undefined) return wrong("missing", `there is no account ${login}`, "Check the sign-in name.");
    return account.closedMs === null ? ok(account) : wrong("state", `account ${login} is closed`, "It stays closed.");
  }

  #openUnit(id: string): Result<Unit, AccessError> {
    const unit = this.#parts.directory.unit(id);
    if (unit === undefined) return wrong("missing", `there is no unit ${id}`, "Check the id.");
    return unit.closedMs === null ? ok(unit) : wrong("state", `unit ${id} is closed`, "It stays closed.");
  }

  /** Why these roles cannot be taken from the accounts: nobody else would be left to do that work. */
  #lastOf(accounts: readonly Account[], roles: readonly string[]): AccessError | undefined {
    const own = new Set(accounts.map(({ login }) => login));
    const others = this.#parts.store.accounts().filter((one) => !own.has(one.login) && one.closedMs === null);
    const lost = roles.find((role) => KEPT.includes(role) && !others.some((one) => one.roles.includes(role)));
    if (lost === undefined) return undefined;
    return { code: "state", message: `nobody else is ${lost}`, cure: "Have another person appointed first." };
  }

  #endSessions(login: string): void {
    this.#parts.sessions.end(login, () => true, undefined);
  }
}
