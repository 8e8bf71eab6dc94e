/**
 * A driver owns a protocol on a line: bytes in, observations out, or a typed error. It knows no database, no network
 * and no clock; when what is read is the schedule's business, and what is worth keeping the recorder's.
 */
import type { Result } from "@forecourt/protocol/result.ts";
import type { DriverLine, LineError } from "../lines/exchange.ts";
import type { Observation } from "./observation.ts";

/** What goes before what when several polls are due (lines/schedule.ts). */
export type PollPriority = "first" | "normal" | "last";

/** One thing that can be asked of a device. */
export interface Poll {
  device: string;
  /** unique within the device, for example `grand-total/N01` */
  key: string;
  /**
   * How often it is due; null when it is only asked on request. A driver may change it while it reads: the schedule
   * looks at it after every poll.
   */
  intervalMs: number | null;
  /** Default `normal`. `last` is for what can wait. */
  priority?: PollPriority;
  /** What a poll on request is about, where its key does not say it; set by whoever requests it. */
  argument?: string;
}

export interface DriverError {
  code: LineError["code"] | "bad-answer" | "refused";
  message: string;
}

export interface Driver {
  readonly device: string;
  readonly polls: readonly Poll[];
  /** The least pause between two exchanges with this device. */
  readonly gapMs: number;
  /**
   * The poll that begins with this request. Where it is left out, a replay asks the polls for their first requests,
   * which suffices when none of them needs an argument.
   */
  pollFor?(request: Uint8Array): Poll | undefined;
  /** Makes the exchanges of one poll. Never throws for what a device or a line does. */
  read(line: DriverLine, poll: Poll): Promise<Result<Observation[], DriverError>>;
}

/**
 * Whether the device was heard at all: a wrong or refusing answer is still a sign of life. Garbled bytes are none:
 * noise, an echo or a plug that loops the line back would otherwise pass for a living device.
 */
export function wasHeard(error: DriverError): boolean {
  return error.code === "bad-answer" || error.code === "refused";
}
