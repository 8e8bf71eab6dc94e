/**
 * One line: one request in flight, every exchange owned from the first byte to the last. After a time-out or a
 * garbled answer the line is suspect: it is left alone until it is quiet, and because two answers can look alike,
 * the first answer after that is thrown away and asked for again (lessons.md, "Lines and devices").
 *
 * The limit: where an answer does not name its request (RTU, tax port), one that comes later than
 * LATEST_ANSWER_TIMEOUTS time-outs can still be taken for another's, of the same party where answers name one. The
 * time-out must be longer than a third of a device's longest delay; the sales recorder's repeated reads stand behind.
 */
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { Transport } from "./transport.ts";

/** Finds one answer in the bytes that come back; strangers and noise are its to discard and count. */
export interface AnswerReader<T> {
  /** Takes bytes; returns the answer once it is whole. */
  push(chunk: Uint8Array): T | undefined;
  /** No more bytes came for a while: the last chance to find an answer in what was held back. */
  silence(): T | undefined;
  /** Whether anything has come that may be part of an answer; the echo of our own request is not. */
  readonly hasBegun: boolean;
  /** Bytes that belonged to no answer, and frames that were broken or someone else's. */
  readonly discarded: { noiseBytes: number; badFrames: number };
}

export interface Exchange<T> {
  request: Uint8Array;
  /** A fresh reader for each attempt. */
  reader: () => AnswerReader<T>;
  /** How long to wait for the first byte of an answer, beyond the time the bytes need on the wire. */
  timeoutMs: number;
  /** True when the answer names its request (Modbus TCP): a late answer cannot be taken for another. */
  tagged?: boolean;
  /** Who answers, where an answer says so (the unit of Modbus RTU): nobody else's late answer can be taken for it. */
  party?: string;
}

export interface LineError {
  code: "line-down" | "timeout" | "garbled" | "line-lost";
  message: string;
}

export interface LineStatistics {
  requests: number;
  answers: number;
  timeouts: number;
  badFrames: number;
  noiseBytes: number;
}

export interface LineOptions {
  name: string;
  transport: Transport;
  /** Milliseconds one byte needs on the wire; 0 for TCP. */
  byteMs: number;
}

/** Once an answer has begun, its bytes follow each other within this, USB adapters' buffering included. */
const INTER_BYTE_SILENCE_MS = 60;
/** Longest wait for a chattering line to fall quiet, or for an answer that has begun to end. */
const QUIET_DEADLINE_MS = 5_000;
/** An answer later than this many time-outs is taken as lost: until then, nothing that could look like it is asked. */
const LATEST_ANSWER_TIMEOUTS = 3;
/** Stands for all parties: of those that answers do not name, and after bytes that nobody asked for. */
const EVERYONE = "";

export class Line {
  readonly name: string;
  readonly statistics: LineStatistics = { requests: 0, answers: 0, timeouts: 0, badFrames: 0, noiseBytes: 0 };
  readonly #transport: Transport;
  readonly #byteMs: number;
  #isOpen = false;
  /** Parties that may still send a late answer, and when the request for it had left. */
  readonly #suspects = new Map<string, number>();
  #onData: (chunk: Uint8Array) => void = (chunk) => this.#unexpected(chunk);
  #onLost: (reason: string) => void = () => {};

  constructor(options: LineOptions) {
    this.name = options.name;
    this.#transport = options.transport;
    this.#byteMs = options.byteMs;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Opens the transport. @returns the reason in words when it cannot */
  async open(): Promise<Result<void, string>> {
    if (this.#isOpen) return ok(undefined);
    this.#suspects.clear();
    const opened = await this.#transport.open({
      data: (chunk) => this.#onData(chunk),
      lost: (reason) => {
        this.#isOpen = false;
        this.#onLost(reason);
      },
    });
    this.#isOpen = opened.ok;
    return opened;
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    this.#onLost("the line was closed");
    await this.#transport.close();
  }

  /**
   * Sends a request and waits for its answer. Callers take turns: the line's runner makes one call at a time.
   * @returns what the reader found, or why there is nothing to be trusted
   */
  async exchange<T>(exchange: Exchange<T>): Promise<Result<T, LineError>> {
    if (!this.#isOpen) return fail({ code: "line-down", message: `line ${this.name} is not open` });
    const isSuspect = this.#suspects.has(exchange.party ?? EVERYONE) || this.#suspects.has(EVERYONE);
    if (isSuspect && exchange.tagged !== true) {
      const clean = await this.#rinse(exchange);
      if (!clean.ok) return clean;
    }
    return this.#once(exchange);
  }

  /** Writes bytes to which no answer is expected, and leaves the line alone until it is quiet. */
  async send(bytes: Uint8Array, quietMs: number): Promise<Result<void, LineError>> {
    if (!this.#isOpen) return fail({ code: "line-down", message: `line ${this.name} is not open` });
    const written = await this.#write(bytes);
    if (!written.ok) return fail({ code: "line-lost", message: written.error });
    return this.#untilQuiet(quietMs + bytes.length * this.#byteMs);
  }

  async #rinse<T>(exchange: Exchange<T>): Promise<Result<void, LineError>> {
    const party = exchange.party ?? EVERYONE;
    const failedAt = Math.max(...[party, EVERYONE].map((key) => this.#suspects.get(key) ?? Number.NEGATIVE_INFINITY));
    const stillLateMs = failedAt + (LATEST_ANSWER_TIMEOUTS - 1) * exchange.timeoutMs - performance.now();
    const quiet = await this.#untilQuiet(Math.max(INTER_BYTE_SILENCE_MS, stillLateMs));
    if (!quiet.ok) return quiet;
    const untrusted = await this.#once(exchange);
    if (!untrusted.ok) return untrusted;
    const after = await this.#untilQuiet(INTER_BYTE_SILENCE_MS);
    if (after.ok) {
      this.#suspects.delete(party);
      this.#suspects.delete(EVERYONE);
    }
    return after;
  }

  async #once<T>(exchange: Exchange<T>): Promise<Result<T, LineError>> {
    this.statistics.requests += 1;
    const reader = exchange.reader();
    const answer = this.#await(reader, exchange.timeoutMs + exchange.request.length * this.#byteMs);
    // A port can take bytes without ever saying that they have gone: the answer's time-out holds for that too.
    const sent = this.#transport
      .write(exchange.request)
      .then((written) => (written.ok ? answer.result : fail({ code: "line-lost" as const, message: written.error })));
    const result = await Promise.race([answer.result, sent]);
    answer.end();
    this.statistics.noiseBytes += reader.discarded.noiseBytes;
    this.statistics.badFrames += reader.discarded.badFrames;
    if (result.ok) this.statistics.answers += 1;
    else {
      this.#suspects.set(exchange.party ?? EVERYONE, performance.now());
      if (result.error.code === "timeout") this.statistics.timeouts += 1;
    }
    return result;
  }

  async #write(bytes: Uint8Array): Promise<Result<void, string>> {
    const { promise, resolve } = Promise.withResolvers<Result<void, string>>();
    const deadline = setTimeout(() => resolve(fail(`line ${this.name} takes no bytes`)), QUIET_DEADLINE_MS);
    this.#onLost = (reason) => resolve(fail(reason));
    const result = await Promise.race([this.#transport.write(bytes), promise]);
    clearTimeout(deadline);
    this.#onLost = () => {};
    return result;
  }

  #await<T>(reader: AnswerReader<T>, firstByteMs: number) {
    const { promise, resolve } = Promise.withResolvers<Result<T, LineError>>();
    const silence = () => {
      const found = reader.silence();
      if (found !== undefined) resolve(ok(found));
      else resolve(fail({ code: "garbled", message: `line ${this.name}: bytes came, but no whole answer` }));
    };
    const timeout = () =>
      resolve(fail({ code: "timeout", message: `line ${this.name}: no answer within ${Math.round(firstByteMs)} ms` }));
    const startedAt = performance.now();
    let timer = setTimeout(timeout, firstByteMs);
    const deadline = setTimeout(silence, firstByteMs + QUIET_DEADLINE_MS);
    this.#onLost = (reason) => resolve(fail({ code: "line-lost", message: reason }));
    this.#onData = (chunk) => {
      clearTimeout(timer);
      const found = reader.push(chunk);
      if (found !== undefined) resolve(ok(found));
      else if (reader.hasBegun) timer = setTimeout(silence, INTER_BYTE_SILENCE_MS);
      else timer = setTimeout(timeout, Math.max(0, startedAt + firstByteMs - performance.now()));
    };
    const end = () => {
      clearTimeout(timer);
      clearTimeout(deadline);
      this.#onData = (chunk) => this.#unexpected(chunk);
      this.#onLost = () => {};
    };
    return { result: promise, end };
  }

  async #untilQuiet(quietMs: number): Promise<Result<void, LineError>> {
    const { promise, resolve } = Promise.withResolvers<Result<void, LineError>>();
    const deadline = setTimeout(() => {
      resolve(fail({ code: "garbled", message: `line ${this.name} does not fall quiet: something else talks on it` }));
    }, QUIET_DEADLINE_MS + quietMs);
    const endsAt = performance.now() + quietMs;
    let timer = setTimeout(() => resolve(ok(undefined)), quietMs);
    this.#onLost = (reason) => resolve(fail({ code: "line-lost", message: reason }));
    this.#onData = (chunk) => {
      this.#unexpected(chunk);
      clearTimeout(timer);
      timer = setTimeout(() => resolve(ok(undefined)), Math.max(INTER_BYTE_SILENCE_MS, endsAt - performance.now()));
    };
    const result = await promise;
    clearTimeout(timer);
    clearTimeout(deadline);
    this.#onData = (chunk) => this.#unexpected(chunk);
    this.#onLost = () => {};
    return result;
  }

  #unexpected(chunk: Uint8Array): void {
    this.statistics.noiseBytes += chunk.length;
    if (!this.#suspects.has(EVERYONE)) this.#suspects.set(EVERYONE, Number.NEGATIVE_INFINITY);
  }
}
