/**
 * Tells the recorder what the polls of one line came to: what was observed, what failed, and when the line or a device
 * of it becomes unreachable or is back. Without a clock or a line of its own, so that a captured line can be replayed
 * through it.
 */
import type { Result } from "@forecourt/protocol/result.ts";
import { type DriverError, type Poll, wasHeard } from "../drivers/driver.ts";
import type { Observation } from "../drivers/observation.ts";
import { LineCondition } from "./condition.ts";
import type { LineStatistics } from "./exchange.ts";
import { Reachability, type ReachabilityOptions } from "./reachability.ts";
import type { PollOutcome } from "./schedule.ts";

/** A poll that the recorder wants soon. */
export interface Want {
  device: string;
  key: string;
  /** What it is about, where its key does not say it. */
  argument?: string;
}

/** A line or a device became reachable or unreachable, and why. */
export interface LinkChange {
  state: "up" | "down";
  reason: string;
  downMs: number | null;
}

/** Where a line hands on what happened. */
export interface LineSink {
  /** @returns polls wanted soon, on this line */
  observed(observations: Observation[]): Want[];
  /** A poll was made and answered by nothing that can be used; a line in trouble is no failed poll. @returns polls wanted soon, on this line */
  failed(poll: Poll, error: DriverError): Want[];
  /** @param place `device` is null when it is about the line itself. @returns polls wanted soon, on this line */
  reachability(place: { line: string; device: string | null }, change: LinkChange, statistics: LineStatistics): Want[];
}

export interface ReporterOptions {
  line: string;
  devices: readonly string[];
  sink: LineSink;
  reachability: ReachabilityOptions;
  statistics: () => LineStatistics;
}

export class LineReporter {
  readonly #options: ReporterOptions;
  readonly #condition = new LineCondition();
  readonly #reachability: Map<string, Reachability>;

  /** @param now milliseconds of a monotonic clock, as everywhere here */
  constructor(options: ReporterOptions, now: number) {
    this.#options = options;
    this.#reachability = new Map(
      options.devices.map((device) => [device, new Reachability(options.reachability, now)]),
    );
  }

  /** The line was opened. */
  opened(now: number): Want[] {
    return this.#changed(null, this.#condition.opened(now));
  }

  /** The line cannot be opened, or was lost: none of its devices can be reached. */
  lost(reason: string, now: number): Want[] {
    const line = this.#changed(null, this.#condition.lost(now, reason));
    const devices = [...this.#reachability].flatMap(([device, reach]) =>
      this.#changed(device, linkChange(reach.failed(now, reason, true))),
    );
    return [...line, ...devices];
  }

  /**
   * A poll was made.
   * @param isEchoing whether the line sends our own bytes back
   * @returns the polls wanted soon
   */
  polled(poll: Poll, result: Result<Observation[], DriverError>, of: { now: number; isEchoing: boolean }): Want[] {
    const { now } = of;
    const reach = this.#reachability.get(poll.device);
    if (reach === undefined) throw new Error(`no device ${poll.device} on line ${this.#options.line}`);
    if (!result.ok && (result.error.code === "line-lost" || result.error.code === "line-down")) {
      return this.lost(result.error.message, now);
    }
    if (!result.ok && result.error.code === "babble") {
      return [
        ...this.#changed(null, this.#condition.babbled(now, result.error.message)),
        ...this.#changed(poll.device, linkChange(reach.failed(now, result.error.message))),
      ];
    }
    const { sink } = this.#options;
    const wants = this.#changed(null, this.#condition.used(now, of.isEchoing));
    const heard = outcomeOf(result) === "heard";
    if (heard) wants.push(...this.#changed(poll.device, linkChange(reach.heard(now))));
    if (result.ok) wants.push(...sink.observed(result.value));
    else {
      if (!heard) wants.push(...this.#changed(poll.device, linkChange(reach.failed(now, result.error.message))));
      wants.push(...sink.failed(poll, result.error));
    }
    return wants;
  }

  #changed(device: string | null, change: LinkChange | undefined): Want[] {
    if (change === undefined) return [];
    const { line, sink, statistics } = this.#options;
    return sink.reachability({ line, device }, change, statistics());
  }
}

/** What the result of a poll means for the schedule. */
export function outcomeOf(result: Result<unknown, DriverError>): PollOutcome {
  if (result.ok || wasHeard(result.error)) return "heard";
  return ["line-lost", "line-down", "babble"].includes(result.error.code) ? "line" : "silent";
}

function linkChange(change: ReturnType<Reachability["heard"]>): LinkChange | undefined {
  if (change === undefined) return undefined;
  return change.state === "up" ? { ...change, reason: "answers" } : { ...change, downMs: null };
}
