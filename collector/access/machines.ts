/** Machine accounts of the configuration: each signs in with a bearer token, of which only the hash is looked up. */
import { sha256Hex } from "@forecourt/protocol/records/chain.ts";
import type { FunctionName } from "./functions.ts";
import { machine, type Reader, type Scope } from "./reader.ts";

export interface MachineAccount {
  name: string;
  token: string;
  functions: readonly FunctionName[];
  /** county codes of six digits; undefined: all */
  counties?: readonly string[] | undefined;
}

/** What a token's holder may, by the token's hash. A token that stands at two accounts holds the functions of both. */
export class MachineAccounts {
  /** by the SHA-256 of the token: what the time of a look-up tells is of no use without its inverse */
  readonly #readers = new Map<string, Reader>();

  constructor(accounts: readonly MachineAccount[]) {
    for (const { name, token, functions, counties } of accounts) {
      const key = sha256Hex(token);
      const known = this.#readers.get(key);
      const held = [...(known?.grants.keys() ?? []), ...functions];
      const both = known === undefined ? name : `${known.name}+${name}`;
      this.#readers.set(key, machine(both, held, common(known?.counties, counties)));
    }
  }

  /** @returns undefined when nobody holds the token */
  of(token: string): Reader | undefined {
    return this.#readers.get(sha256Hex(token));
  }
}

function common(before: Scope<string> | undefined, counties: readonly string[] | undefined): Scope<string> {
  if (before === undefined || before === "all") return counties === undefined ? "all" : new Set(counties);
  return counties === undefined ? before : new Set(counties.filter((one) => before.has(one)));
}
