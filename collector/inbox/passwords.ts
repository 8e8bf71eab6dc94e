/** Checks observers' passwords, a few at a time: argon2 is costly on purpose, and must not become a lever. */
import { verify } from "@node-rs/argon2";
import { limits } from "../limits.ts";

export class PasswordChecks {
  readonly #hashes: ReadonlyMap<string, string>;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(observers: readonly { username: string; passwordArgon2: string }[]) {
    this.#hashes = new Map(observers.map(({ username, passwordArgon2 }) => [username, passwordArgon2]));
  }

  /** Whether the password is the observer's. False as well when too many are asked for at once. */
  async check(username: string, password: Buffer): Promise<boolean> {
    const hash = this.#hashes.get(username);
    if (hash === undefined) return false;
    if (this.#running >= limits.broker.passwordChecksAtOnce) {
      if (this.#waiting.length >= limits.broker.passwordChecksWaiting) return false;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
    try {
      return await verify(hash, password);
    } catch {
      return false;
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}
