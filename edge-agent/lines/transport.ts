/**
 * What a line stands on: something that carries bytes both ways and can vanish at any moment. Two implementations:
 * a serial port and a TCP connection.
 */
import type { Result } from "@forecourt/protocol/result.ts";

export interface TransportEvents {
  data(chunk: Uint8Array): void;
  /** The port vanished or the peer closed. Called at most once for each successful open. */
  lost(reason: string): void;
}

export interface Transport {
  /** Opens or fails with the reason in words. Never throws. */
  open(events: TransportEvents): Promise<Result<void, string>>;
  /** Hands bytes to the operating system. */
  write(bytes: Uint8Array): Promise<Result<void, string>>;
  /** Closes whatever is open; waits no longer than {@link CLOSE_DEADLINE_MS}. */
  close(): Promise<void>;
}

/** A vanished USB adapter can make close hang: the line gives the handle up after this and goes on. */
export const CLOSE_DEADLINE_MS = 1_000;
/** Opening that takes longer than this has failed: a driver that hangs, a host that does not answer. */
export const OPEN_DEADLINE_MS = 5_000;
