/** GeoJSON as paths of SVG, in the pixels of the world at zoom 0. Pure. */
import type { Geojson, Geometry, Position } from "./map-data.ts";
import { worldPoint } from "./mercator.ts";

/** Areas are filled and edged, lines only drawn; single points say nothing below stations and are left out. */
export function geojsonPath(content: Geojson): { areas: string; lines: string } {
  const areas: string[] = [];
  const lines: string[] = [];
  for (const geometry of geometriesOf(content)) {
    if (geometry.type === "Polygon") areas.push(...geometry.coordinates.map(ring));
    else if (geometry.type === "MultiPolygon") areas.push(...geometry.coordinates.flat().map(ring));
    else if (geometry.type === "LineString") lines.push(path(geometry.coordinates));
    else if (geometry.type === "MultiLineString") lines.push(...geometry.coordinates.map(path));
  }
  return { areas: areas.join(""), lines: lines.join("") };
}

function geometriesOf(content: Geojson): Geometry[] {
  if (content.type === "FeatureCollection") return content.features.flatMap(geometriesOf);
  if (content.type === "Feature") return content.geometry === null ? [] : geometriesOf(content.geometry);
  return content.type === "GeometryCollection" ? content.geometries.flatMap(geometriesOf) : [content];
}

function path(positions: readonly Position[]): string {
  const points = positions.map(([lng, lat]) => worldPoint({ lng, lat }, 0));
  // A pixel of the deepest zoom is 1/262144 of one at zoom 0.
  return points.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${x.toFixed(6)} ${y.toFixed(6)}`).join("");
}

function ring(positions: readonly Position[]): string {
  return positions.length === 0 ? "" : `${path(positions)}Z`;
}
