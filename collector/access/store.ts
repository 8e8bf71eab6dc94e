/** What is kept of units, accounts, sessions and tokens. Every change comes with its audit entry, in one transaction. */
import type { AuditEntry } from "../audit/chain.ts";
import type { Department } from "./departments.ts";
import type { FunctionName } from "./functions.ts";
import type { Level } from "./roles.ts";

export type Note = Omit<AuditEntry, "seq">;

export interface Unit {
  id: string;
  name: string;
  department: Department;
  level: Level;
  /** administrative code of six digits; null where the unit reaches every county */
  county: string | null;
  closedMs: number | null;
}

export interface Account {
  /** sign-in name, never used for another person */
  login: string;
  /** the person's real name */
  name: string;
  unit: string;
  /** fewer counties than the unit's; null: all of the unit's */
  counties: readonly string[] | null;
  roles: readonly string[];
  /** argon2id */
  password: string;
  passwordMs: number;
  /** it was handed over, or reset: good for one sign-in until then; null once the person has chosen one */
  firstUntilMs: number | null;
  /** sealed secret of the second factor; null while none is set up */
  totp: Buffer | null;
  /** sealed secret that awaits its first code */
  totpPending: Buffer | null;
  /** step of the last code that was used */
  totpStep: number;
  madeMs: number;
  closedMs: number | null;
  lastMs: number | null;
}

export interface SessionRow {
  /** SHA-256 of what the browser holds, base64url; names the session */
  id: string;
  account: string;
  madeMs: number;
  seenMs: number;
  address: string;
  agent: string;
}

/** Wrong attempts on a sign-in name, whether or not there is such an account. */
export interface Attempts {
  failures: number;
  lockedUntilMs: number;
  lastMs: number;
}

export interface MachineToken {
  id: string;
  name: string;
  /** SHA-256, hexadecimal */
  hash: string;
  unit: string;
  functions: readonly FunctionName[];
  counties: readonly string[] | null;
  request: string;
  madeMs: number;
  expiresMs: number;
  revokedMs: number | null;
  usedMs: number | null;
}

export interface AccessStore {
  /** Differs as soon as units, accounts or tokens may have changed, by whomever: what was read before is then old. */
  version(): string;

  units(): Unit[];
  addUnit(unit: Unit, note: Note): void;
  renameUnit(id: string, name: string, note: Note): void;
  /** Closes a unit for good, with accounts and tokens, in one transaction. */
  closeUnit(
    id: string,
    atMs: number,
    left: { accounts: readonly string[]; tokens: readonly string[] },
    notes: readonly Note[],
  ): void;

  account(login: string): Account | undefined;
  accounts(): Account[];
  addAccount(account: Account, note: Note): void;
  /** Writes what is given; roles are replaced when they are among it. */
  changeAccount(login: string, change: Partial<Omit<Account, "login" | "madeMs">>, note: Note): void;

  /** Without a note of its own: who signs in is noted by the session. */
  attempts(login: string): Attempts | undefined;
  setAttempts(login: string, attempts: Attempts | undefined, note: Note | undefined): void;
  /** Forgets attempts on names that were left alone since then. */
  forgetAttempts(beforeMs: number): void;

  sessions(): SessionRow[];
  /** A person is signed in: the session, the code's step, and no wrong attempts any more. */
  addSession(session: SessionRow, totpStep: number | undefined, note: Note): void;
  seenSessions(seen: readonly Pick<SessionRow, "id" | "seenMs">[]): void;
  endSessions(ids: readonly string[], note: Note | undefined): void;

  tokens(): MachineToken[];
  addToken(token: MachineToken, note: Note): void;
  revokeToken(id: string, atMs: number, note: Note): void;
  usedTokens(used: readonly { id: string; usedMs: number }[]): void;
}
