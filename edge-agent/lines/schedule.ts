/**
 * Which poll of a line is next. Pure: time comes in as milliseconds of a monotonic clock. Requested polls go before
 * routine ones, but only by a head start, so that nothing starves; a silent device is asked ever more seldom, so
 * that it does not delay its neighbours.
 */
import type { Poll } from "../drivers/driver.ts";

/** How much earlier than it was requested an urgent poll counts as due. */
const URGENT_HEAD_START_MS = 2_000;
/** Failures in a row before a device is asked more seldom: one bad frame is not a silence. */
const FAILURES_BEFORE_BACK_OFF = 3;

export interface ScheduleOptions {
  /** The first pause of a silent device. */
  minBackOffMs: number;
  /** The longest pause of a silent device. */
  maxBackOffMs: number;
  /** In [0, 1): spreads the pauses so that devices do not fall into step. */
  random: () => number;
}

interface Entry {
  poll: Poll;
  dueAt: number;
  urgent: boolean;
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

  constructor(drivers: readonly { polls: readonly Poll[]; device: string; gapMs: number }[], options: ScheduleOptions) {
    this.#options = options;
    for (const { device, polls, gapMs } of drivers) {
      this.#devices.set(device, { gapMs, notBefore: 0, failures: 0 });
      for (const poll of polls) {
        const dueAt = poll.intervalMs === null ? Number.POSITIVE_INFINITY : 0;
        this.#entries.set(keyOf(poll.device, poll.key), { poll, dueAt, urgent: false });
      }
    }
  }

  /** The poll to make now, or how long there is nothing to do. */
  next(now: number): Next {
    let best: Entry | undefined;
    let wakeAt = Number.POSITIVE_INFINITY;
    for (const entry of this.#entries.values()) {
      const readyAt = Math.max(entry.dueAt, this.#device(entry.poll.device).notBefore);
      if (readyAt > now) wakeAt = Math.min(wakeAt, readyAt);
      else if (best === undefined || rank(entry) < rank(best)) best = entry;
    }
    return best === undefined ? { waitMs: wakeAt - now } : { poll: best.poll };
  }

  /** Asks for a poll as soon as its device can be asked. Unknown polls are a programmer's error. */
  request(device: string, key: string, now: number): void {
    const entry = this.#entries.get(keyOf(device, key));
    if (entry === undefined) throw new Error(`no poll ${key} of device ${device}`);
    if (!entry.urgent) entry.dueAt = Math.min(entry.dueAt, now);
    entry.urgent = true;
  }

  /** Says that a poll has been made. @param heard whether the device gave a sign of life */
  done(poll: Poll, now: number, heard: boolean): void {
    const entry = this.#entries.get(keyOf(poll.device, poll.key));
    if (entry === undefined) return;
    const device = this.#device(poll.device);
    device.notBefore = now + device.gapMs;
    // Whoever asked for it asks again if it still matters: a poll that stayed urgent by itself, because the device
    // never answers it, would keep all others waiting for ever.
    entry.urgent = false;
    entry.dueAt = poll.intervalMs === null ? Number.POSITIVE_INFINITY : Math.max(now, entry.dueAt + poll.intervalMs);
    device.failures = heard ? 0 : device.failures + 1;
    if (device.failures >= FAILURES_BEFORE_BACK_OFF) {
      const { minBackOffMs, maxBackOffMs, random } = this.#options;
      const doubled = minBackOffMs * 2 ** Math.min(device.failures - FAILURES_BEFORE_BACK_OFF, 20);
      device.notBefore = now + Math.min(maxBackOffMs, doubled) * (0.75 + 0.5 * random());
    }
  }

  #device(name: string): DeviceState {
    const state = this.#devices.get(name);
    if (state === undefined) throw new Error(`no device ${name} on this line`);
    return state;
  }
}

function rank(entry: Entry): number {
  return entry.urgent ? entry.dueAt - URGENT_HEAD_START_MS : entry.dueAt;
}

function keyOf(device: string, key: string): string {
  return `${device}/${key}`;
}
