/** What the accounts of the wire have in common: answers with their instants, records with theirs, and bytes as text. */
import type { JournalRecord, RecordKind, RecordOf } from "@forecourt/protocol/records/schema.ts";
import type { WireAnswer } from "@forecourt/simulators/lines/answering-port.ts";

/** An answer of a device. `at`: true milliseconds since the run began, as everywhere here. */
export interface Answered extends WireAnswer {
  at: number;
  /** A fault is in force that may keep it from the agent, or spoil it. */
  disturbed: boolean;
  /** Cross-talk: the figures are those of another nozzle. */
  foreign: boolean;
}

/** A record, and when it was truly made, whatever the gateway's clock said. */
export interface Told<Kind extends RecordKind = RecordKind> {
  record: Extract<JournalRecord, { kind: Kind }>;
  at: number;
}

/** When a line was pulled, or everything lost its power: what was answered just before may not have arrived. */
export interface Cut {
  at: number;
  /** Undefined: all devices. */
  device: string | undefined;
}

/** What an account found. */
export interface Verdict {
  /** In words, each a difference between the wire and the records. */
  faults: string[];
  /** Records that were held against the wire, by kind. */
  compared: Partial<Record<RecordKind, number>>;
}

/** An answer is on its way, and its record in the making, for no longer than this, ms. */
export const ON_ITS_WAY_MS = 10_000;

/** The records of one kind, in order. */
export function toldOf<Kind extends RecordKind>(
  told: readonly Told[],
  kind: Kind,
): (Told & { record: RecordOf<Kind> })[] {
  return told.filter((one): one is Told & { record: RecordOf<Kind> } => one.record.kind === kind);
}

/** Whether an answer at an instant may not have reached the agent. */
export function isUncertain(cuts: readonly Cut[], device: string, at: number): boolean {
  return cuts.some((cut) => (cut.device ?? device) === device && at <= cut.at && cut.at - at < ON_ITS_WAY_MS);
}

/** Bytes as the records keep them. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex").toUpperCase();
}

/** The bytes of a raw text of a record. */
export function bytesOf(text: string): Buffer {
  return Buffer.from(text, "hex");
}

/** Characters of a frame. */
export function characters(frame: Uint8Array, from: number, length: number): string {
  return Buffer.from(frame.subarray(from, from + length)).toString("latin1");
}

/** Where two sets of named values differ, in words; undefined when they do not. */
export function difference(expected: object, told: object): string | undefined {
  const wrong = Object.entries(expected).filter(([name, value]) => (told as Record<string, unknown>)[name] !== value);
  if (wrong.length === 0) return undefined;
  return wrong
    .map(
      ([name, value]) =>
        `${name} is ${JSON.stringify((told as Record<string, unknown>)[name])} for ${JSON.stringify(value)}`,
    )
    .join(", ");
}
