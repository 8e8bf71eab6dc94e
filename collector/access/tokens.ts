/** Tokens of machines that were issued: who a token is, and when each was last used. */
import { sha256Hex } from "@forecourt/protocol/records/chain.ts";
import { countiesOf, type Directory } from "./directory.ts";
import { machine, type Reader } from "./reader.ts";
import { mostOf } from "./roles.ts";
import type { AccessStore } from "./store.ts";

export interface TokensParts {
  store: AccessStore;
  directory: Directory;
  /** epoch ms */
  now: () => number;
}

export class Tokens {
  readonly #parts: TokensParts;
  readonly #used = new Map<string, number>();

  constructor(parts: TokensParts) {
    this.#parts = parts;
  }

  /** @returns undefined when the token is not in force, or its unit is closed */
  reader(token: string): Reader | undefined {
    const { store, directory, now } = this.#parts;
    const hash = sha256Hex(token);
    const known = store.tokens().find((one) => one.hash === hash);
    if (known === undefined || known.revokedMs !== null || known.expiresMs <= now()) return undefined;
    const unit = directory.unit(known.unit);
    if (unit === undefined || unit.closedMs !== null) return undefined;
    this.#used.set(known.id, now());
    const most = mostOf(unit, directory.roles);
    // What the unit's people may not, its programs may not either.
    const grants = new Map(
      known.functions.flatMap((name) => (most.has(name) ? [[name, most.get(name)!] as const] : [])),
    );
    const reader = machine(known.name, [], countiesOf(unit, known.counties));
    return { ...reader, unit: unit.id, department: unit.department, grants };
  }

  /** Writes down when tokens were last used. */
  flush(): void {
    const used = [...this.#used].map(([id, usedMs]) => ({ id, usedMs }));
    this.#used.clear();
    if (used.length > 0) this.#parts.store.usedTokens(used);
  }
}
