/**
 * The hash chain of a journal: hash(n) = SHA-256(hash(n-1) ‖ line(n)), with 32 zero bytes before the first line.
 * Changing, removing or reordering any committed line changes every later hash.
 */
import { hash } from "node:crypto";

export const HASH_BYTES = 32;

/** What stands before the first record of a journal. */
export const GENESIS_HASH: Buffer = Buffer.alloc(HASH_BYTES);

/** One call on bytes that lie together is a third faster than a hash object fed twice; no call is ever nested. */
let scratch = Buffer.alloc(4_096);

/**
 * The hash of one journal line.
 * @param previous the 32-byte hash of the line before, or {@link GENESIS_HASH}
 * @param line the canonical line, without a line end
 * @returns 32 bytes
 */
export function chainHash(previous: Uint8Array, line: string): Buffer {
  // A UTF-16 unit takes at most three bytes in UTF-8.
  const room = HASH_BYTES + line.length * 3;
  if (scratch.length < room) scratch = Buffer.alloc(room);
  scratch.set(previous, 0);
  const length = scratch.write(line, HASH_BYTES, "utf8");
  return hash("sha256", scratch.subarray(0, HASH_BYTES + length), "buffer");
}

/**
 * SHA-256 of some bytes, as lower-case hex.
 */
export function sha256Hex(bytes: Uint8Array | string): string {
  return hash("sha256", bytes, "hex");
}
