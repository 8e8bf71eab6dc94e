/** What lies below the stations: asked once, since it changes only with the collector's configuration. */
import { queryOptions } from "@tanstack/react-query";
import type { MapLayerView, MapView } from "../../../../../api/map-schemas.ts";
import { get } from "../../../data/client.ts";
import { drawnGeojson } from "./systems.ts";

/** Where the routes of the map stand: another place for a wall, which may see nothing else. */
export type MapBase = "/map" | "/wall/map";

export const mapQuery = (base: MapBase) =>
  queryOptions({
    queryKey: ["map", base] as const,
    queryFn: () => get<MapView>(base),
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
  });

/** The address of a layer's file. MapLibre's worker needs it whole. */
export function fileAddress(base: MapBase, layer: Pick<MapLayerView, "number">): string {
  return `${window.location.origin}/api/v1${base}/layers/${layer.number}/file`;
}

/** The address of a layer's tiles, with {z}, {x} and {y}. */
export function tileAddress(base: MapBase, layer: Pick<MapLayerView, "number">): string {
  return `${window.location.origin}/api/v1${base}/layers/${layer.number}/tiles/{z}/{x}/{y}`;
}

/** GeoJSON, as far as it is drawn here. */
export type Geometry =
  | { type: "Point" | "MultiPoint"; coordinates: unknown }
  | { type: "LineString"; coordinates: Position[] }
  | { type: "MultiLineString" | "Polygon"; coordinates: Position[][] }
  | { type: "MultiPolygon"; coordinates: Position[][][] }
  | { type: "GeometryCollection"; geometries: Geometry[] };
export type Position = [lng: number, lat: number, ...rest: number[]];
export type Geojson =
  | Geometry
  | { type: "Feature"; geometry: Geometry | null }
  | { type: "FeatureCollection"; features: { type: "Feature"; geometry: Geometry | null }[] };

/** A layer of GeoJSON, in the system of the map. */
export const geojsonQuery = (base: MapBase, layer: MapLayerView, system: MapView["system"]) =>
  queryOptions({
    queryKey: ["map", base, layer.number, system] as const,
    queryFn: async () => drawnGeojson(await get<Geojson>(`${base}/layers/${layer.number}/file`), layer.system, system),
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
  });
