/** The head of a PMTiles archive, version 3: 127 bytes that say what kind of tiles it holds, and of where. Pure. */

/** Bytes of the head. */
export const HEAD_BYTES = 127;

export interface PmtilesHead {
  tiles: "vector" | "picture";
  minZoom: number;
  maxZoom: number;
  /** west, south, east, north, 0.000001° */
  boundsUdeg: readonly [number, number, number, number];
}

/** Where the fields lie; from the specification of PMTiles, version 3. */
const AT = { version: 7, tileType: 99, minZoom: 100, maxZoom: 101, bounds: 102 } as const;
/** Tile types: 1 is Mapbox vector tiles; 2 to 5 are PNG, JPEG, WebP and AVIF. */
const VECTOR = 1;
const LAST_PICTURE = 5;
/** The archive counts 0.0000001°. */
const E7_PER_UDEG = 10;

/**
 * Reads the head.
 * @param bytes the first bytes of the file
 * @returns what it says, or why it cannot be used
 */
export function pmtilesHead(bytes: Buffer): PmtilesHead | string {
  if (bytes.length < HEAD_BYTES || bytes.toString("latin1", 0, 7) !== "PMTiles") return "it is no PMTiles archive";
  const version = bytes.readUInt8(AT.version);
  if (version !== 3) return `it is a PMTiles archive of version ${version}`;
  const type = bytes.readUInt8(AT.tileType);
  if (type < VECTOR || type > LAST_PICTURE) return `its tiles are of the unknown type ${type}`;
  const edge = (index: number) => Math.round(bytes.readInt32LE(AT.bounds + index * 4) / E7_PER_UDEG);
  return {
    tiles: type === VECTOR ? "vector" : "picture",
    minZoom: bytes.readUInt8(AT.minZoom),
    maxZoom: bytes.readUInt8(AT.maxZoom),
    boundsUdeg: [edge(0), edge(1), edge(2), edge(3)],
  };
}
