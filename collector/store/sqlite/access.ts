/** Units, accounts, sessions and tokens in SQLite. */
import type Database from "better-sqlite3";
import type { AccessStore, Account, MachineToken, Note, SessionRow, Unit } from "../../access/store.ts";
import type { AuditTable } from "../../audit/table.ts";

/** The step of the schema. */
export const accessTables: readonly string[] = [
  `CREATE TABLE unit (id TEXT PRIMARY KEY, name TEXT NOT NULL, department TEXT NOT NULL, level TEXT NOT NULL,
    county TEXT, closedMs INTEGER) STRICT, WITHOUT ROWID`,
  `CREATE TABLE account (login TEXT PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL, counties TEXT,
    roles TEXT NOT NULL, password TEXT NOT NULL, passwordMs INTEGER NOT NULL, firstUntilMs INTEGER, totp BLOB,
    totpPending BLOB, totpStep INTEGER NOT NULL, madeMs INTEGER NOT NULL, closedMs INTEGER, lastMs INTEGER
    ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE attempts (login TEXT PRIMARY KEY, failures INTEGER NOT NULL, lockedUntilMs INTEGER NOT NULL,
    lastMs INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE TABLE session (id TEXT PRIMARY KEY, account TEXT NOT NULL, madeMs INTEGER NOT NULL, seenMs INTEGER NOT NULL,
    address TEXT NOT NULL, agent TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE TABLE machine_token (id TEXT PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, unit TEXT NOT NULL,
    functions TEXT NOT NULL, counties TEXT, request TEXT NOT NULL, madeMs INTEGER NOT NULL, expiresMs INTEGER NOT NULL,
    revokedMs INTEGER, usedMs INTEGER) STRICT, WITHOUT ROWID`,
];

/** Columns carry the names of the fields; lists are JSON. */
type Row<T, Lists extends keyof T> = Omit<T, Lists> & Record<Lists, string | null>;

const listOf = (text: string | null) => (text === null ? null : (JSON.parse(text) as string[]));
const textOf = (list: readonly string[] | null) => (list === null ? null : JSON.stringify(list));

export function sqliteAccess(raw: Database.Database, audit: AuditTable): AccessStore {
  let own = 0;
  /** All of it or nothing. */
  const together = (notes: Notes, work: () => void) =>
    raw.transaction(() => {
      work();
      for (const note of [notes ?? []].flat()) audit.append(note);
    })();
  /** The same, of what is read anew from then on. */
  const changing = (notes: Notes, work: () => void) => {
    own += 1;
    together(notes, work);
  };
  return {
    // SQLite counts what other connections commit.
    version: () => `${raw.pragma("data_version", { simple: true })}.${own}`,
    ...unitsAndAccounts(raw, changing),
    ...signIns(raw, together),
    ...machineTokens(raw, changing, together),
  };
}

type Notes = Note | readonly Note[] | undefined;
type Together = (notes: Notes, work: () => void) => void;

function unitsAndAccounts(raw: Database.Database, together: Together) {
  const units = raw.prepare<[], Unit>("SELECT * FROM unit ORDER BY id");
  const addUnit = raw.prepare("INSERT INTO unit VALUES (@id, @name, @department, @level, @county, @closedMs)");
  const renameUnit = raw.prepare("UPDATE unit SET name = ? WHERE id = ?");
  const closeUnit = raw.prepare("UPDATE unit SET closedMs = ? WHERE id = ?");
  const closeAccount = raw.prepare("UPDATE account SET closedMs = ?, roles = '[]' WHERE login = ?");
  const revokeToken = raw.prepare("UPDATE machine_token SET revokedMs = ? WHERE id = ? AND revokedMs IS NULL");
  type AccountRow = Row<Account, "counties" | "roles">;
  const one = raw.prepare<[string], AccountRow>("SELECT * FROM account WHERE login = ?");
  const all = raw.prepare<[], AccountRow>("SELECT * FROM account ORDER BY login");
  const save = raw.prepare(
    `INSERT OR REPLACE INTO account VALUES (@login, @name, @unit, @counties, @roles, @password, @passwordMs,
      @firstUntilMs, @totp, @totpPending, @totpStep, @madeMs, @closedMs, @lastMs)`,
  );
  const read = (row: AccountRow): Account => ({
    ...row,
    counties: listOf(row.counties),
    roles: listOf(row.roles) ?? [],
  });
  const write = (account: Account) =>
    save.run({ ...account, counties: textOf(account.counties), roles: textOf(account.roles) });
  return {
    units: () => units.all(),
    addUnit: (unit: Unit, note: Note) => together(note, () => addUnit.run(unit)),
    renameUnit: (id: string, name: string, note: Note) => together(note, () => renameUnit.run(name, id)),
    closeUnit: (...[id, atMs, left, notes]: Parameters<AccessStore["closeUnit"]>) =>
      together(notes, () => {
        closeUnit.run(atMs, id);
        for (const login of left.accounts) closeAccount.run(atMs, login);
        for (const token of left.tokens) revokeToken.run(atMs, token);
      }),
    account: (login: string) => {
      const row = one.get(login);
      return row === undefined ? undefined : read(row);
    },
    accounts: () => all.all().map(read),
    addAccount: (account: Account, note: Note) =>
      together(note, () => {
        if (one.get(account.login) !== undefined) throw new Error(`account ${account.login} exists already`);
        write(account);
      }),
    changeAccount: (login: string, change: Partial<Account>, note: Note) =>
      together(note, () => {
        const row = one.get(login);
        if (row === undefined) throw new Error(`there is no account ${login}`);
        write({ ...read(row), ...change });
      }),
  };
}

function signIns(raw: Database.Database, together: Together) {
  type AttemptsRow = { login: string; failures: number; lockedUntilMs: number; lastMs: number };
  const attempts = raw.prepare<[string], AttemptsRow>("SELECT * FROM attempts WHERE login = ?");
  const setAttempts = raw.prepare(
    "INSERT OR REPLACE INTO attempts VALUES (@login, @failures, @lockedUntilMs, @lastMs)",
  );
  const noAttempts = raw.prepare("DELETE FROM attempts WHERE login = ?");
  const forget = raw.prepare("DELETE FROM attempts WHERE lastMs < ?");
  const sessions = raw.prepare<[], SessionRow>("SELECT * FROM session");
  const add = raw.prepare("INSERT INTO session VALUES (@id, @account, @madeMs, @seenMs, @address, @agent)");
  const signedIn = raw.prepare(
    "UPDATE account SET lastMs = @madeMs, totpStep = coalesce(@totpStep, totpStep) WHERE login = @account",
  );
  const seen = raw.prepare("UPDATE session SET seenMs = @seenMs WHERE id = @id");
  const end = raw.prepare("DELETE FROM session WHERE id = ?");
  return {
    attempts: (login: string) => attempts.get(login),
    setAttempts: (login: string, of: Omit<AttemptsRow, "login"> | undefined, note: Note | undefined) =>
      together(note, () => {
        if (of === undefined) noAttempts.run(login);
        else setAttempts.run({ ...of, login });
      }),
    forgetAttempts: (beforeMs: number) => {
      forget.run(beforeMs);
    },
    sessions: () => sessions.all(),
    addSession: (session: SessionRow, totpStep: number | undefined, note: Note) =>
      together(note, () => {
        add.run(session);
        signedIn.run({ madeMs: session.madeMs, account: session.account, totpStep: totpStep ?? null });
        noAttempts.run(session.account);
      }),
    seenSessions: (list: readonly Pick<SessionRow, "id" | "seenMs">[]) =>
      together(undefined, () => {
        for (const one of list) seen.run(one);
      }),
    endSessions: (ids: readonly string[], note: Note | undefined) =>
      together(note, () => {
        for (const id of ids) end.run(id);
      }),
  };
}

function machineTokens(raw: Database.Database, changing: Together, together: Together) {
  type TokenRow = Row<MachineToken, "functions" | "counties">;
  const all = raw.prepare<[], TokenRow>("SELECT * FROM machine_token ORDER BY madeMs DESC, id");
  const add = raw.prepare(
    `INSERT INTO machine_token VALUES (@id, @name, @hash, @unit, @functions, @counties, @request, @madeMs, @expiresMs,
      @revokedMs, @usedMs)`,
  );
  const revoke = raw.prepare("UPDATE machine_token SET revokedMs = ? WHERE id = ? AND revokedMs IS NULL");
  const used = raw.prepare("UPDATE machine_token SET usedMs = @usedMs WHERE id = @id");
  return {
    tokens: () =>
      all.all().map(
        (row): MachineToken => ({
          ...row,
          functions: (listOf(row.functions) ?? []) as MachineToken["functions"],
          counties: listOf(row.counties),
        }),
      ),
    addToken: (token: MachineToken, note: Note) =>
      changing(note, () => {
        add.run({ ...token, functions: textOf(token.functions), counties: textOf(token.counties) });
      }),
    revokeToken: (id: string, atMs: number, note: Note) =>
      changing(note, () => {
        revoke.run(atMs, id);
      }),
    usedTokens: (list: readonly { id: string; usedMs: number }[]) =>
      together(undefined, () => {
        for (const one of list) used.run(one);
      }),
  };
}
