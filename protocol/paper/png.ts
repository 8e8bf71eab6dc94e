/**
 * Whether a PNG can be put on paper. The library that sets paper believes the sizes that a picture states, and unpacks
 * it where no error can be caught: a picture from outside is looked through before (PNG, ISO/IEC 15948). Pure.
 */
import { inflateSync } from "node:zlib";

const MAGIC = "89504e470d0a1a0a";
const MOST_PIXELS = 50_000_000;
const HEADER_BYTES = 13;
/** Samples of a pixel by colour type. */
const SAMPLES: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const HIGHEST_FILTER = 4;

interface Png {
  header: Buffer;
  data: Buffer[];
  names: Set<string>;
}

/** Whether these bytes begin as a PNG does. */
export function isPng(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, MAGIC.length / 2)).toString("hex") === MAGIC;
}

/** Whether a PNG is whole and of a size that paper can take. An interlaced one is not read. */
export function isPaperPng(bytes: Uint8Array): boolean {
  const png = chunksOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (png === undefined) return false;
  const [width, height] = [png.header.readUInt32BE(0), png.header.readUInt32BE(4)];
  const [bits, colour, compression, filter, interlace] = png.header.subarray(8);
  const samples = SAMPLES[colour!];
  if (samples === undefined || compression !== 0 || filter !== 0 || interlace !== 0) return false;
  if (![1, 2, 4, 8, 16].includes(bits!) || width * height === 0 || width * height > MOST_PIXELS) return false;
  // Without transparency the picture goes into the paper packed as it is.
  if (colour !== 4 && colour !== 6 && !png.names.has("tRNS")) return true;
  return unpacks(Buffer.concat(png.data), Math.ceil((width * samples * bits!) / 8) + 1, height);
}

function chunksOf(bytes: Buffer): Png | undefined {
  const png: Png = { header: Buffer.alloc(0), data: [], names: new Set() };
  for (let at = MAGIC.length / 2; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const name = bytes.toString("latin1", at + 4, at + 8);
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (body.length < length) return undefined;
    png.names.add(name);
    if (name === "IHDR" && length === HEADER_BYTES) png.header = body;
    if (name === "IDAT") png.data.push(body);
    if (name === "IEND") return png.header.length > 0 && png.data.length > 0 ? png : undefined;
    at += 12 + length;
  }
  return undefined;
}

function unpacks(packed: Buffer, lineBytes: number, lines: number): boolean {
  try {
    const pixels = inflateSync(packed, { maxOutputLength: lineBytes * lines });
    if (pixels.length !== lineBytes * lines) return false;
    for (let at = 0; at < pixels.length; at += lineBytes) if (pixels[at]! > HIGHEST_FILTER) return false;
    return true;
  } catch {
    return false;
  }
}
