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
/** The clock of a history is always right, or says by how much it was set. */
export const CLOCK = '"trusted"';
const HEADER = ["at", "boot", "clock", "gateway", "monoMs", "seq"];

export type Body = Record<string, unknown> & { kind: string };

/** What every record begins with, as JSON. */
export interface Header {
  at: string;
  boot: string;
  gateway: string;
  monoMs: number;
  seq: number;
}

/** A record of a kind that is written so often that its line has a template of its own. */
export interface Templated {
  kind: string;
  line: (header: Header) => string;
}

/** The journal of one gateway, without its hashes. */
export class Journal {
  readonly gateway: string;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  readonly #clock = new FastClock();
  readonly #orders = new Map<string, Order>();
  #used = 0;
  readonly #header: Header;
  #bootAt = 0;
  #boots = 0;
  seq = 0;
  readonly byKind = new Map<string, number>();

  constructor(gateway: string, write: (bytes: Uint8Array) => void) {
    this.gateway = gateway;
    this.#header = { at: "", boot: "", gateway: `"${gateway}"`, monoMs: 0, seq: 0 };
    this.#write = write;
  }

  /** The program starts anew at an instant. */
  start(at: number): void {
    this.#boots += 1;
    this.#header.boot = `"boot-${String(this.#boots).padStart(6, "0")}"`;
    this.#bootAt = at;
    this.#orders.clear();
  }

  get bootAt(): number {
    return this.#bootAt;
  }

  /**
   * Appends a record.
   * @param at true instant
   * @param clockAheadMs what the gateway's clock is ahead
   */
  append(at: number, clockAheadMs: number, body: Body | Templated): void {
    this.seq += 1;
    this.byKind.set(body.kind, (this.byKind.get(body.kind) ?? 0) + 1);
    const header = this.#header;
    header.at = `"${this.#clock.format(at + clockAheadMs)}"`;
    header.monoMs = Math.max(0, at - this.#bootAt);
    header.seq = this.seq;
    const text = isTemplated(body) ? body.line(header) : this.#ordered(body);
    if (this.#used + MOST_LINE > BUFFER_BYTES) this.flush();
    this.#used += this.#buffer.write(text, this.#used, "latin1");
  }

  #ordered(body: Body): string {
    const { parts, tail } = this.#orderOf(body);
    let text = "";
    for (const { head, key, ofHeader } of parts) {
      text += head;
      text += ofHeader === undefined ? jsonOf(body[key]) : this.#header[ofHeader];
    }
    return text + tail;
  }

  flush(): void {
    if (this.#used > 0) this.#write(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  /** The keys of a record of a kind, sorted, with what stands before each value; all bodies of a kind have the same keys. */
  #orderOf(body: Body): Order {
    const known = this.#orders.get(body.kind);
    if (known !== undefined) return known;
    const { boot, gateway } = this.#header;
    const fixed: Record<string, string> = { boot, clock: CLOCK, gateway, kind: JSON.stringify(body.kind) };
    const order: Order = { parts: [], tail: "" };
    let text = "{";
    for (const key of [...HEADER, ...Object.keys(body)].sort()) {
      text += `${text.endsWith("{") ? "" : ","}"${key}":`;
      if (fixed[key] !== undefined) {
        text += fixed[key];
        continue;
      }
      order.parts.push({ head: text, key, ofHeader: isOfHeader(key) ? key : undefined });
      text = "";
    }
    order.tail = `${text}}\n`;
    this.#orders.set(body.kind, order);
    return order;
  }
}

type OfHeader = "at" | "monoMs" | "seq";

/** What stands before each value of a line, up to the next start, and after the last. */
interface Order {
  parts: { head: string; key: string; ofHeader: OfHeader | undefined }[];
  tail: string;
}

function isOfHeader(key: string): key is OfHeader {
  return key === "at" || key === "monoMs" || key === "seq";
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

function isTemplated(body: Body | Templated): body is Templated {
  return typeof body.line === "function";
}

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
