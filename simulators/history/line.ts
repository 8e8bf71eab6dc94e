/**
 * Journal lines, written directly in canonical form: a year of a station is half a million of them. What never changes
 * in the lines of one subject is strung together once (a form); the rest is put down value by value. A test holds the
 * lines against protocol/records.
 */
import { FastClock } from "./fast-clock.ts";
import { LineBuffer, type Written } from "./line-buffer.ts";

/** The clock of a history is always right, or says by how much it was set. */
const CLOCK = "trusted";
const AT = "at";
const MONO = "monoMs";
const SEQ = "seq";

export type Body = Record<string, unknown> & { kind: string };
/** The values of a form that change; those that are {@link Written} know how to put themselves down. */
export type Changing = Record<string, unknown>;

/** The lines of one subject: what all of them say, and the keys of what changes from one to the next. */
export class Form {
  readonly constant: Body;
  readonly changing: readonly string[];
  /** How it is written since the present start. */
  parts: Parts | undefined;
  records = 0;

  constructor(constant: Body, changing: readonly string[]) {
    this.constant = constant;
    this.changing = changing;
  }
}

/** What stands before each value that changes, and after the last. */
interface Parts {
  boot: string;
  before: { text: Uint8Array; key: string }[];
  tail: Uint8Array;
}

/** The journal of one gateway, without its hashes. */
export class Journal {
  readonly gateway: string;
  readonly #buffer: LineBuffer;
  readonly #clock = new FastClock();
  readonly #forms: Form[] = [];
  /** Forms of the kinds that are too rare for one of their own. */
  readonly #byKind = new Map<string, Form>();
  #boot = "";
  #bootAt = 0;
  #boots = 0;
  seq = 0;

  constructor(gateway: string, write: (bytes: Uint8Array) => void) {
    this.gateway = gateway;
    this.#buffer = new LineBuffer(write);
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

  /** How many records of each kind there are. */
  get byKind(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { constant, records } of this.#forms) {
      if (records > 0) counts.set(constant.kind, (counts.get(constant.kind) ?? 0) + records);
    }
    return counts;
  }

  /** @param changing the keys that are not in `constant` */
  form(constant: Body, changing: readonly string[]): Form {
    const form = new Form(constant, changing);
    this.#forms.push(form);
    return form;
  }

  /**
   * Appends a record.
   * @param at true instant
   * @param clockAheadMs what the gateway's clock is ahead
   * @param values of the keys that change in this form
   */
  write(at: number, clockAheadMs: number, form: Form, values: Changing): void {
    this.seq += 1;
    form.records += 1;
    const buffer = this.#buffer;
    buffer.begin();
    const { before, tail } = form.parts?.boot === this.#boot ? form.parts : this.#partsOf(form);
    for (let index = 0; index < before.length; index += 1) {
      const { text, key } = before[index]!;
      buffer.bytes(text);
      if (key === AT) this.#clock.write(at + clockAheadMs, buffer);
      else if (key === MONO) buffer.integer(Math.max(0, at - this.#bootAt));
      else if (key === SEQ) buffer.integer(this.seq);
      else writeValue(buffer, values[key]);
    }
    buffer.bytes(tail);
  }

  /** Appends a record of which all is given; all bodies of a kind have the same keys. */
  append(at: number, clockAheadMs: number, body: Body): void {
    const { kind, ...values } = body;
    let form = this.#byKind.get(kind);
    if (form === undefined) {
      form = this.form({ kind }, Object.keys(values));
      this.#byKind.set(kind, form);
    }
    this.write(at, clockAheadMs, form, values);
  }

  flush(): void {
    this.#buffer.flush();
  }

  #partsOf(form: Form): Parts {
    const constant: Record<string, unknown> = {
      ...form.constant,
      boot: this.#boot,
      clock: CLOCK,
      gateway: this.gateway,
    };
    const before: Parts["before"] = [];
    let text = "";
    for (const key of [AT, MONO, SEQ, ...Object.keys(constant), ...form.changing].sort()) {
      text += `${text === "" && before.length === 0 ? "{" : ","}"${key}":`;
      if (key in constant) text += JSON.stringify(constant[key]);
      else {
        before.push({ text: Buffer.from(text), key });
        text = "";
      }
    }
    form.parts = { boot: this.#boot, before, tail: Buffer.from(`${text}}\n`) };
    return form.parts;
  }
}

/** Names and reasons come again and again: each is quoted once. */
const quoted = new Map<string, Uint8Array>();
const MOST_QUOTED = 5_000;
const NULL = Buffer.from("null");

function writeValue(buffer: LineBuffer, value: unknown): void {
  if (typeof value === "number") buffer.integer(value);
  else if (typeof value === "string") buffer.bytes(quote(value));
  else if (value === null) buffer.bytes(NULL);
  else if (isWritten(value)) value.writeTo(buffer);
  else buffer.bytes(Buffer.from(JSON.stringify(value)));
}

function isWritten(value: unknown): value is Written {
  return typeof (value as Partial<Written>).writeTo === "function";
}

function quote(value: string): Uint8Array {
  let bytes = quoted.get(value);
  if (bytes === undefined) {
    bytes = Buffer.from(JSON.stringify(value));
    if (quoted.size < MOST_QUOTED) quoted.set(value, bytes);
  }
  return bytes;
}
