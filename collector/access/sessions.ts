/**
 * Sessions of people. The browser holds 32 random bytes, we their hash; they live in memory and in the store, so that a
 * restart signs nobody out. A session ends when nobody acts for a while, and after its time however busy it is.
 */
import { createHash, randomBytes } from "node:crypto";
import { type AccessPolicy, HOUR_MS, MINUTE_MS } from "./policy.ts";
import type { AccessStore, Note, SessionRow } from "./store.ts";
import { Watchers } from "./watchers.ts";

const SECRET_BYTES = 32;

export interface SessionsParts {
  store: AccessStore;
  policy: Pick<AccessPolicy, "idleMinutes" | "sessionHours">;
  /** epoch ms */
  now: () => number;
}

export class Sessions {
  readonly #parts: SessionsParts;
  readonly #open: Map<string, SessionRow>;
  /** what is to be told when a session ends, such as an open stream */
  readonly #watchers = new Watchers();
  readonly #seen = new Set<string>();

  constructor(parts: SessionsParts) {
    this.#parts = parts;
    this.#open = new Map(parts.store.sessions().map((row) => [row.id, row]));
  }

  /** Sessions that are open, or have ended since the last sweep. */
  get size(): number {
    return this.#open.size;
  }

  /** Opens a session under a fresh secret, whatever was held before. @returns the secret for the browser */
  open(
    of: Pick<SessionRow, "account" | "address" | "agent">,
    totpStep: number | undefined,
    note: (session: SessionRow) => Note,
  ): { secret: string; session: SessionRow } {
    const secret = randomBytes(SECRET_BYTES).toString("base64url");
    const atMs = this.#parts.now();
    const session = { ...of, id: idOf(secret), madeMs: atMs, seenMs: atMs };
    this.#parts.store.addSession(session, totpStep, note(session));
    this.#open.set(session.id, session);
    return { secret, session };
  }

  /**
   * The session that a secret opens, unless it has ended.
   * @param acts whether a person does something, rather than the page by itself
   */
  find(secret: string, acts: boolean): SessionRow | undefined {
    const session = this.#open.get(idOf(secret));
    if (session === undefined || !this.#lasts(session)) return undefined;
    if (acts) {
      session.seenMs = this.#parts.now();
      this.#seen.add(session.id);
    }
    return session;
  }

  /** Open sessions of an account, the newest first. */
  of(account: string): SessionRow[] {
    return [...this.#open.values()]
      .filter((session) => session.account === account && this.#lasts(session))
      .sort((a, b) => b.madeMs - a.madeMs);
  }

  /** Ends some of an account's sessions. @returns how many there were */
  end(account: string, which: (session: SessionRow) => boolean, note: Note | undefined): number {
    const ids = [...this.#open.values()].filter((one) => one.account === account && which(one)).map((one) => one.id);
    this.#drop(ids, note);
    return ids.length;
  }

  /** Tells once when a session ends, at once when it has ended already. @returns takes that back */
  onEnd(id: string, told: () => void): () => void {
    if (!this.#open.has(id)) {
      told();
      return () => undefined;
    }
    return this.#watchers.add(id, told);
  }

  /** Interrupts what is open on an account's sessions: what it may has changed. */
  interrupt(account: string): void {
    for (const session of this.#open.values()) if (session.account === account) this.#watchers.tell(session.id);
  }

  /** Ends what is over, and writes down when people last acted. Call it every minute. */
  sweep(): void {
    const over = [...this.#open.values()].filter((session) => !this.#lasts(session)).map((session) => session.id);
    if (over.length > 0) this.#drop(over, undefined);
    const seen = [...this.#seen].flatMap((id) => this.#open.get(id) ?? []);
    this.#seen.clear();
    if (seen.length > 0) this.#parts.store.seenSessions(seen);
  }

  #lasts({ madeMs, seenMs }: SessionRow): boolean {
    const { policy, now } = this.#parts;
    const atMs = now();
    return atMs - seenMs < policy.idleMinutes * MINUTE_MS && atMs - madeMs < policy.sessionHours * HOUR_MS;
  }

  #drop(ids: readonly string[], note: Note | undefined): void {
    this.#parts.store.endSessions(ids, note);
    for (const id of ids) {
      this.#open.delete(id);
      this.#watchers.tell(id);
    }
  }
}

function idOf(secret: string): string {
  return createHash("sha256").update(secret, "utf8").digest("base64url");
}

/** What a page must send along with everything that changes something: only a page of ours can know it. */
export function csrfToken(secret: string): string {
  return createHash("sha256").update(`csrf\n${secret}`, "utf8").digest("base64url");
}
