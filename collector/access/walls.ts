/**
 * Wall displays. Whoever may have one opens it with a one-time code, and the screen gets a secret of its own: it shows what
 * its opener may see of the overview, and can do nothing else. It is not idle when nobody touches it, so it lasts for
 * days; it ends with its opener's right to it, or when it is taken back.
 */
import { createHash, randomBytes } from "node:crypto";
import { CODE_RANDOM_BYTES, makeCode, readCode, showCode } from "@forecourt/protocol/enrolment/code.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { limits } from "../limits.ts";
import type { Directory } from "./directory.ts";
import { note } from "./note.ts";
import { DAY_MS, MINUTE_MS } from "./policy.ts";
import { departmentsOf, may, type Reader } from "./reader.ts";
import type { WallRow, WallStore } from "./wall-store.ts";

export interface WallParts {
  store: WallStore;
  directory: Pick<Directory, "reader">;
  newId: () => string;
  /** epoch ms */
  now: () => number;
}

export interface WallError {
  code: "code" | "many" | "person";
  message: string;
  cure: string;
}

const SECRET_BYTES = 32;
const BAD_CODE: WallError = {
  code: "code",
  message: "the code is not known, was used, or is too old",
  cure: "Make a new one on the page of your own account.",
};

const NOT_YOURS: WallError = {
  code: "person",
  message: "only a person can open a wall display",
  cure: "Sign in with your own account.",
};

export class Walls {
  readonly #parts: WallParts;
  readonly #seen = new Set<string>();

  constructor(parts: WallParts) {
    this.#parts = parts;
  }

  /** Makes a code with which one screen can be opened, for some minutes. */
  prepare(by: Reader, name: string): Result<{ id: string; code: string; codeUntilMs: number }, WallError> {
    const { store, newId, now } = this.#parts;
    const atMs = now();
    // A screen holds the function as well, and must not multiply.
    if (by.kind !== "person") return fail(NOT_YOURS);
    if (this.of(by.account).length >= limits.walls.ofAccount) {
      return fail({ code: "many", message: "this account has too many walls", cure: "Take one back first." });
    }
    const code = makeCode(randomBytes(CODE_RANDOM_BYTES));
    const codeUntilMs = atMs + limits.walls.codeMinutes * MINUTE_MS;
    const id = newId();
    const row: WallRow = {
      ...{ id, name, account: by.account, madeMs: atMs, codeUntilMs, codeHash: hashOf(code) },
      ...{ secretHash: null, openedMs: null, address: null, seenMs: null, expiresMs: codeUntilMs, endedMs: null },
    };
    store.add(row, note(by, atMs, "wall.prepared", name, { wall: id }));
    return ok({ id, code: showCode(code), codeUntilMs });
  }

  /** A screen brings a code. @returns the secret for the screen */
  open(typed: string, address: string): Result<{ secret: string; expiresMs: number }, WallError> {
    const { store, now } = this.#parts;
    const atMs = now();
    const read = readCode(typed);
    const hash = read.ok ? hashOf(read.value) : undefined;
    const wall = store.all().find((one) => one.codeHash === hash && one.endedMs === null);
    const opener = wall === undefined ? undefined : this.#opener(wall);
    if (wall === undefined || opener === undefined || wall.codeUntilMs <= atMs) return fail(BAD_CODE);
    const secret = randomBytes(SECRET_BYTES).toString("base64url");
    const expiresMs = atMs + limits.walls.days * DAY_MS;
    const opened = { ...wall, codeHash: null, secretHash: hashOf(secret), openedMs: atMs, address, expiresMs };
    store.change(opened, note(opener, atMs, "wall.opened", wall.name, { wall: wall.id, address }));
    return ok({ secret, expiresMs });
  }

  /** The reader that a screen is: its opener's counties and flags, and no function but the wall. */
  reader(secret: string): Reader | undefined {
    const { store, now } = this.#parts;
    const hash = hashOf(secret);
    const wall = store.all().find((one) => one.secretHash === hash);
    if (wall === undefined || wall.endedMs !== null || wall.expiresMs <= now()) return undefined;
    const opener = this.#opener(wall);
    if (opener === undefined) return undefined;
    this.#seen.add(wall.id);
    return {
      ...opener,
      account: `wall:${wall.id}`,
      name: wall.name,
      kind: "machine",
      grants: new Map([["wall:view", departmentsOf(opener, "flags:view")]]),
      session: null,
    };
  }

  /** An account's walls that are open or can be opened, the newest first. */
  of(account: string): WallRow[] {
    const { store, now } = this.#parts;
    const atMs = now();
    return store.all().filter((one) => one.account === account && one.endedMs === null && one.expiresMs > atMs);
  }

  /** Takes one of an account's own walls back. @returns false when there is no such wall */
  end(by: Reader, id: string): boolean {
    const { store, now } = this.#parts;
    const wall = this.of(by.account).find((one) => one.id === id);
    if (wall === undefined) return false;
    const atMs = now();
    store.change({ ...wall, endedMs: atMs, codeHash: null }, note(by, atMs, "wall.ended", wall.name, { wall: id }));
    return true;
  }

  /** Writes down when walls last asked. Call it every minute. */
  sweep(): void {
    const { store, now } = this.#parts;
    const seen = [...this.#seen];
    this.#seen.clear();
    if (seen.length > 0) store.seen(seen, now());
  }

  /** Whoever opened it, as long as they may still have it. */
  #opener({ account }: WallRow): Reader | undefined {
    const reader = this.#parts.directory.reader(account, null);
    return reader !== undefined && may(reader, "wall:view") ? reader : undefined;
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("base64url");
}
