/** A line that is not there: it answers each request as it was answered when the capture was made. Pure. */
import { fromHex } from "@forecourt/protocol/hex.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { AnswerReader, DriverLine, Exchange, LineError, LineStatistics } from "../lines/exchange.ts";
import type { CaptureEntry } from "./format.ts";

/** Modbus TCP numbers its requests: these bytes differ from one run to the next. */
const TRANSACTION_BYTES = 2;

export class ReplayLine implements DriverLine {
  readonly statistics: LineStatistics = { requests: 0, answers: 0, timeouts: 0, badFrames: 0, noiseBytes: 0 };
  readonly #entries: readonly CaptureEntry[];
  #next = 0;

  constructor(entries: readonly CaptureEntry[]) {
    this.#entries = entries;
  }

  /** The next entry, without taking it. */
  get next(): CaptureEntry | undefined {
    return this.#entries[this.#next];
  }

  /** The entry that was taken last: how late it is. */
  get last(): CaptureEntry | undefined {
    return this.#entries[this.#next - 1];
  }

  /** Passes over the next entry. */
  skip(): void {
    this.#next += 1;
  }

  async exchange<T>(exchange: Exchange<T>): Promise<Result<T, LineError>> {
    const first = this.#request(exchange);
    if (first === undefined) return fail({ code: "timeout", message: "the capture holds no such request here" });
    const answer = this.#answer(exchange, first);
    // The answer to an untrusted request is thrown away, as it was then, and the same is asked again.
    if (!first.untrusted || !answer.ok) return answer;
    const again = this.#request(exchange);
    if (again === undefined) return fail({ code: "timeout", message: "the capture does not ask again here" });
    return this.#answer(exchange, again);
  }

  async send(bytes: Uint8Array): Promise<Result<void, LineError>> {
    const { next } = this;
    if (next !== undefined && "out" in next && Buffer.compare(fromHex(next.out), bytes) === 0) this.#next += 1;
    return ok(undefined);
  }

  /** Takes the request if it is the next one; bytes before it came unasked. */
  #request({ request, tagged }: Exchange<unknown>): { bytes: Uint8Array; untrusted: boolean } | undefined {
    let at = this.#next;
    while (at < this.#entries.length && "in" in this.#entries[at]!) at += 1;
    const entry = this.#entries[at];
    if (entry === undefined || !("out" in entry)) return undefined;
    const bytes = fromHex(entry.out);
    const from = tagged === true ? TRANSACTION_BYTES : 0;
    if (Buffer.compare(bytes.subarray(from), request.subarray(from)) !== 0) return undefined;
    this.#next = at + 1;
    this.statistics.requests += 1;
    return { bytes, untrusted: entry.untrusted === true };
  }

  #answer<T>(exchange: Exchange<T>, asked: { bytes: Uint8Array }): Result<T, LineError> {
    const reader = exchange.reader();
    let found: T | undefined;
    let isFirst = true;
    for (let entry = this.next; entry !== undefined && "in" in entry; entry = this.next) {
      this.#next += 1;
      let bytes = fromHex(entry.in);
      if (isFirst && exchange.tagged === true) bytes = retagged(bytes, asked.bytes, exchange.request);
      isFirst = false;
      if (found === undefined) found = reader.push(bytes);
    }
    found ??= reader.silence();
    return this.#outcome(found, reader);
  }

  #outcome<T>(found: T | undefined, reader: AnswerReader<T>): Result<T, LineError> {
    this.statistics.noiseBytes += reader.discarded.noiseBytes;
    this.statistics.badFrames += reader.discarded.badFrames;
    if (found !== undefined) {
      this.statistics.answers += 1;
      return ok(found);
    }
    const { next } = this;
    if (next !== undefined && "state" in next && next.state === "lost") {
      return fail({ code: "line-lost", message: next.reason });
    }
    if (reader.hasBegun) return fail({ code: "garbled", message: "bytes came, but no whole answer" });
    this.statistics.timeouts += 1;
    return fail({ code: "timeout", message: "no answer in the capture" });
  }
}

/** An answer bears the number of the captured request; the reader waits for that of the present one. */
function retagged(bytes: Uint8Array, asked: Uint8Array, request: Uint8Array): Uint8Array {
  if (Buffer.compare(bytes.subarray(0, TRANSACTION_BYTES), asked.subarray(0, TRANSACTION_BYTES)) !== 0) return bytes;
  return Buffer.concat([request.subarray(0, TRANSACTION_BYTES), bytes.subarray(TRANSACTION_BYTES)]);
}
