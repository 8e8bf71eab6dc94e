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

export class Directory {
  readonly #parts: DirectoryParts;

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
  }

  get roles(): readonly Role[] {
    return this.#parts.roles;
  }

  unit(id: string): Unit | undefined {
    return this.#parts.store.units().find((unit) => unit.id === id);
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
    const account = this.#parts.store.account(login);
    const unit = account === undefined ? undefined : this.unit(account.unit);
    if (account === undefined || account.closedMs !== null || unit === undefined || unit.closedMs !== null) {
      return undefined;
    }
    const { password, secondFactor } = this.setup(account);
    const grants = grantsOf(account.roles, this.#parts.roles, unit.department);
    return {
      account: login,
      name: account.name,
      kind: "person",
      unit: unit.id,
      department: unit.department,
      counties: countiesOf(unit, account.counties),
      grants: password || secondFactor ? ONLY_SETUP : grants,
      session,
    };
  }
}

/** The counties of a unit, narrowed to those of the account. */
export function countiesOf(unit: Pick<Unit, "county">, narrowed: readonly string[] | null): Scope<string> {
  if (unit.county === null) return narrowed === null ? "all" : new Set(narrowed);
  return new Set(narrowed === null ? [unit.county] : narrowed.filter((one) => one === unit.county));
}
