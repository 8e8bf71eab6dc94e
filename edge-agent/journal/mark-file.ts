/**
 * A small file beside the journal that outlives it: up to which seq numbers may have been used, and the last place the
 * collector acknowledged. It is written through to the disk before a number beyond it is used, so that a journal that
 * cannot be read any more never leads to a number used twice.
 */
import { readFileSync } from "node:fs";
import { GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";
import { replaceFile } from "../disk/replace-file.ts";
import type { Position } from "./tables.ts";

export interface Mark {
  /** Numbers up to and with this one may have been used. */
  reservedSeq: number;
  acknowledged: Position;
}

/** So many numbers are reserved at a time: one small write in so many records. */
export const RESERVED_AT_A_TIME = 10_000;

/** Reads the file. @returns undefined when there is none, or it says nothing that can be used */
export function readMark(file: string): Mark | undefined {
  try {
    const read = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    const { reservedSeq, acknowledgedSeq, acknowledgedHash } = read;
    if (!isSeq(reservedSeq) || !isSeq(acknowledgedSeq) || typeof acknowledgedHash !== "string") return undefined;
    const hash = Buffer.from(acknowledgedHash, "hex");
    return hash.length === GENESIS_HASH.length
      ? { reservedSeq, acknowledged: { seq: acknowledgedSeq, hash } }
      : undefined;
  } catch {
    return undefined;
  }
}

function isSeq(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Writes the file so that a power cut leaves the old one or the new one. @throws when the disk refuses */
export function writeMark(file: string, { reservedSeq, acknowledged }: Mark): void {
  const text = JSON.stringify({
    reservedSeq,
    acknowledgedSeq: acknowledged.seq,
    acknowledgedHash: acknowledged.hash.toString("hex"),
  });
  replaceFile(file, `${text}\n`);
}
