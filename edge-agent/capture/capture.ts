/** Captures a line: every byte that passes, with times, until the time is up or there is enough. */
import { toHex } from "@forecourt/protocol/hex.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { LineTap } from "../lines/exchange.ts";
import type { Line } from "../lines/line.ts";
import type { CaptureEntry, CaptureHead } from "./format.ts";

export interface CaptureOptions {
  head: Omit<CaptureHead, "capture" | "startedAt">;
  /** How long, in milliseconds; at most {@link MAX_CAPTURE_MS}. */
  forMs: number;
  /** Takes one line of the file, its line end included. */
  write: (text: string) => void;
  epochMs: () => number;
  /** Ends the capture when so much has been written. Default and at most {@link MAX_CAPTURE_BYTES}. */
  maxBytes?: number;
  /** Ends the capture before its time. */
  signal?: AbortSignal;
}

export interface Captured {
  entries: number;
  received: number;
}

/** An hour of a line: enough to see a fault that comes and goes, and no disk is filled by a forgotten capture. */
export const MAX_CAPTURE_MS = 3_600_000;
const MAX_CAPTURE_BYTES = 64 * 1024 * 1024;

/**
 * Captures what passes on a line that is being read. One capture at a time.
 * @returns how many entries were written and how many of them came from the line, when it is over; undefined when the
 * line is being captured already
 */
export async function captureLine(line: Line, options: CaptureOptions): Promise<Captured | undefined> {
  if (line.tap !== undefined) return undefined;
  const { head, write, epochMs, signal } = options;
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const startedAt = performance.now();
  const captured: Captured = { entries: 0, received: 0 };
  const maxBytes = Math.min(options.maxBytes ?? MAX_CAPTURE_BYTES, MAX_CAPTURE_BYTES);
  let bytes = 0;
  const put = (object: CaptureHead | CaptureEntry) => {
    const text = `${JSON.stringify(object)}\n`;
    bytes += text.length;
    write(text);
    if (bytes >= maxBytes) end();
  };
  put({ capture: "forecourt-1", ...head, startedAt: formatTime(epochMs()) });
  const tap: LineTap = (seen) => {
    const when = { at: formatTime(epochMs()), us: Math.round((performance.now() - startedAt) * 1_000) };
    captured.entries += 1;
    if (seen.way === "in") captured.received += 1;
    put({ ...when, ...entryOf(seen) });
  };
  line.tap = tap;
  if (line.isOpen) tap({ way: "state", state: "open", reason: "it was open when the capture began" });
  const timer = setTimeout(end, Math.min(options.forMs, MAX_CAPTURE_MS));
  signal?.addEventListener("abort", () => end(), { once: true });
  // Whoever writes may have met a full disk at the head already.
  if (signal?.aborted) end();
  await ended;
  clearTimeout(timer);
  line.tap = undefined;
  return captured;
}

type Seen = Parameters<LineTap>[0];
type Untimed<E> = E extends CaptureEntry ? Omit<E, "at" | "us"> : never;

function entryOf(seen: Seen): Untimed<CaptureEntry> {
  switch (seen.way) {
    case "out":
      return { out: toHex(seen.bytes), ...(seen.untrusted ? { untrusted: true as const } : {}) };
    case "in":
      return { in: toHex(seen.bytes) };
    case "state":
      return { state: seen.state, reason: seen.reason };
  }
}
