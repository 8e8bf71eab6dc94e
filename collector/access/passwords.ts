/** Hashes and checks passwords with argon2id, a few at a time: it is costly on purpose, and must not become a lever. */
import { randomInt } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";
import { limits } from "../limits.ts";

/** OWASP's second choice for argon2id: 19 MiB, two passes; some 20 ms of a core. Algorithm 2 is argon2id. */
const COST = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** No two of these are mistaken for each other when they are read from paper. */
const LETTERS = "abcdefghjkmnpqrstuvwxyz";
const CAPITALS = "ABCDEFGHJKLMNPQRSTUVWXYZ";
const DIGITS = "23456789";

export class Passwords {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  /** Nobody's password: checked where there is no account, so that the answer takes as long. */
  #nobody: Promise<string> | undefined;

  hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(password, COST));
  }

  /**
   * Whether the password fits the hash.
   * @param stored undefined where there is no such account: the work is done all the same, and the answer is false
   * @returns "busy" when too many wait already
   */
  async check(stored: string | undefined, password: string): Promise<boolean | "busy"> {
    if (this.#waiting.length >= limits.access.passwordChecksWaiting) return "busy";
    this.#nobody ??= hash(randomPassword(), COST);
    const against = stored ?? (await this.#nobody);
    const fits = await this.#inTurn(() => verify(against, password).catch(() => false));
    return stored !== undefined && fits;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= limits.access.passwordChecksAtOnce) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}

/** A password to be handed over: 16 characters of 4 kinds in groups of four, some 90 bits. */
export function randomPassword(): string {
  const all = LETTERS + CAPITALS + DIGITS;
  const pick = (from: string) => from[randomInt(from.length)]!;
  const group = () => pick(LETTERS) + pick(CAPITALS) + pick(DIGITS) + pick(all);
  return [group(), group(), group(), group()].join("-");
}
