/**
 * The hash chain of a journal: hash(n) = SHA-256(hash(n-1) ‖ line(n)), with 32 zero bytes before the first line.
 * Changing, removing or reordering any committed line changes every later hash.
 */
import { createHash, hash } from "node:crypto";

export const HASH_BYTES = 32;

/** What stands before the first record of a journal. */
export const GENESIS_HASH: Buffer = Buffer.alloc(HASH_BYTES);

/**
 * The hash of one journal line.
 * @param previous the 32-byte hash of the line before, or {@link GENESIS_HASH}
 * @param line the canonical line, without a line end
 * @returns 32 bytes
 */
export function chainHash(previous: Uint8Array, line: string): Buffer {
  return createHash("sha256").update(previous).update(line, "utf8").digest();
}

/**
 * SHA-256 of some bytes, as lower-case hex.
 */
export function sha256Hex(bytes: Uint8Array | string): string {
  return hash("sha256", bytes, "hex");
}
