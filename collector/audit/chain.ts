/**
 * The audit log's chain: who did what to whom, each entry hashed over the one before. Pure. A chain that its owner can
 * rewrite proves little by itself, so the collector signs its head into a file beside the database (see checkpoint.ts).
 */
import { createHash } from "node:crypto";
import { type CanonicalValue, canonical } from "@forecourt/protocol/records/canonical.ts";

export interface AuditEntry {
  /** 1, 2, 3 …, never reused */
  seq: number;
  /** epoch ms, the collector's clock */
  atMs: number;
  who: string;
  /** what was done, for example `flag.confirm` */
  action: string;
  /** to whom or what, for example a flag's id */
  subject: string;
  detail: CanonicalValue;
}

export interface ChainedEntry extends AuditEntry {
  hash: Uint8Array;
}

export interface AuditHead {
  seq: number;
  /** hexadecimal */
  hash: string;
}

export interface AuditProblem {
  /** the first entry that is not as it was written */
  seq: number;
  code: "missing" | "order" | "changed" | "cut";
  message: string;
}

/** Stands before the first entry. */
export const AUDIT_GENESIS: Uint8Array = Buffer.alloc(32);

/** The hash of an entry: SHA-256 over the hash before it and its canonical JSON. */
export function entryHash(previous: Uint8Array, { seq, atMs, who, action, subject, detail }: AuditEntry): Buffer {
  const text = canonical({ seq, atMs, who, action, subject, detail });
  return createHash("sha256").update(previous).update(text, "utf8").digest();
}

/**
 * Walks the whole log.
 * @param entries as they are stored, by seq
 * @param head the newest head that was signed; entries after it are fine, entries missing before it are not
 * @returns the head that was reached, or the first place that is wrong
 */
export function verifyAudit(
  entries: Iterable<ChainedEntry>,
  head: AuditHead | undefined,
): { ok: true; head: AuditHead } | { ok: false; problem: AuditProblem } {
  let reached: AuditHead = { seq: 0, hash: Buffer.from(AUDIT_GENESIS).toString("hex") };
  let previous: Uint8Array = AUDIT_GENESIS;
  let lastMs = 0;
  const wrong = (seq: number, code: AuditProblem["code"], message: string) =>
    ({ ok: false, problem: { seq, code, message } }) as const;
  for (const entry of entries) {
    const expected = reached.seq + 1;
    if (entry.seq !== expected) {
      return wrong(expected, "missing", `entry ${expected} is missing; ${entry.seq} comes in its place`);
    }
    const hash = entryHash(previous, entry);
    if (!hash.equals(entry.hash)) {
      return wrong(entry.seq, "changed", `entry ${entry.seq}, or the one before it, is not as it was written`);
    }
    // The clock may be set back by seconds; entries that lie hours before their predecessor were moved.
    if (entry.atMs < lastMs - CLOCK_SLACK_MS) {
      return wrong(entry.seq, "order", `entry ${entry.seq} is older than the one before it`);
    }
    if (head?.seq === entry.seq && head.hash !== hash.toString("hex")) {
      return wrong(entry.seq, "changed", `entry ${entry.seq} is not the one that was signed`);
    }
    previous = hash;
    lastMs = entry.atMs;
    reached = { seq: entry.seq, hash: hash.toString("hex") };
  }
  if (head !== undefined && head.seq > reached.seq) {
    const message = `the log ends with entry ${reached.seq}, but entry ${head.seq} was signed: the tail was cut`;
    return wrong(reached.seq + 1, "cut", message);
  }
  return { ok: true, head: reached };
}

const CLOCK_SLACK_MS = 3_600_000;
