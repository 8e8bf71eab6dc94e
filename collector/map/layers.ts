/**
 * The layers of the map as the collector serves them: each is looked at when the collector starts, so that what is wrong
 * is said then, with a cure, and not by an empty map.
 */
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { limits } from "../limits.ts";
import { HEAD_BYTES, type PmtilesHead, pmtilesHead } from "./pmtiles-header.ts";
import type { LayerFile, LayerSystem, MapConfig } from "./schema.ts";

interface Common {
  name: string;
  system: LayerSystem;
  attribution: string | null;
}
export type MapLayer = Common &
  (
    | { kind: "pmtiles"; file: string; head: PmtilesHead }
    | { kind: "geojson"; file: string }
    /** @property address template with {z}, {x} and {y} */
    | { kind: "wmts"; address: string; minZoom: number; maxZoom: number }
  );

/** Something wrong with a layer: `layers.<index>.<field>`. */
export interface LayerFault {
  index: number;
  field: string | undefined;
  message: string;
  expected: string;
  cure: string;
}

const MOST_ZOOM = 18;
const GEOJSON_TYPES = new Set([
  ...["FeatureCollection", "Feature", "GeometryCollection", "Point", "MultiPoint"],
  ...["LineString", "MultiLineString", "Polygon", "MultiPolygon"],
]);
/** What GeoJSON of before 2016 may say when it is in WGS-84 all the same. */
const WGS84_NAMES = /^urn:ogc:def:crs:(OGC:1\.3:CRS84|EPSG::4326)$/;

/**
 * Looks at every layer.
 * @param beside makes a path of the configuration absolute
 */
export function readLayers(
  { layers }: MapConfig,
  beside: (path: string) => string,
): { layers: MapLayer[]; faults: LayerFault[] } {
  const read: MapLayer[] = [];
  const faults: LayerFault[] = [];
  layers.forEach((layer, index) => {
    const found = readLayer(layer, beside);
    if ("message" in found) faults.push({ index, ...found });
    else read.push(found);
  });
  return { layers: read, faults: [...faults, ...systemFaults(layers)] };
}

/** In which system the map is drawn: that of its tiles, which cannot be shifted; WGS-84 where there are none. */
export function drawnSystem(layers: readonly MapLayer[]): LayerSystem {
  return layers.find(({ kind }) => kind !== "geojson")?.system ?? "wgs84";
}

type Fault = Omit<LayerFault, "index">;

function readLayer(layer: LayerFile, beside: (path: string) => string): MapLayer | Fault {
  const given = (["pmtiles", "geojson", "wmts"] as const).filter((kind) => layer[kind] !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    const message = kind === undefined ? "the layer has no source" : `the layer has ${given.length} sources`;
    const cure = "Give each layer one source; add another layer for another one.";
    return { field: undefined, message, expected: "pmtiles, geojson or wmts, one of them", cure };
  }
  const { name, system = "wgs84", attribution = null, minZoom, maxZoom } = layer;
  const common = { name, system, attribution };
  if (kind === "wmts") return wmtsLayer(common, layer.wmts!, minZoom ?? 0, maxZoom ?? MOST_ZOOM);
  if (minZoom !== undefined || maxZoom !== undefined) {
    const cure = "Take minZoom and maxZoom out: the file itself says how far it goes.";
    return { field: kind, message: "only a tile server has zooms here", expected: "a file alone", cure };
  }
  const file = beside(layer[kind]!);
  return kind === "pmtiles" ? pmtilesLayer(common, file) : geojsonLayer(common, file);
}

function pmtilesLayer(common: Common, file: string): MapLayer | Fault {
  const head = attempt(() => pmtilesHead(firstBytes(file)));
  if (typeof head === "string") {
    return { field: "pmtiles", message: head, expected: "a PMTiles archive of version 3", cure: "Check the file." };
  }
  return { ...common, kind: "pmtiles", file, head };
}

function geojsonLayer(common: Common, file: string): MapLayer | Fault {
  const wrong = attempt(() => geojsonFault(file));
  if (wrong === undefined) return { ...common, kind: "geojson", file };
  return { field: "geojson", message: wrong, expected: "a GeoJSON file", cure: "Check the file." };
}

function wmtsLayer(common: Common, address: string, minZoom: number, maxZoom: number): MapLayer | Fault {
  const field = "wmts";
  const missing = ["{z}", "{x}", "{y}"].filter((place) => !address.includes(place));
  if (missing.length > 0) {
    const cure = "Put them where the tile's matrix, column and row stand in the address.";
    return { field, message: `${missing.join(", ")} is missing`, expected: "an address with {z}, {x} and {y}", cure };
  }
  const url = URL.parse(address);
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    return { field, message: "it is no http address", expected: "http://… or https://…", cure: "Mend the address." };
  }
  if (minZoom > maxZoom) {
    return { field: "minZoom", message: "it is above maxZoom", expected: "at most maxZoom", cure: "Exchange them." };
  }
  return { ...common, kind: "wmts", address, minZoom, maxZoom };
}

/** Tiles are pictures: two in different systems cannot lie on each other. */
function systemFaults(layers: readonly LayerFile[]): LayerFault[] {
  const tiles = layers.flatMap((layer, index) => (layer.geojson === undefined ? [{ layer, index }] : []));
  const first = tiles[0]?.layer.system ?? "wgs84";
  const expected = `${first}, as the first layer of tiles`;
  const cure = "Take tiles of one system; GeoJSON may be in another, it is converted.";
  return tiles
    .filter(({ layer }) => (layer.system ?? "wgs84") !== first)
    .map(({ index }) => ({ index, field: "system", message: "the tiles do not fit each other", expected, cure }));
}

/** What reads a file says; where it cannot be read, why. */
function attempt<Found>(read: () => Found): Found | string {
  try {
    return read();
  } catch (error) {
    return (error as Error).message;
  }
}

function firstBytes(file: string): Buffer {
  const descriptor = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(HEAD_BYTES);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(descriptor);
  }
}

function geojsonFault(file: string): string | undefined {
  const { size } = statSync(file);
  const most = limits.map.geojsonBytes;
  if (size > most) return `it has ${size} bytes, more than the ${most} that a page can take: make it PMTiles`;
  const content: unknown = JSON.parse(readFileSync(file, "utf8"));
  const { type, crs } = (typeof content === "object" && content !== null ? content : {}) as Record<string, unknown>;
  if (typeof type !== "string" || !GEOJSON_TYPES.has(type)) return "it is no GeoJSON";
  const name = (crs as { properties?: { name?: unknown } } | undefined)?.properties?.name;
  if (crs !== undefined && !WGS84_NAMES.test(String(name))) return "its coordinates are not in degrees (member `crs`)";
  return undefined;
}
