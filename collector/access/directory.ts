/** Who is who: accounts with their units and roles, as the readers they are now. */
import type { Department } from "./departments.ts";
import type { FunctionName } from "./functions.ts";
import { type AccessPolicy, DAY_MS } from "./policy.ts";
import type { Reader, Scope } from "./reader.ts";
import { grantsOf, type Role } from "./roles.ts";
import type { AccessStore, Account, Unit } from "./store.ts";

/** What a person has yet to do before anything else. */
export interface Setup {
  password: boolean;
  secondFactor: boolean;
}

export interface DirectoryParts {
  store: AccessStore;
  roles: readonly Role[];
  policy: AccessPolicy;
  /** epoch ms */
  now: () => number;
}

/** What somebody may who has yet to choose a password or set up a second factor. */
const ONLY_SETUP: ReadonlyMap<FunctionName, Scope<Department>> = new Map([["own:account", "all"]]);

/** An account with what its roles grant. */
interface KnownAccount {
  account: Account;
  grants: Reader["grants"];
}

/** What was read of the store, as long as nothing changes in it. */
interface Known {
  version: string;
  units: ReadonlyMap<string, Unit>;
  accounts: Map<string, KnownAccount>;
}

export class Directory {
  readonly #parts: DirectoryParts;
  #known: Known | undefined;

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
  }

  get roles(): readonly Role[] {
    return this.#parts.roles;
  }

  unit(id: string): Unit | undefined {
    return this.#read().units.get(id);
  }

  /** What is left to do; nothing is when both are false. */
  setup({ firstUntilMs, passwordMs, totp }: Account): Setup {
    const { policy, now } = this.#parts;
    const isOld = now() - passwordMs >= policy.passwordDays * DAY_MS;
    return {
      password: firstUntilMs !== null || isOld,
      secondFactor: totp === null && policy.secondFactor === "required",
    };
  }

  /** The reader that an account is now; undefined when it, or its unit, is closed. @param session that it acts in */
  reader(login: string, session: string | null): Reader | undefined {
    const holder = this.holder(login, session);
    const known = this.#account(login);
    if (holder === undefined || known === undefined) return undefined;
    const { password, secondFactor } = this.setup(known.account);
    return password || secondFactor ? { ...holder, grants: ONLY_SETUP } : holder;
  }

  /** The same with everything its roles grant, whether or not something is left to set up: whom things are for. */
  holder(login: string, session: string | null = null): Reader | undefined {
    const known = this.#account(login);
    const unit = known === undefined ? undefined : this.unit(known.account.unit);
    if (known === undefined || known.account.closedMs !== null || unit === undefined || unit.closedMs !== null) {
      return undefined;
    }
    const { account, grants } = known;
    return {
      account: login,
      name: account.name,
      kind: "person",
      unit: unit.id,
      department: unit.department,
      counties: countiesOf(unit, account.counties),
      grants,
      session,
    };
  }

  #account(login: string): KnownAccount | undefined {
    const { accounts, units } = this.#read();
    const known = accounts.get(login);
    if (known !== undefined) return known;
    // Names that nobody has are not kept: anybody can ask for any number of them.
    const account = this.#parts.store.account(login);
    const unit = account === undefined ? undefined : units.get(account.unit);
    if (account === undefined || unit === undefined) return undefined;
    const found = { account, grants: grantsOf(account.roles, this.#parts.roles, unit.department) };
    accounts.set(login, found);
    return found;
  }

  #read(): Known {
    const { store } = this.#parts;
    const version = store.version();
    if (this.#known?.version !== version) {
      this.#known = { version, units: new Map(store.units().map((unit) => [unit.id, unit])), accounts: new Map() };
    }
    return this.#known;
  }
}

/** The counties of a unit, narrowed to those of the account. */
export function countiesOf(unit: Pick<Unit, "county">, narrowed: readonly string[] | null): Scope<string> {
  if (unit.county === null) return narrowed === null ? "all" : new Set(narrowed);
  return new Set(narrowed === null ? [unit.county] : narrowed.filter((one) => one === unit.county));
}
