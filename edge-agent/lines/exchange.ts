/** What passes between a driver and its line: a request, the reader of its answer, and what can go wrong. */
import type { Result } from "@forecourt/protocol/result.ts";

/** Finds one answer in the bytes that come back; strangers and noise are its to discard and count. */
export interface AnswerReader<T> {
  /** Takes bytes; returns the answer once it is whole. */
  push(chunk: Uint8Array): T | undefined;
  /** No more bytes came for a while: the last chance to find an answer in what was held back. */
  silence(): T | undefined;
  /** Whether anything has come that may be part of an answer; the echo of our own request is not. */
  readonly hasBegun: boolean;
  /** Bytes that belonged to no answer, and frames that were broken or someone else's. */
  readonly discarded: { noiseBytes: number; badFrames: number };
}

export interface Exchange<T> {
  request: Uint8Array;
  /** A fresh reader for each attempt. */
  reader: () => AnswerReader<T>;
  /** The longest wait for the first byte of an answer, beyond the time the bytes need on the wire. */
  timeoutMs: number;
  /** True when the answer names its request (Modbus TCP): a late answer cannot be taken for another. */
  tagged?: boolean;
  /** Who answers, where an answer says so (the unit of Modbus RTU): nobody else's late answer can be taken for it. */
  party?: string;
}

export interface LineError {
  /** `babble`: the line does not fall quiet, so nothing can be asked on it. */
  code: "line-down" | "timeout" | "garbled" | "babble" | "line-lost";
  message: string;
}

/** What a driver may do with a line. */
export interface DriverLine {
  exchange<T>(exchange: Exchange<T>): Promise<Result<T, LineError>>;
  send(bytes: Uint8Array, quietMs: number): Promise<Result<void, LineError>>;
}

/** Sees every byte that passes, and the line open and lost. `untrusted`: its answer will be thrown away. */
export type LineTap = (
  seen:
    | { way: "out"; bytes: Uint8Array; untrusted: boolean }
    | { way: "in"; bytes: Uint8Array }
    | { way: "state"; state: "open" | "lost"; reason: string },
) => void;

export interface LineStatistics {
  requests: number;
  answers: number;
  timeouts: number;
  badFrames: number;
  noiseBytes: number;
}
