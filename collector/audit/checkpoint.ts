/**
 * The signed head of the audit log in a file beside the database: whoever cuts the log's tail would have to forge the
 * collector's signature as well. Copy the file away now and then, and nobody can take anything back.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import type { Signer, Verifier } from "@forecourt/protocol/batch/signer.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { AuditHead } from "./chain.ts";

const TITLE = "forecourt-audit-v1";

function statement({ seq, hash }: AuditHead, at: string): string {
  return `${TITLE}\n${seq}\n${hash}\n${at}\n`;
}

/** Writes the head, signed, in one step. @param atMs epoch ms */
export async function writeCheckpoint(file: string, head: AuditHead, signer: Signer, atMs: number): Promise<void> {
  const text = statement(head, formatTime(atMs));
  const signature = Buffer.from(await signer.sign(Buffer.from(text, "utf8"))).toString("base64");
  const handle = openSync(`${file}.new`, "w", 0o644);
  try {
    writeSync(handle, `${text}\n${signature}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(`${file}.new`, file);
}

/**
 * Reads a head that the collector signed.
 * @returns the head; `none` when there is no file, `forged` when it is not what the collector wrote
 */
export function readCheckpoint(file: string, verifier: Verifier): AuditHead | "none" | "forged" {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return "none";
  }
  const match = /^forecourt-audit-v1\n(\d{1,15})\n([0-9a-f]{64})\n(\S+)\n\n(\S+)\n$/.exec(text);
  if (match === null) return "forged";
  const [, seq, hash, at, signature] = match as unknown as [string, string, string, string, string];
  const head = { seq: Number(seq), hash };
  const signed = verifier.verify(Buffer.from(statement(head, at), "utf8"), Buffer.from(signature, "base64"));
  return signed ? head : "forged";
}
