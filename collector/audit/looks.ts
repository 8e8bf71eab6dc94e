/**
 * Makes audit notes of requests. A page asks the same thing every few seconds: the first look is put down at once, its
 * repeats are counted, and the count is put down when their time is over. Pure but for the clock it is given.
 */
import type { CanonicalValue } from "@forecourt/protocol/records/canonical.ts";
import { limits } from "../limits.ts";
import type { AuditEntry } from "./chain.ts";

type Note = Omit<AuditEntry, "seq">;

export interface Look {
  who: string;
  account: string;
  session: string | null;
  address: string;
  method: string;
  path: string;
  query: CanonicalValue;
  status: number;
  /** what it was about: a station where one is named, else the path */
  subject: string;
  /** whether something was carried away */
  isExport: boolean;
}

interface Repeats {
  look: Look;
  firstMs: number;
  times: number;
}

const FORBIDDEN = 403;

export class Looks {
  readonly #repeats = new Map<string, Repeats>();
  readonly #now: () => number;

  /** @param now epoch ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** What is to be put down now: the look unless it repeats one, and counts whose time is over. */
  take(look: Look): Note[] {
    const atMs = this.#now();
    if (look.method !== "GET" || look.isExport || look.status === FORBIDDEN) return [noteOf(look, atMs)];
    const key = JSON.stringify([look.account, look.session, look.path, look.query, look.status]);
    const known = this.#repeats.get(key);
    if (known !== undefined && atMs - known.firstMs < limits.audit.repeatsMs) {
      known.times += 1;
      return [];
    }
    const over = [...this.due(), ...this.#tooMany(atMs)];
    this.#repeats.set(key, { look, firstMs: atMs, times: 0 });
    return [...over, noteOf(look, atMs)];
  }

  /** Counts whose time is over. */
  due(): Note[] {
    const atMs = this.#now();
    return this.#end(atMs, ({ firstMs }) => atMs - firstMs >= limits.audit.repeatsMs);
  }

  /** Every count that is open, for a stop. */
  all(): Note[] {
    return this.#end(this.#now(), () => true);
  }

  /** The oldest goes when too many questions are counted at once. */
  #tooMany(atMs: number): Note[] {
    if (this.#repeats.size < limits.audit.repeatsKept) return [];
    const [oldest] = this.#repeats.values();
    return this.#end(atMs, (one) => one === oldest);
  }

  #end(atMs: number, which: (repeats: Repeats) => boolean): Note[] {
    const notes: Note[] = [];
    for (const [key, repeats] of this.#repeats) {
      if (!which(repeats)) continue;
      this.#repeats.delete(key);
      if (repeats.times > 0) notes.push(noteOf(repeats.look, atMs, repeats.times));
    }
    return notes;
  }
}

function noteOf(look: Look, atMs: number, again?: number): Note {
  const { who, account, session, address, method, path, query, status, subject } = look;
  const place = { account, session: session === null ? null : session.slice(0, 8), address };
  const detail = { method, path, query, status, ...place, ...(again === undefined ? {} : { again }) };
  return { atMs, who, action: actionOf(look), subject, detail };
}

function actionOf({ method, status, isExport }: Look): string {
  if (status === FORBIDDEN) return "denied";
  if (isExport) return "export";
  return method === "GET" ? "look" : "request";
}
