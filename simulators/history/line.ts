/**
 * Journal lines, written directly in canonical form: a year of a station is half a million of them. The order of the
 * keys of each kind is found once; objects within a record are made with their keys in order. A test holds the lines
 * against protocol/records.
 */
import { FastClock } from "./fast-clock.ts";
import { LineBuffer } from "./line-buffer.ts";

/** The clock of a history is always right, or says by how much it was set. */
const CLOCK = "trusted";
const HEADER = ["at", "boot", "clock", "gateway", "monoMs", "seq"];

export type Body = Record<string, unknown> & { kind: string };

/** The journal of one gateway, without its hashes. */
export class Journal {
  readonly gateway: string;
  readonly #buffer: LineBuffer;
  readonly #clock = new FastClock();
  readonly #orders = new Map<string, Order>();
  #boot = "";
  #bootAt = 0;
  #boots = 0;
  seq = 0;
  readonly byKind = new Map<string, number>();

  constructor(gateway: string, write: (bytes: Uint8Array) => void) {
    this.gateway = gateway;
    this.#buffer = new LineBuffer(write);
  }

  /** The program starts anew at an instant. */
  start(at: number): void {
    this.#boots += 1;
    this.#boot = `boot-${String(this.#boots).padStart(6, "0")}`;
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
  append(at: number, clockAheadMs: number, body: Body): void {
    this.seq += 1;
    this.byKind.set(body.kind, (this.byKind.get(body.kind) ?? 0) + 1);
    const buffer = this.#buffer;
    buffer.begin();
    const { parts, tail } = this.#orderOf(body);
    for (const { head, key } of parts) {
      buffer.bytes(head);
      if (key === "at") this.#clock.write(at + clockAheadMs, buffer);
      else if (key === "monoMs") buffer.integer(Math.max(0, at - this.#bootAt));
      else if (key === "seq") buffer.integer(this.seq);
      else writeValue(buffer, body[key]);
    }
    buffer.bytes(tail);
  }

  flush(): void {
    this.#buffer.flush();
  }

  /** The keys of a record of a kind, sorted, with what stands before each value; all bodies of a kind have the same keys. */
  #orderOf(body: Body): Order {
    const known = this.#orders.get(body.kind);
    if (known !== undefined) return known;
    const texts = { boot: this.#boot, clock: CLOCK, gateway: this.gateway, kind: body.kind };
    const fixed = new Map<string, string>(Object.entries(texts));
    const parts: Order["parts"] = [];
    let text = "";
    for (const key of [...HEADER, ...Object.keys(body)].sort()) {
      text += `${text === "" && parts.length === 0 ? "{" : ","}"${key}":`;
      const value = fixed.get(key);
      if (value === undefined) {
        parts.push({ head: Buffer.from(text), key });
        text = "";
      } else text += JSON.stringify(value);
    }
    const order = { parts, tail: Buffer.from(`${text}}\n`) };
    this.#orders.set(body.kind, order);
    return order;
  }
}

/** What stands before each value of a line that is not the same until the next start, and after the last. */
interface Order {
  parts: { head: Uint8Array; key: string }[];
  tail: Uint8Array;
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
const quoted = new Map<string, Uint8Array>();
const MOST_QUOTED = 5_000;
const NULL = Buffer.from("null");

function writeValue(buffer: LineBuffer, value: unknown): void {
  if (typeof value === "number") buffer.integer(value);
  else if (value === null) buffer.bytes(NULL);
  else if (value instanceof Json) buffer.text(value.text);
  else if (typeof value === "string") buffer.bytes(quote(value));
  else buffer.bytes(Buffer.from(JSON.stringify(value)));
}

function quote(value: string): Uint8Array {
  let bytes = quoted.get(value);
  if (bytes === undefined) {
    bytes = Buffer.from(JSON.stringify(value));
    if (quoted.size < MOST_QUOTED) quoted.set(value, bytes);
  }
  return bytes;
}
