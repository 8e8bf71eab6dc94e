/**
 * Keeps one line busy: opens it and opens it again, makes the poll that is due, and hands on what came of it. Every
 * turn of its loop is bounded in time and survives any failure; if one hangs nevertheless, the watchdog starts another.
 */
import type { Driver } from "../drivers/driver.ts";
import type { Line } from "./line.ts";
import type { ReachabilityOptions } from "./reachability.ts";
import { LineReporter, type LineSink, outcomeOf, type Want } from "./reporter.ts";
import { Schedule } from "./schedule.ts";
import type { Watched } from "./watchdog.ts";

export interface RunnerOptions {
  line: Line;
  drivers: readonly Driver[];
  sink: LineSink;
  reachability: ReachabilityOptions;
  backOff: { minMs: number; maxMs: number };
  /** Longest time in which the loop turns once, whatever a device or a line does (watchdog.ts). */
  stuckMs: number;
  /** Milliseconds of a monotonic clock. */
  now: () => number;
  random: () => number;
  log: (message: string, details: Record<string, unknown>) => void;
}

/** The line is opened again after these pauses; the last one repeats. */
const REOPEN_PAUSES_MS = [100, 250, 500, 1_000, 2_000];
/** A line that held this long is opened again after the shortest pause. */
const STABLE_MS = 10_000;
/** Longest sleep: what should have woken the loop and did not costs no more than this. */
const MAX_SLEEP_MS = 1_000;
/** A loop that hangs is not waited for longer than this when the agent stops. */
const STOP_DEADLINE_MS = 2_000;

export class LineRunner implements Watched {
  readonly #options: RunnerOptions;
  readonly #drivers: Map<string, Driver>;
  readonly #schedule: Schedule;
  readonly #reporter: LineReporter;
  readonly #stop = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  /** Counts the loops: one that was given up ends when it wakes. */
  #generation = 0;
  #attempts = 0;
  /** When the line was opened last; null while that did not succeed. */
  #openedAt: number | null = null;
  #lastTurnAt = performance.now();
  /** Ends the loop's sleep, while it sleeps. */
  #wake: () => void = () => {};

  constructor(options: RunnerOptions) {
    const { line, sink, drivers } = options;
    this.#options = options;
    this.#drivers = new Map(drivers.map((driver) => [driver.device, driver]));
    const { minMs: minBackOffMs, maxMs: maxBackOffMs } = options.backOff;
    this.#schedule = new Schedule(drivers, { minBackOffMs, maxBackOffMs, random: options.random });
    const devices = drivers.map(({ device }) => device);
    const statistics = () => ({ ...line.statistics });
    line.onLoss = () => this.#wake();
    const { reachability } = options;
    this.#reporter = new LineReporter({ line: line.name, devices, sink, reachability, statistics }, options.now());
  }

  get line(): Line {
    return this.#options.line;
  }

  get stuckMs(): number {
    return this.#options.stuckMs;
  }

  /** How long neither the loop has turned nor the line been used. */
  idleMs(): number {
    return performance.now() - Math.max(this.#lastTurnAt, this.line.lastActiveAt);
  }

  /** Asks for all that is routinely read of a device, as soon as it can be asked. @returns false when it is on no poll list here */
  readNow(device: string): boolean {
    const driver = this.#drivers.get(device);
    if (driver === undefined) return false;
    const routine = driver.polls.filter(({ intervalMs }) => intervalMs !== null);
    for (const { key } of routine) this.#schedule.request(device, key, this.#options.now());
    this.#wake();
    return routine.length > 0;
  }

  start(): void {
    this.#generation += 1;
    this.#lastTurnAt = performance.now();
    this.#loop = this.#run(this.#generation);
  }

  /** Gives a loop that hangs up, and starts another on a line opened anew. */
  async restart(reason: string): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#generation += 1;
    this.#request(this.#reporter.lost(reason, this.#options.now()));
    await this.line.close();
    if (!this.#stop.signal.aborted) this.start();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.line.close();
    await within(STOP_DEADLINE_MS, this.#loop);
    // The loop may have been opening the line while it was closed.
    await this.line.close();
  }

  async #run(generation: number): Promise<void> {
    while (this.#isCurrent(generation)) {
      this.#lastTurnAt = performance.now();
      try {
        if (this.line.isOpen) await this.#turn(generation);
        else await this.#open(generation);
      } catch (error) {
        // A bug in a driver or the recorder must not end the reading of a line for ever.
        this.#options.log("a turn of the line failed", { line: this.line.name, error: String(error) });
        await this.#sleep(MAX_SLEEP_MS);
      }
    }
  }

  #isCurrent(generation: number): boolean {
    return generation === this.#generation && !this.#stop.signal.aborted;
  }

  async #open(generation: number): Promise<void> {
    const { now, log } = this.#options;
    const loss = this.line.takeLoss();
    if (loss !== undefined) this.#request(this.#reporter.lost(loss, now()));
    if (this.#openedAt !== null && performance.now() - this.#openedAt >= STABLE_MS) this.#attempts = 0;
    this.#openedAt = null;
    const pauseMs = REOPEN_PAUSES_MS[Math.min(this.#attempts, REOPEN_PAUSES_MS.length) - 1] ?? 0;
    await this.#sleep(pauseMs);
    this.#attempts += 1;
    const opened = await this.line.open();
    if (!this.#isCurrent(generation)) return;
    if (!opened.ok) return this.#request(this.#reporter.lost(opened.error, now()));
    this.#openedAt = performance.now();
    log("line opened", { line: this.line.name });
    this.#schedule.lineOpened(now());
    this.#request(this.#reporter.opened(now()));
  }

  async #turn(generation: number): Promise<void> {
    const startedAt = this.#options.now();
    const next = this.#schedule.next(startedAt);
    if ("waitMs" in next) return this.#sleep(Math.min(next.waitMs, MAX_SLEEP_MS));
    const { poll } = next;
    const driver = this.#drivers.get(poll.device);
    if (driver === undefined) throw new Error(`no driver for ${poll.device}`);
    const result = await driver.read(this.line, poll);
    if (!this.#isCurrent(generation)) return;
    const now = this.#options.now();
    // Before the recorder is asked: if it fails, the poll has been made all the same.
    this.#schedule.done(poll, { startedAt, now, outcome: outcomeOf(result) });
    this.#request(this.#reporter.polled(poll, result, { now, isEchoing: this.line.isEchoing }));
  }

  #request(wants: readonly Want[]): void {
    for (const { device, key, argument } of wants) {
      this.#schedule.request(device, key, this.#options.now(), argument);
    }
  }

  #sleep(ms: number): Promise<void> {
    if (this.#stop.signal.aborted || ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#wake = wake;
    });
  }
}

async function within(deadlineMs: number, promise: Promise<void>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, deadlineMs);
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
