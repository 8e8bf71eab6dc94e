/** Small files of maps for tests, made up: an invented coast and a picture of one colour. No real boundary is drawn. */
import { deflateSync, gzipSync } from "node:zlib";

/** An invented area around 101° E, 22° N, in GeoJSON. */
export const INVENTED_AREA = {
  type: "FeatureCollection",
  features: [
    {
      type: "Feature",
      properties: {},
      geometry: {
        type: "Polygon",
        coordinates: [
          [
            [100.2, 21.6],
            [101.4, 21.4],
            [101.8, 22.2],
            [100.9, 22.6],
            [100.2, 21.6],
          ],
        ],
      },
    },
    {
      type: "Feature",
      properties: {},
      geometry: {
        type: "LineString",
        coordinates: [
          [100, 22],
          [102, 21.8],
        ],
      },
    },
  ],
};

/** A PMTiles archive, version 3, with one picture of one colour for the whole world. */
export function pictureArchive(): Buffer {
  const tile = onePixel();
  // One entry: tile 0, run of 1, its length, its offset + 1; then the metadata.
  const root = Buffer.concat([Buffer.from([1, 0, 1]), varint(tile.length), Buffer.from([1])]);
  const metadata = Buffer.from("{}");
  const head = Buffer.alloc(127);
  head.write("PMTiles", 0, "latin1");
  head.writeUInt8(3, 7);
  const place = (at: number, offset: number, length: number) => {
    head.writeBigUInt64LE(BigInt(offset), at);
    head.writeBigUInt64LE(BigInt(length), at + 8);
  };
  place(8, 127, root.length);
  place(24, 127 + root.length, metadata.length);
  place(40, 127 + root.length + metadata.length, 0);
  place(56, 127 + root.length + metadata.length, tile.length);
  for (const at of [72, 80, 88]) head.writeBigUInt64LE(1n, at);
  head.writeUInt8(1, 96);
  // Nothing is compressed but the picture itself; the tiles are PNG.
  head.writeUInt8(1, 97);
  head.writeUInt8(1, 98);
  head.writeUInt8(2, 99);
  const edges = [-1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000];
  edges.forEach((edge, index) => {
    head.writeInt32LE(edge, 102 + index * 4);
  });
  return Buffer.concat([head, root, metadata, tile]);
}

/** A PNG of one pixel: a light green that no screen of ours uses. */
export function onePixel(): Buffer {
  const chunk = (name: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    // A gzip ends with the CRC-32 of what it holds, which is the one that PNG wants.
    const crc = Buffer.from(gzipSync(body).subarray(-8, -4)).reverse();
    return Buffer.concat([length, body, crc]);
  };
  const head = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(Buffer.from([0, 0x9c, 0xe8, 0xa0]))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 128);
  }
}
