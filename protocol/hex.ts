/** Bytes as text, the way raw frames are kept as evidence: upper-case hexadecimal without spaces. */

const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, "0"));

/** Upper-case hexadecimal of `bytes`, two characters a byte, no separators. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += PAIRS[byte];
  return text;
}

/**
 * The bytes written in `text`; either case, white space tolerated anywhere.
 * @throws RangeError when a character is not hexadecimal or a digit is left over.
 */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/\s+/g, "");
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(digits)) {
    throw new RangeError(`not pairs of hexadecimal digits: "${text.slice(0, 60)}"`);
  }
  const bytes = new Uint8Array(digits.length / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16);
  }
  return bytes;
}
