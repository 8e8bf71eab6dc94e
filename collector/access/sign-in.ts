/**
 * Signing in, and what a person does with their own account. Whatever is wrong, the answer is the same and takes as
 * long: nobody learns which names exist, or whether a password was right and the code was not.
 */
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { Directory } from "./directory.ts";
import { note } from "./note.ts";
import type { Passwords } from "./passwords.ts";
import { type AccessPolicy, MINUTE_MS, passwordFault } from "./policy.ts";
import type { Seal } from "./sealed.ts";
import type { Sessions } from "./sessions.ts";
import type { AccessStore, Account, SessionRow } from "./store.ts";
import { newTotp, totpStep } from "./totp.ts";

export interface SignInParts {
  store: AccessStore;
  directory: Directory;
  sessions: Sessions;
  passwords: Passwords;
  seal: Seal;
  policy: AccessPolicy;
  /** named in the authenticator */
  issuer: string;
  /** epoch ms */
  now: () => number;
}

export interface SignInError {
  code: "refused" | "busy" | "password" | "code";
  message: string;
  cure: string;
}

export interface Credentials {
  login: string;
  password: string;
  code?: string | undefined;
}

interface Origin {
  address: string;
  agent: string;
}

const AGENT_CHARACTERS = 200;

export class SignIn {
  readonly #parts: SignInParts;

  constructor(parts: SignInParts) {
    this.#parts = parts;
  }

  /** Opens a session. @returns the secret for the browser */
  async signIn(
    { login, password, code }: Credentials,
    { address, agent }: Origin,
  ): Promise<Result<{ secret: string; session: SessionRow }, SignInError>> {
    const { store, directory, sessions, now } = this.#parts;
    if (this.#isLocked(login)) return fail(this.#refused());
    const account = store.account(login);
    const checked = await this.#parts.passwords.check(account?.password, password);
    if (checked === "busy") return fail(BUSY);
    const step = account === undefined ? undefined : this.#factor(account, code);
    // While the password was checked others may have tried as well.
    const isIn = checked && step !== undefined && !this.#isLocked(login) && this.#mayEnter(account!);
    const reader = isIn ? directory.reader(login, null) : undefined;
    if (reader === undefined) {
      this.#failed(login, address);
      return fail(this.#refused());
    }
    const opened = sessions.open(
      { account: login, address, agent: agent.slice(0, AGENT_CHARACTERS) },
      step || undefined,
      (session) =>
        note(reader, now(), "sign-in", login, { address, agent: session.agent, session: session.id.slice(0, 8) }),
    );
    return ok(opened);
  }

  /** Another password, chosen by the person. Other sessions of theirs end. */
  async choosePassword(
    login: string,
    current: string,
    next: string,
    session: string,
  ): Promise<Result<void, SignInError>> {
    const { store, policy, passwords, sessions, now } = this.#parts;
    const account = store.account(login);
    if (account === undefined || this.#isLocked(login)) return fail(this.#refused());
    const checked = await passwords.check(account.password, current);
    if (checked === "busy") return fail(BUSY);
    if (!checked) {
      this.#failed(login, "own account");
      return fail(this.#refused());
    }
    const fault = next === current ? "it is the one there was" : passwordFault(next, policy, [login, account.name]);
    if (fault !== undefined) return fail({ code: "password", message: fault, cure: "Choose another one." });
    const hash = await passwords.hash(next);
    const atMs = now();
    const change = { password: hash, passwordMs: atMs, firstUntilMs: null };
    store.changeAccount(login, change, note(account, atMs, "own.password", login, {}));
    sessions.end(login, ({ id }) => id !== session, undefined);
    return ok(undefined);
  }

  /** Begins to set up a second factor. Who has one proves it first. */
  beginFactor(login: string, code: string | undefined): Result<{ secret: string; uri: string }, SignInError> {
    const { store, seal, issuer, now } = this.#parts;
    const account = store.account(login);
    if (account === undefined) return fail(this.#refused());
    if (account.totp !== null && this.#factor(account, code) === undefined) return fail(WRONG_CODE);
    const totp = newTotp(login, issuer);
    const change = { totpPending: seal.close(totp.secret, purpose(login)) };
    store.changeAccount(login, change, note(account, now(), "own.factor-begun", login, {}));
    return ok(totp);
  }

  /** The first code of a new second factor: from now on it is asked for. Other sessions end. */
  confirmFactor(login: string, code: string, session: string): Result<void, SignInError> {
    const { store, seal, sessions, now } = this.#parts;
    const account = store.account(login);
    const pending = account?.totpPending ?? null;
    const secret = pending === null ? undefined : seal.open(pending, purpose(login));
    const step = secret === undefined ? undefined : totpStep(secret, code, now(), 0);
    if (account === undefined || step === undefined) return fail(WRONG_CODE);
    const change = { totp: pending, totpPending: null, totpStep: step };
    store.changeAccount(login, change, note(account, now(), "own.factor", login, {}));
    sessions.end(login, ({ id }) => id !== session, undefined);
    return ok(undefined);
  }

  /** @returns the code's step, 0 where no second factor is set up, undefined when the code is not good */
  #factor({ login, totp, totpStep: last }: Account, code: string | undefined): number | undefined {
    if (totp === null) return 0;
    const secret = this.#parts.seal.open(totp, purpose(login));
    return secret === undefined || code === undefined ? undefined : totpStep(secret, code, this.#parts.now(), last);
  }

  /** A password that was handed over is good for a while. */
  #mayEnter({ firstUntilMs }: Account): boolean {
    return firstUntilMs === null || firstUntilMs > this.#parts.now();
  }

  #isLocked(login: string): boolean {
    return (this.#parts.store.attempts(login)?.lockedUntilMs ?? 0) > this.#parts.now();
  }

  #failed(login: string, address: string): void {
    const { store, policy, now } = this.#parts;
    const atMs = now();
    const lockMs = policy.lockMinutes * MINUTE_MS;
    const before = store.attempts(login);
    const isRecent = before !== undefined && atMs - before.lastMs < lockMs && before.lockedUntilMs <= before.lastMs;
    const failures = (isRecent ? before.failures : 0) + 1;
    const isLocked = failures >= policy.failures;
    const attempts = { failures, lastMs: atMs, lockedUntilMs: isLocked ? atMs + lockMs : 0 };
    const detail = { address, failures, locked: isLocked };
    store.setAttempts(login, attempts, { atMs, who: "?", action: "sign-in.failed", subject: login, detail });
  }

  #refused(): SignInError {
    const { failures, lockMinutes } = this.#parts.policy;
    const cure = `After ${failures} wrong attempts a name is locked for ${lockMinutes} minutes; the security administrator can unlock it.`;
    return { code: "refused", message: "name, password or code is wrong, or the name is locked", cure };
  }
}

const BUSY: SignInError = { code: "busy", message: "too many people sign in at once", cure: "Try again in a moment." };
const WRONG_CODE: SignInError = {
  code: "code",
  message: "the code is not right",
  cure: "Take the one that the authenticator shows now; check the clock of the phone.",
};

function purpose(login: string): string {
  return `totp of ${login}`;
}
