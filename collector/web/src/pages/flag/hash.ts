/**
 * Works out a record's hash again: SHA-256 of the previous hash's 32 bytes followed by the line in UTF-8 (the same rule
 * as protocol/records/chain.ts, written apart because that one needs Node).
 */

/** unchecked: the browser gives no SHA-256 to pages that were not loaded securely. */
export type HashVerdict = "right" | "wrong" | "unchecked";

/** @param record the line, and both hashes as 64 hex digits */
export async function verifyHash(record: { line: string; hash: string; previousHash: string }): Promise<HashVerdict> {
  const digest = globalThis.crypto?.subtle;
  if (digest === undefined) return "unchecked";
  const previous = bytesOf(record.previousHash);
  if (previous === undefined) return "wrong";
  const line = new TextEncoder().encode(record.line);
  const hashed = new Uint8Array(previous.length + line.length);
  hashed.set(previous);
  hashed.set(line, previous.length);
  const found = new Uint8Array(await digest.digest("SHA-256", hashed));
  const hex = Array.from(found, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex === record.hash.toLowerCase() ? "right" : "wrong";
}

function bytesOf(hex: string): Uint8Array | undefined {
  if (!/^[0-9a-f]{64}$/i.test(hex)) return undefined;
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
