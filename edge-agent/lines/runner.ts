/**
 * Keeps one line busy: opens it and opens it again, makes the poll that is due, hands on what was observed, and
 * says when a device falls silent or is back. Every turn of its loop is bounded in time and survives any failure.
 */
import type { Driver, DriverError, Poll } from "../drivers/driver.ts";
import { wasHeard } from "../drivers/driver.ts";
import type { Observation } from "../drivers/observation.ts";
import type { Line, LineStatistics } from "./line.ts";
import { type Change, Reachability, type ReachabilityOptions } from "./reachability.ts";
import { Schedule } from "./schedule.ts";

/** A poll that the recorder wants soon. */
export interface Want {
  device: string;
  key: string;
}

/** Where a runner hands on what happened. */
export interface LineSink {
  /** @returns polls wanted soon, on this line */
  observed(observations: Observation[]): Want[];
  /** A poll was answered by nothing that can be used. @returns polls wanted soon, on this line */
  failed(poll: Poll, error: DriverError): Want[];
  /** @returns polls wanted soon, on this line */
  reachability(place: { line: string; device: string }, change: Change, statistics: LineStatistics): Want[];
}

export interface RunnerOptions {
  line: Line;
  drivers: readonly Driver[];
  sink: LineSink;
  reachability: ReachabilityOptions;
  backOff: { minMs: number; maxMs: number };
  /** Milliseconds of a monotonic clock. */
  now: () => number;
  random: () => number;
  log: (message: string, details: Record<string, unknown>) => void;
}

/** The line is opened again after these pauses; the last one repeats. */
const REOPEN_PAUSES_MS = [100, 250, 500, 1_000, 2_000];
/** Longest sleep: a poll that was requested meanwhile waits no longer than this. */
const MAX_SLEEP_MS = 200;

export class LineRunner {
  readonly #options: RunnerOptions;
  readonly #drivers: Map<string, Driver>;
  readonly #schedule: Schedule;
  readonly #reachability: Map<string, Reachability>;
  readonly #stop = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  /** When the loop last turned, for whoever watches over it. */
  lastTurnAt: number;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#drivers = new Map(options.drivers.map((driver) => [driver.device, driver]));
    this.#schedule = new Schedule(options.drivers, {
      minBackOffMs: options.backOff.minMs,
      maxBackOffMs: options.backOff.maxMs,
      random: options.random,
    });
    const now = options.now();
    this.lastTurnAt = now;
    this.#reachability = new Map(
      options.drivers.map(({ device }) => [device, new Reachability(options.reachability, now)]),
    );
  }

  start(): void {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#options.line.close();
    await this.#loop;
    // The loop may have been opening the line while it was closed.
    await this.#options.line.close();
  }

  async #run(): Promise<void> {
    let attempts = 0;
    while (!this.#stop.signal.aborted) {
      this.lastTurnAt = this.#options.now();
      try {
        if (this.#options.line.isOpen) {
          attempts = 0;
          await this.#turn();
        } else if (!(await this.#open())) {
          const pause = REOPEN_PAUSES_MS[Math.min(attempts, REOPEN_PAUSES_MS.length - 1)] ?? 0;
          attempts += 1;
          await this.#sleep(pause);
        }
      } catch (error) {
        // A bug in a driver or the recorder must not end the reading of a line for ever.
        this.#options.log("a turn of the line failed", { line: this.#options.line.name, error: String(error) });
        await this.#sleep(MAX_SLEEP_MS);
      }
    }
  }

  async #open(): Promise<boolean> {
    const opened = await this.#options.line.open();
    if (opened.ok) this.#options.log("line opened", { line: this.#options.line.name });
    else this.#allDown(opened.error);
    return opened.ok;
  }

  async #turn(): Promise<void> {
    const next = this.#schedule.next(this.#options.now());
    if ("waitMs" in next) return this.#sleep(Math.min(next.waitMs, MAX_SLEEP_MS));
    const { poll } = next;
    const result = await this.#driver(poll.device).read(this.#options.line, poll);
    if (this.#stop.signal.aborted) return;
    const now = this.#options.now();
    const heard = result.ok || wasHeard(result.error);
    this.#schedule.done(poll, now, heard);
    if (!result.ok && result.error.code === "line-lost") return this.#allDown(result.error.message);
    if (heard) this.#changed(poll.device, this.#reach(poll.device).heard(now));
    if (result.ok) this.#request(this.#options.sink.observed(result.value));
    else {
      if (!heard) this.#changed(poll.device, this.#reach(poll.device).failed(now, result.error.message));
      this.#request(this.#options.sink.failed(poll, result.error));
    }
  }

  #allDown(reason: string): void {
    for (const device of this.#drivers.keys()) {
      this.#changed(device, this.#reach(device).failed(this.#options.now(), reason, true));
    }
  }

  #changed(device: string, change: Change | undefined): void {
    if (change === undefined) return;
    const { line, sink } = this.#options;
    this.#request(sink.reachability({ line: line.name, device }, change, { ...line.statistics }));
  }

  #request(wants: readonly Want[]): void {
    for (const want of wants) this.#schedule.request(want.device, want.key, this.#options.now());
  }

  #reach(device: string): Reachability {
    return this.#reachability.get(device)!;
  }

  #driver(device: string): Driver {
    return this.#drivers.get(device)!;
  }

  #sleep(ms: number): Promise<void> {
    const { signal } = this.#stop;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      signal.addEventListener("abort", wake);
    });
  }
}
