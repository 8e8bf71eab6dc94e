/**
 * Journal lines, written directly in canonical form: a year of a station is half a million of them. The order of the
 * keys of each kind is found once; objects within a record are made with their keys in order. A test holds the lines
 * against protocol/records.
 */
import { FastClock } from "./fast-clock.ts";

/** What stands between two writes to the disk, bytes. */
const BUFFER_BYTES = 4 << 20;
/** No line is longer (protocol/records/parse.ts), and none holds anything but ASCII. */
const MOST_LINE = 20_000;
const HEADER = ["at", "boot", "clock", "gateway", "monoMs", "seq"];

export type Body = Record<string, unknown> & { kind: string };

/** The journal of one gateway, without its hashes. */
export class Journal {
  readonly gateway: string;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  readonly #clock = new FastClock();
  readonly #orders = new Map<string, Order>();
  #used = 0;
  #boot = "";
  #bootAt = 0;
  #boots = 0;
  seq = 0;
  readonly byKind = new Map<string, number>();

  constructor(gateway: string, write: (bytes: Uint8Array) => void) {
    this.gateway = gateway;
    this.#write = write;
  }

  /** The program starts anew at an instant. */
  start(at: number): void {
    this.#boots += 1;
    this.#boot = `boot-${String(this.#boots).padStart(6, "0")}`;
    this.#bootAt = at;
  }

  get bootAt(): number {
    return this.#bootAt;
  }

  /**
   * Appends a record.
   * @param at true instant
   * @param clockAheadMs what the gateway's clock is ahead
   */
  append(at: number, clockAheadMs: number, body: Body): void {
    this.seq += 1;
    this.byKind.set(body.kind, (this.byKind.get(body.kind) ?? 0) + 1);
    const { heads, keys } = this.#orderOf(body);
    let text = "";
    for (let index = 0; index < keys.length; index += 1) {
      const key = keys[index]!;
      text += heads[index]! + (this.#header(key, at, clockAheadMs) ?? jsonOf(body[key]));
    }
    if (this.#used + MOST_LINE > BUFFER_BYTES) this.flush();
    this.#used += this.#buffer.write(`${text}}\n`, this.#used, "latin1");
  }

  flush(): void {
    if (this.#used > 0) this.#write(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  #header(key: string, at: number, clockAheadMs: number): string | undefined {
    switch (key) {
      case "at":
        return `"${this.#clock.format(at + clockAheadMs)}"`;
      case "boot":
        return `"${this.#boot}"`;
      case "clock":
        return '"trusted"';
      case "gateway":
        return `"${this.gateway}"`;
      case "monoMs":
        return String(Math.max(0, at - this.#bootAt));
      case "seq":
        return String(this.seq);
      default:
        return undefined;
    }
  }

  /** The keys of a record of a kind, sorted, with what stands before each value; all bodies of a kind have the same keys. */
  #orderOf(body: Body): Order {
    let order = this.#orders.get(body.kind);
    if (order === undefined) {
      const keys = [...HEADER, ...Object.keys(body)].sort();
      order = { keys, heads: keys.map((key, index) => `${index === 0 ? "{" : ","}"${key}":`) };
      this.#orders.set(body.kind, order);
    }
    return order;
  }
}

interface Order {
  keys: string[];
  heads: string[];
}

/** A value that is JSON already, with its keys in order. */
export class Json {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A list of texts that need no escaping. */
export function plainList(texts: readonly string[]): Json {
  return new Json(texts.length === 0 ? "[]" : `["${texts.join('","')}"]`);
}

/** Names and reasons come again and again: each is quoted once. */
const quoted = new Map<string, string>();
const MOST_QUOTED = 5_000;

function jsonOf(value: unknown): string {
  if (typeof value === "number") return `${value}`;
  if (value === null) return "null";
  if (value instanceof Json) return value.text;
  if (typeof value !== "string") return JSON.stringify(value);
  let text = quoted.get(value);
  if (text === undefined) {
    text = JSON.stringify(value);
    if (quoted.size < MOST_QUOTED) quoted.set(value, text);
  }
  return text;
}
