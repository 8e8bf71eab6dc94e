/** Tokens of machines that were issued: who a token is, when each was last used, and who is told when one ends. */
import { sha256Hex } from "@forecourt/protocol/records/chain.ts";
import { countiesOf, type Directory } from "./directory.ts";
import { machine, type Reader } from "./reader.ts";
import { mostOf } from "./roles.ts";
import type { AccessStore, MachineToken } from "./store.ts";
import { Watchers } from "./watchers.ts";

export interface TokensParts {
  store: AccessStore;
  directory: Directory;
  /** epoch ms */
  now: () => number;
}

export class Tokens {
  readonly #parts: TokensParts;
  readonly #used = new Map<string, number>();
  readonly #watchers = new Watchers();
  /** the token behind a reader */
  readonly #tokenOf = new WeakMap<Reader, string>();
  /** tokens by hash, as they were at a version of the store */
  #known: { version: string; byHash: ReadonlyMap<string, MachineToken> } | undefined;

  constructor(parts: TokensParts) {
    this.#parts = parts;
  }

  /** @returns undefined when the token is not in force, or its unit is closed */
  reader(token: string): Reader | undefined {
    const known = this.#byHash().get(sha256Hex(token));
    if (known === undefined || !this.#isInForce(known)) return undefined;
    const { directory, now } = this.#parts;
    const unit = directory.unit(known.unit)!;
    this.#used.set(known.id, now());
    const most = mostOf(unit, directory.roles);
    // What the unit's people may not, its programs may not either.
    const grants = new Map(
      known.functions.flatMap((name) => (most.has(name) ? [[name, most.get(name)!] as const] : [])),
    );
    const plain = machine(known.name, [], countiesOf(unit, known.counties));
    const reader = { ...plain, unit: unit.id, department: unit.department, grants };
    this.#tokenOf.set(reader, known.id);
    return reader;
  }

  /** Tells once when the token behind a reader is no longer in force. @returns takes that back */
  onEnd(reader: Reader, told: () => void): () => void {
    const id = this.#tokenOf.get(reader);
    // Tokens of the configuration last as long as the process.
    return id === undefined ? () => undefined : this.#watchers.add(id, told);
  }

  /** Writes down when tokens were last used. */
  flush(): void {
    const used = [...this.#used].map(([id, usedMs]) => ({ id, usedMs }));
    this.#used.clear();
    if (used.length > 0) this.#parts.store.usedTokens(used);
  }

  /** Tells those who wait for the end of tokens that are no longer in force. */
  sweep(): void {
    const inForce = new Set([...this.#byHash().values()].filter((one) => this.#isInForce(one)).map(({ id }) => id));
    for (const id of this.#watchers.ids) if (!inForce.has(id)) this.#watchers.tell(id);
  }

  #isInForce({ revokedMs, expiresMs, unit: id }: MachineToken): boolean {
    const { directory, now } = this.#parts;
    const unit = directory.unit(id);
    return revokedMs === null && expiresMs > now() && unit !== undefined && unit.closedMs === null;
  }

  #byHash(): ReadonlyMap<string, MachineToken> {
    const { store } = this.#parts;
    const version = store.version();
    if (this.#known?.version !== version) {
      this.#known = { version, byHash: new Map(store.tokens().map((one) => [one.hash, one])) };
    }
    return this.#known.byHash;
  }
}
