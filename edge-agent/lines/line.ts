/**
 * One line: one request in flight, every exchange owned from the first byte to the last. After a time-out or a
 * garbled answer the line is suspect: it is left alone until it is quiet, and because two answers can look alike,
 * the first answer after that is thrown away and asked for again (lessons.md, "Lines and devices"). So it is after
 * opening: whoever used the line before may have left a request behind.
 *
 * The limit: where an answer does not name its request (RTU, tax port), one that comes later than
 * LATEST_ANSWER_TIMEOUTS configured time-outs can still be taken for another's, of the same party where answers name
 * one. The time-out must be longer than a third of a device's longest delay; the sales recorder's repeated reads
 * stand behind. How long the line really waits is learned (latency.ts), and never more than configured.
 */
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { EchoWatch } from "./echo.ts";
import type { AnswerReader, DriverLine, Exchange, LineError, LineStatistics, LineTap } from "./exchange.ts";
import { Latency } from "./latency.ts";
import { CLOSE_DEADLINE_MS, type Transport } from "./transport.ts";

export type { AnswerReader, Exchange, LineError, LineStatistics } from "./exchange.ts";

export interface LineOptions {
  name: string;
  transport: Transport;
  /** Milliseconds one byte needs on the wire; 0 for Modbus TCP. */
  byteMs: number;
  /** Least silence before a request: 3.5 characters for Modbus RTU, 0 where frames bear their length. Default 0. */
  frameGapMs?: number;
  /** Once an answer has begun, its bytes follow each other within this. Default for a serial port. */
  interByteSilenceMs?: number;
}

/** Once an answer has begun, its bytes follow each other within this, USB adapters' buffering included. */
const SERIAL_SILENCE_MS = 60;
/** The learned wait is never shorter than this and the longest Modbus answer, which some ports hand over as a whole. */
const LEAST_TIMEOUT_MS = 150;
const LONGEST_ANSWER_BYTES = 256;
/** Longest wait for a chattering line to fall quiet, or for an answer that has begun to end. */
const QUIET_DEADLINE_MS = 5_000;
/** An answer later than this many time-outs is taken as lost: until then, nothing that could look like it is asked. */
const LATEST_ANSWER_TIMEOUTS = 3;
/**
 * Longest time in which a line does one thing and then another, whatever happens on it.
 * @param timeoutMs longest configured time-out of its devices
 */
export function longestPauseMs(timeoutMs: number): number {
  return LATEST_ANSWER_TIMEOUTS * timeoutMs + 2 * QUIET_DEADLINE_MS;
}

/** Stands for all parties: of those that answers do not name, and after bytes that nobody asked for. */
const EVERYONE = "";

export class Line implements DriverLine {
  readonly name: string;
  readonly statistics: LineStatistics = { requests: 0, answers: 0, timeouts: 0, badFrames: 0, noiseBytes: 0 };
  /** When the line last did something, on the clock of `performance.now()`: for whoever watches over it. */
  lastActiveAt = performance.now();
  /** Set by whoever captures the line. */
  tap: LineTap | undefined;
  /** Told when the line is lost, whether or not somebody used it then: for whoever sleeps until the next poll. */
  onLoss: () => void = () => {};
  readonly #options: Required<LineOptions>;
  readonly #echo = new EchoWatch();
  readonly #latencies = new Map<string, Latency>();
  #isOpen = false;
  #loss: string | undefined;
  #lastByteAt = Number.NEGATIVE_INFINITY;
  #lastSentAt = Number.NEGATIVE_INFINITY;
  /** Parties that may still send a late answer, and when the request for it had left. */
  readonly #suspects = new Map<string, number>();
  #onData: (chunk: Uint8Array) => void = (chunk) => this.#unexpected(chunk);
  #onLost: (reason: string) => void = () => {};

  constructor(options: LineOptions) {
    this.name = options.name;
    this.#options = { frameGapMs: 0, interByteSilenceMs: SERIAL_SILENCE_MS, ...options };
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether the line sends our own bytes back, again and again. */
  get isEchoing(): boolean {
    return this.#echo.isEchoing;
  }

  /** Why the line was lost since it was last asked, also when nobody used it at that moment. */
  takeLoss(): string | undefined {
    const loss = this.#loss;
    this.#loss = undefined;
    return loss;
  }

  /** Opens the transport. @returns the reason in words when it cannot */
  async open(): Promise<Result<void, string>> {
    if (this.#isOpen) return ok(undefined);
    this.lastActiveAt = performance.now();
    this.#echo.reset();
    this.#suspects.clear();
    this.#suspects.set(EVERYONE, this.#lastSentAt);
    const opened = await this.#options.transport.open({
      data: (chunk) => {
        this.#lastByteAt = performance.now();
        this.tap?.({ way: "in", bytes: chunk });
        this.#onData(chunk);
      },
      lost: (reason) => {
        this.#isOpen = false;
        this.#loss = reason;
        this.tap?.({ way: "state", state: "lost", reason });
        this.#onLost(reason);
        this.onLoss();
      },
    });
    this.#isOpen = opened.ok;
    this.tap?.({ way: "state", state: opened.ok ? "open" : "lost", reason: opened.ok ? "" : opened.error });
    return opened;
  }

  /** Closes the line and ends whatever is under way on it, within a deadline. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#onLost("the line was closed");
    const deadline = Promise.withResolvers<void>();
    const timer = setTimeout(deadline.resolve, 2 * CLOSE_DEADLINE_MS);
    await Promise.race([this.#options.transport.close(), deadline.promise]);
    clearTimeout(timer);
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
    return this.#once(exchange, true);
  }

  /** Writes bytes to which no answer is expected, and leaves the line alone until it is quiet. */
  async send(bytes: Uint8Array, quietMs: number): Promise<Result<void, LineError>> {
    if (!this.#isOpen) return fail({ code: "line-down", message: `line ${this.name} is not open` });
    const { promise, resolve } = Promise.withResolvers<Result<void, string>>();
    const deadline = setTimeout(() => resolve(fail(`line ${this.name} takes no bytes`)), QUIET_DEADLINE_MS);
    this.#onLost = (reason) => resolve(fail(reason));
    const written = await Promise.race([this.#write(bytes, true), promise]);
    clearTimeout(deadline);
    this.#onLost = () => {};
    if (!written.ok) return this.#giveUp(written.error);
    return this.#untilQuiet(quietMs + bytes.length * this.#options.byteMs);
  }

  async #rinse<T>(exchange: Exchange<T>): Promise<Result<void, LineError>> {
    const { interByteSilenceMs } = this.#options;
    const party = exchange.party ?? EVERYONE;
    const sentAt = Math.max(...[party, EVERYONE].map((key) => this.#suspects.get(key) ?? Number.NEGATIVE_INFINITY));
    const stillLateMs = sentAt + LATEST_ANSWER_TIMEOUTS * exchange.timeoutMs - performance.now();
    const quiet = await this.#untilQuiet(Math.max(interByteSilenceMs, stillLateMs));
    if (!quiet.ok) return quiet;
    const untrusted = await this.#once(exchange, false);
    if (!untrusted.ok) return untrusted;
    const after = await this.#untilQuiet(interByteSilenceMs);
    if (after.ok) {
      this.#suspects.delete(party);
      this.#suspects.delete(EVERYONE);
    }
    return after;
  }

  async #once<T>(exchange: Exchange<T>, trusted: boolean): Promise<Result<T, LineError>> {
    await this.#frameGap();
    const { byteMs } = this.#options;
    const party = exchange.party ?? EVERYONE;
    const requestMs = exchange.request.length * byteMs;
    const latency = this.#latency(party);
    const floorMs = LEAST_TIMEOUT_MS + LONGEST_ANSWER_BYTES * byteMs;
    const reader = exchange.reader();
    this.statistics.requests += 1;
    this.#echo.begin(exchange.request);
    const answer = this.#await(reader, latency.timeoutMs(exchange.timeoutMs, floorMs) + requestMs);
    // A port can take bytes without ever saying that they have gone: the answer's time-out holds for that too.
    let taken = false;
    const sent = this.#write(exchange.request, trusted).then((written) => {
      taken = true;
      return written.ok ? answer.result : fail({ code: "line-lost" as const, message: written.error });
    });
    const result = await Promise.race([answer.result, sent]);
    answer.end();
    const echoed = this.#echo.end();
    this.statistics.noiseBytes += reader.discarded.noiseBytes;
    this.statistics.badFrames += reader.discarded.badFrames;
    if (result.ok) {
      this.statistics.answers += 1;
      if (trusted) latency.answered(Math.max(0, answer.begunAfterMs() - requestMs));
      return result;
    }
    this.#suspects.set(party, this.#lastSentAt + requestMs);
    if (!taken) return this.#giveUp(`line ${this.name} takes no bytes: its adapter or driver hangs`);
    if (result.error.code === "line-lost") return this.#giveUp(result.error.message);
    if (result.error.code === "timeout") {
      this.statistics.timeouts += 1;
      latency.missed();
    }
    return echoed ? fail({ ...result.error, message: `${result.error.message}; it echoes our own bytes` }) : result;
  }

  /** What a line is good for can only be found out by opening it anew. */
  async #giveUp(message: string): Promise<{ ok: false; error: LineError }> {
    await this.close();
    return { ok: false, error: { code: "line-lost", message } };
  }

  #latency(party: string): Latency {
    let latency = this.#latencies.get(party);
    if (latency === undefined) {
      latency = new Latency();
      this.#latencies.set(party, latency);
    }
    return latency;
  }

  async #frameGap(): Promise<void> {
    const endsAt = this.#lastByteAt + this.#options.frameGapMs;
    // A timer cuts off what is not a whole millisecond and counts from when the loop last looked at the clock: it is
    // up to 2 ms early, and devices that find the end of a frame by its silence then hear two frames as one.
    for (let leftMs = endsAt - performance.now(); leftMs > 0; leftMs = endsAt - performance.now()) {
      await new Promise((resolve) => setTimeout(resolve, leftMs));
    }
  }

  #write(bytes: Uint8Array, trusted: boolean): Promise<Result<void, string>> {
    this.lastActiveAt = performance.now();
    this.#lastSentAt = this.lastActiveAt;
    this.tap?.({ way: "out", bytes, untrusted: !trusted });
    return this.#options.transport.write(bytes);
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
    let begunAt: number | undefined;
    let timer = setTimeout(timeout, firstByteMs);
    const deadline = setTimeout(silence, firstByteMs + QUIET_DEADLINE_MS);
    this.#onLost = (reason) => resolve(fail({ code: "line-lost", message: reason }));
    this.#onData = (chunk) => {
      clearTimeout(timer);
      this.#echo.heard(chunk);
      const found = reader.push(chunk);
      if (found !== undefined || reader.hasBegun) begunAt ??= performance.now();
      if (found !== undefined) resolve(ok(found));
      else if (reader.hasBegun) timer = setTimeout(silence, this.#options.interByteSilenceMs);
      else timer = setTimeout(timeout, Math.max(0, startedAt + firstByteMs - performance.now()));
    };
    const end = () => {
      clearTimeout(timer);
      clearTimeout(deadline);
      this.#onData = (chunk) => this.#unexpected(chunk);
      this.#onLost = () => {};
    };
    return { result: promise, end, begunAfterMs: () => (begunAt ?? performance.now()) - startedAt };
  }

  async #untilQuiet(quietMs: number): Promise<Result<void, LineError>> {
    const { interByteSilenceMs } = this.#options;
    const { promise, resolve } = Promise.withResolvers<Result<void, LineError>>();
    const deadline = setTimeout(() => {
      resolve(fail({ code: "babble", message: `line ${this.name} does not fall quiet: something else talks on it` }));
    }, QUIET_DEADLINE_MS + quietMs);
    const endsAt = performance.now() + quietMs;
    let timer = setTimeout(() => resolve(ok(undefined)), quietMs);
    this.#onLost = (reason) => resolve(fail({ code: "line-lost", message: reason }));
    this.#onData = (chunk) => {
      this.#unexpected(chunk);
      clearTimeout(timer);
      timer = setTimeout(() => resolve(ok(undefined)), Math.max(interByteSilenceMs, endsAt - performance.now()));
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
