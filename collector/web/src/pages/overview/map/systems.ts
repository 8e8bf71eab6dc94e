/**
 * Coordinate systems of the map. Stations are kept in WGS-84; a map drawn in GCJ-02, which lies some 500 m beside it in
 * China, wants them converted, and so does GeoJSON of the other system.
 */
import gcoord from "gcoord";
import type { MapView } from "../../../../../api/map-schemas.ts";
import type { LngLat } from "./mercator.ts";

type LayerSystem = MapView["system"];

const SYSTEMS = { wgs84: gcoord.WGS84, gcj02: gcoord.GCJ02 } as const;

/** A station's place as it is drawn. @param location WGS-84, 0.000001° */
export function drawnPlace(location: { longitudeUdeg: number; latitudeUdeg: number }, system: LayerSystem): LngLat {
  const told: [number, number] = [location.longitudeUdeg / 1e6, location.latitudeUdeg / 1e6];
  const [lng, lat] = system === "wgs84" ? told : gcoord.transform(told, SYSTEMS.wgs84, SYSTEMS[system]);
  return { lng, lat };
}

/** GeoJSON in the system of the map; the same object where it is in that already. */
export function drawnGeojson<Content extends object>(content: Content, from: LayerSystem, to: LayerSystem): Content {
  if (from === to) return content;
  return gcoord.transform(structuredClone(content) as never, SYSTEMS[from], SYSTEMS[to]) as unknown as Content;
}
