/** Words inside a PNG file that no eye sees: international text chunks (PNG specification, 11.3.4.5), after its header. */

/** The signature, and the header chunk: length, name, thirteen bytes, check sum. */
const AFTER_HEADER = 8 + 4 + 4 + 13 + 4;

/** @param texts by keyword: Latin letters, at most 79 */
export function withText(png: Uint8Array, texts: Readonly<Record<string, string>>): Uint8Array {
  const chunks = Object.entries(texts).map(([keyword, text]) => chunkOf(keyword, text));
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, png.length);
  const file = new Uint8Array(length);
  file.set(png.subarray(0, AFTER_HEADER), 0);
  let at = AFTER_HEADER;
  for (const chunk of chunks) {
    file.set(chunk, at);
    at += chunk.length;
  }
  file.set(png.subarray(AFTER_HEADER), at);
  return file;
}

function chunkOf(keyword: string, text: string): Uint8Array {
  const bytes = new TextEncoder();
  // Keyword, not compressed, no language, no translated keyword.
  const data = new Uint8Array([...bytes.encode(`iTXt${keyword}`), 0, 0, 0, 0, 0, ...bytes.encode(text)]);
  const chunk = new Uint8Array(4 + data.length + 4);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length - 4);
  chunk.set(data, 4);
  view.setUint32(4 + data.length, crc32(data));
  return chunk;
}

/** The check sum of PNG chunks: CRC-32 of ISO 3309, reflected 0x04C11DB7. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
