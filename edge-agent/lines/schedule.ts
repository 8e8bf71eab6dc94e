/**
 * Which poll of a line is next. Pure: time comes in as milliseconds of a monotonic clock. All polls of all devices are
 * interleaved by when they are due; what matters more goes first, but only by a head start, so that nothing starves.
 * A silent device is asked ever more seldom, and all silent devices together get a small share of the line's time, so
 * that they do not delay the living.
 */
import type { Poll, PollPriority } from "../drivers/driver.ts";

/** How much earlier than it was requested an urgent poll counts as due. */
const URGENT_HEAD_START_MS = 2_000;
/** How much earlier (or later) than its time a routine poll counts as due. */
const HEAD_START_MS: Record<PollPriority, number> = { first: 500, normal: 0, last: -1_000 };
/** An unanswered routine poll is made again at once this often, before it waits for its next turn. */
const RETRIES = 2;
/** Failures in a row before a device is asked more seldom: one bad frame is not a silence. */
const FAILURES_BEFORE_BACK_OFF = 3;
/** Of the line's time, silent devices get no more than this share while others live. */
const SILENT_SHARE = 0.2;

export interface ScheduleOptions {
  /** The first pause of a silent device. */
  minBackOffMs: number;
  /** The longest pause of a silent device. */
  maxBackOffMs: number;
  /** In [0, 1): spreads the pauses so that devices do not fall into step. */
  random: () => number;
}

/** What became of a poll. `line`: nothing could be asked, for a reason that is not the device's. */
export type PollOutcome = "heard" | "silent" | "line";

interface Entry {
  poll: Poll;
  dueAt: number;
  urgent: boolean;
  retries: number;
}

interface DeviceState {
  gapMs: number;
  notBefore: number;
  failures: number;
}

export type Next = { poll: Poll } | { waitMs: number };

export class Schedule {
  readonly #entries = new Map<string, Entry>();
  readonly #devices = new Map<string, DeviceState>();
  readonly #options: ScheduleOptions;
  /** When the silent devices have used up less than their share again. */
  #silentNotBefore = 0;

  constructor(drivers: readonly { polls: readonly Poll[]; device: string; gapMs: number }[], options: ScheduleOptions) {
    this.#options = options;
    for (const { device, polls, gapMs } of drivers) {
      this.#devices.set(device, { gapMs, notBefore: 0, failures: 0 });
      for (const poll of polls) {
        const dueAt = poll.intervalMs === null ? Number.POSITIVE_INFINITY : 0;
        this.#entries.set(keyOf(poll.device, poll.key), { poll, dueAt, urgent: false, retries: 0 });
      }
    }
  }

  /** The poll to make now, or how long there is nothing to do. */
  next(now: number): Next {
    const someLive = [...this.#devices.values()].some((device) => !isSilent(device));
    let best: Entry | undefined;
    let wakeAt = Number.POSITIVE_INFINITY;
    for (const entry of this.#entries.values()) {
      const device = this.#device(entry.poll.device);
      const shareAt = someLive && isSilent(device) ? this.#silentNotBefore : 0;
      const readyAt = Math.max(entry.dueAt, device.notBefore, shareAt);
      if (readyAt > now) wakeAt = Math.min(wakeAt, readyAt);
      else if (best === undefined || rank(entry) < rank(best)) best = entry;
    }
    return best === undefined ? { waitMs: wakeAt - now } : { poll: best.poll };
  }

  /**
   * Asks for a poll as soon as its device can be asked. Unknown polls are a programmer's error.
   * @param argument what the poll is about, where its key does not say it
   */
  request(device: string, key: string, now: number, argument?: string): void {
    const entry = this.#entries.get(keyOf(device, key));
    if (entry === undefined) throw new Error(`no poll ${key} of device ${device}`);
    if (argument !== undefined) entry.poll = { ...entry.poll, argument };
    if (!entry.urgent) entry.dueAt = Math.min(entry.dueAt, now);
    entry.urgent = true;
  }

  /** Says that a poll has been made. @param of when it was begun, when it ended, and what became of it */
  done(poll: Poll, of: { startedAt: number; now: number; outcome: PollOutcome }): void {
    const { startedAt, now, outcome } = of;
    const entry = this.#entries.get(keyOf(poll.device, poll.key));
    if (entry === undefined) return;
    const device = this.#device(poll.device);
    device.notBefore = now + device.gapMs;
    // Nothing was asked: it stays due, and the device has not failed.
    if (outcome === "line") return;
    // Whoever asked for it asks again if it still matters: a poll that stayed urgent by itself, because the device
    // never answers it, would keep all others waiting for ever.
    entry.urgent = false;
    device.failures = outcome === "heard" ? 0 : device.failures + 1;
    entry.dueAt = this.#dueAgain(entry, device, now, outcome);
    if (!isSilent(device)) return;
    const { minBackOffMs, maxBackOffMs, random } = this.#options;
    const doubled = minBackOffMs * 2 ** Math.min(device.failures - FAILURES_BEFORE_BACK_OFF, 20);
    device.notBefore = now + Math.min(maxBackOffMs, doubled) * (0.75 + 0.5 * random());
    this.#silentNotBefore = now + (now - startedAt) * (1 / SILENT_SHARE - 1);
  }

  /** The line was opened anew: whatever kept its devices silent may be gone. */
  lineOpened(now: number): void {
    for (const device of this.#devices.values()) {
      device.failures = 0;
      device.notBefore = Math.min(device.notBefore, now);
    }
  }

  #dueAgain(entry: Entry, device: DeviceState, now: number, outcome: PollOutcome): number {
    const { intervalMs } = entry.poll;
    if (intervalMs === null) return Number.POSITIVE_INFINITY;
    if (outcome === "silent" && !isSilent(device) && entry.retries < RETRIES) {
      entry.retries += 1;
      return now;
    }
    entry.retries = 0;
    return Math.max(now, entry.dueAt + intervalMs);
  }

  #device(name: string): DeviceState {
    const state = this.#devices.get(name);
    if (state === undefined) throw new Error(`no device ${name} on this line`);
    return state;
  }
}

function isSilent({ failures }: DeviceState): boolean {
  return failures >= FAILURES_BEFORE_BACK_OFF;
}

function rank({ poll, dueAt, urgent }: Entry): number {
  const priority = poll.priority ?? "normal";
  // What can wait is not hurried by being asked for either.
  return dueAt - (urgent && priority !== "last" ? URGENT_HEAD_START_MS : HEAD_START_MS[priority]);
}

function keyOf(device: string, key: string): string {
  return `${device}/${key}`;
}
