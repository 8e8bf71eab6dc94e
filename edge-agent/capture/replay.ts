/**
 * Feeds a captured line back through its drivers and the recorder. The same file leads to the same records, always: no
 * clock, no chance and no line takes part, only what stands in the file.
 */
import { fromHex, toHex } from "@forecourt/protocol/hex.ts";
import { fail } from "@forecourt/protocol/result.ts";
import { parseTime } from "@forecourt/protocol/time.ts";
import type { Driver, Poll } from "../drivers/driver.ts";
import type { DriverLine } from "../lines/exchange.ts";
import type { ReachabilityOptions } from "../lines/reachability.ts";
import { LineReporter, type LineSink } from "../lines/reporter.ts";
import type { CaptureEntry } from "./format.ts";
import { ReplayLine } from "./replay-line.ts";

/** The clocks of a replay: they stand at the entry that is being replayed. */
export interface ReplayClocks {
  now: () => number;
  epochMs: () => number;
}

export interface ReplayOptions {
  line: string;
  drivers: readonly Driver[];
  reachability: ReachabilityOptions;
  /** Makes the recorder for these clocks. */
  sink: (clocks: ReplayClocks) => LineSink;
  entries: readonly CaptureEntry[];
}

export interface Replayed {
  /** Requests that led to a poll, and those that no driver knows. */
  polls: number;
  unknown: number;
}

/** Replays a capture into the sink. */
export async function replay(options: ReplayOptions): Promise<Replayed> {
  const line = new ReplayLine(options.entries);
  const time = { nowMs: 0, epochMs: parseTime(options.entries[0]?.at ?? "") ?? 0 };
  const arrive = (entry: CaptureEntry | undefined) => {
    if (entry === undefined) return;
    time.nowMs = entry.us / 1_000;
    time.epochMs = parseTime(entry.at) ?? time.epochMs;
  };
  const reporter = new LineReporter(
    {
      line: options.line,
      devices: options.drivers.map(({ device }) => device),
      sink: options.sink({ now: () => time.nowMs, epochMs: () => time.epochMs }),
      reachability: options.reachability,
      statistics: () => ({ ...line.statistics }),
    },
    0,
  );
  const known = await firstRequests(options.drivers);
  const replayed: Replayed = { polls: 0, unknown: 0 };
  for (let entry = line.next; entry !== undefined; entry = line.next) {
    arrive(entry);
    if ("state" in entry) {
      line.skip();
      if (entry.state === "open") reporter.opened(time.nowMs);
      else reporter.lost(entry.reason, time.nowMs);
      continue;
    }
    const found = "out" in entry ? pollOf(fromHex(entry.out), options.drivers, known) : undefined;
    if (found === undefined) {
      if ("out" in entry) replayed.unknown += 1;
      line.skip();
      continue;
    }
    replayed.polls += 1;
    const result = await found.driver.read(line, found.poll);
    // A driver that asked something else after all must not keep the replay where it stands.
    if (line.next === entry) line.skip();
    arrive(line.last);
    reporter.polled(found.poll, result, { now: time.nowMs, isEchoing: false });
  }
  return replayed;
}

interface Found {
  driver: Driver;
  poll: Poll;
}

function pollOf(request: Uint8Array, drivers: readonly Driver[], known: ReadonlyMap<string, Found>): Found | undefined {
  for (const driver of drivers) {
    const poll = driver.pollFor?.(request);
    if (poll !== undefined) return { driver, poll };
  }
  return known.get(toHex(request)) ?? known.get(toHex(request.subarray(2)));
}

/** With which request each poll begins, found by asking the driver: a line that answers nothing tells. */
async function firstRequests(drivers: readonly Driver[]): Promise<Map<string, Found>> {
  const known = new Map<string, Found>();
  for (const driver of drivers) {
    if (driver.pollFor !== undefined) continue;
    for (const poll of driver.polls) {
      let first: string | undefined;
      const probe: DriverLine = {
        async exchange({ request, tagged }) {
          first ??= toHex(tagged === true ? request.subarray(2) : request);
          return fail({ code: "line-down", message: "only asked for its request" });
        },
        send: async () => fail({ code: "line-down", message: "only asked for its request" }),
      };
      await driver.read(probe, poll);
      if (first !== undefined && !known.has(first)) known.set(first, { driver, poll });
    }
  }
  return known;
}
