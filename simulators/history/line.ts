/**
 * One journal line, written directly in canonical form. Keys are put in order by hand here, because a year of a
 * station is half a million lines; a test holds the result against protocol/records.
 */
import { formatTime } from "@forecourt/protocol/time.ts";

/** The journal's own fields and the kind, woven into a body whose keys are sorted. */
export class Journal {
  readonly gateway: string;
  readonly #write: (text: string) => void;
  #buffer: string[] = [];
  #boot = "";
  #bootAt = 0;
  #boots = 0;
  seq = 0;
  readonly byKind = new Map<string, number>();

  constructor(gateway: string, write: (text: string) => void) {
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
   * @param at true instant; @param clockAheadMs what the gateway's clock is ahead
   */
  append(at: number, clockAheadMs: number, body: Record<string, unknown> & { kind: string }): void {
    this.seq += 1;
    this.byKind.set(body.kind, (this.byKind.get(body.kind) ?? 0) + 1);
    const record: Record<string, unknown> = {
      ...body,
      at: formatTime(at + clockAheadMs),
      boot: this.#boot,
      clock: "trusted",
      gateway: this.gateway,
      monoMs: Math.max(0, at - this.#bootAt),
      seq: this.seq,
    };
    let text = "{";
    for (const key of keysOf(body)) {
      const value = record[key];
      if (text.length > 1) text += ",";
      text += `"${key}":${typeof value === "number" ? value : sortedJson(value)}`;
    }
    this.#buffer.push(`${text}}\n`);
    if (this.#buffer.length >= 4_000) this.flush();
  }

  flush(): void {
    if (this.#buffer.length > 0) this.#write(this.#buffer.join(""));
    this.#buffer = [];
  }
}

const HEADER = ["at", "boot", "clock", "gateway", "monoMs", "seq"];
const orders = new Map<string, string[]>();

/** The keys of a record of a kind, sorted; every body of a kind has the same keys. */
function keysOf(body: Record<string, unknown> & { kind: string }): string[] {
  let keys = orders.get(body.kind);
  if (keys === undefined) {
    keys = [...HEADER, ...Object.keys(body)].sort();
    orders.set(body.kind, keys);
  }
  return keys;
}

/** JSON with sorted keys at every depth. Texts and lists of texts, which are nearly all values, take the short way. */
function sortedJson(value: unknown): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) {
    return typeof value[0] === "object" ? `[${value.map(sortedJson).join(",")}]` : JSON.stringify(value);
  }
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${sortedJson(inner)}`).join(",")}}`;
}
