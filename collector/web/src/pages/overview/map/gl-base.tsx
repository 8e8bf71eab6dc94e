/**
 * The ground of the map drawn by MapLibre: the operator's tiles and GeoJSON. It only draws; moving and picking are the
 * page's own, the same as without WebGL. Loaded apart, since the library is larger than the rest of the page.
 */
import { useQueries } from "@tanstack/react-query";
import { addProtocol, type GeoJSONSource, Map as GlMap, type MapOptions, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { PMTiles, Protocol } from "pmtiles";
import { useEffect, useRef, useState } from "react";
import type { MapLayerView, MapView } from "../../../../../api/map-schemas.ts";
import { INKS, type MapInk, shapeLayers, vectorLayers } from "./gl-style.ts";
import { fileAddress, geojsonQuery, type MapBase, tileAddress } from "./map-data.ts";
import type { Camera } from "./mercator.ts";

setWorkerUrl(workerUrl);
const archives = new Protocol();
addProtocol("pmtiles", archives.tile);

interface GlBaseProps {
  map: MapView;
  base: MapBase;
  camera: Camera;
  tone: "light" | "dark";
  /** the machine cannot draw it after all */
  onFailed: () => void;
  /** something of a layer did not come */
  onTrouble: () => void;
}

export default function GlBase({ map, base, camera, tone, onFailed, onTrouble }: GlBaseProps) {
  const place = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<GlMap>();
  const shapes = map.layers.filter(({ kind }) => kind === "geojson");
  const contents = useQueries({ queries: shapes.map((layer) => geojsonQuery(base, layer, map.system)) });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the camera is followed below, the rest never changes
  useEffect(() => {
    if (place.current === null) return undefined;
    const made = open(place.current, camera, INKS[tone]);
    if (made === undefined) {
      onFailed();
      return undefined;
    }
    made.on("error", onTrouble);
    made.on("webglcontextlost", onFailed);
    made.once("style.load", () => {
      void addLayers(made, map, base, INKS[tone], onTrouble).then(() => setDrawn(made));
    });
    return () => made.remove();
  }, [map, base, tone]);
  useEffect(() => {
    drawn?.jumpTo({ center: [camera.lng, camera.lat], zoom: camera.zoom });
  }, [drawn, camera]);
  const loaded = contents.map(({ data }) => data);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is another one each time, its parts are not
  useEffect(() => {
    loaded.forEach((content, index) => {
      const source = drawn?.getSource<GeoJSONSource>(sourceOf(shapes[index]!));
      if (content !== undefined) source?.setData(content as Parameters<GeoJSONSource["setData"]>[0]);
    });
  }, [drawn, ...loaded]);
  return (
    <div ref={place} className="map-gl" aria-hidden="true" data-testid="map-gl" data-drawn={drawn !== undefined} />
  );
}

/** @returns undefined when WebGL does not work after all */
function open(container: HTMLElement, camera: Camera, ink: MapInk): GlMap | undefined {
  const options: MapOptions = {
    container,
    center: [camera.lng, camera.lat],
    zoom: camera.zoom,
    interactive: false,
    attributionControl: false,
    fadeDuration: 0,
    style: {
      version: 8,
      sources: {},
      layers: [{ id: "ground", type: "background", paint: { "background-color": ink.ground } }],
    },
  };
  try {
    return new GlMap(options);
  } catch {
    return undefined;
  }
}

function sourceOf({ number }: MapLayerView): string {
  return `layer ${number}`;
}

/** Lays every layer on the ones before it. One that cannot be had is left out. */
async function addLayers(gl: GlMap, map: MapView, base: MapBase, ink: MapInk, onTrouble: () => void): Promise<void> {
  for (const layer of map.layers) {
    const source = sourceOf(layer);
    const { maxZoom } = layer;
    const zooms = { minzoom: layer.minZoom ?? 0, maxzoom: maxZoom ?? 22 };
    if (layer.kind === "geojson") {
      gl.addSource(source, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
      for (const one of shapeLayers(source, ink)) gl.addLayer(one);
    } else if (layer.kind === "wmts") {
      gl.addSource(source, { type: "raster", tileSize: 256, tiles: [tileAddress(base, layer)], ...zooms });
      gl.addLayer({ id: source, type: "raster", source });
    } else {
      const archive = new PMTiles(fileAddress(base, layer));
      archives.add(archive);
      const tiles = [`pmtiles://${fileAddress(base, layer)}/{z}/{x}/{y}`];
      if (layer.kind === "picture-tiles") {
        gl.addSource(source, { type: "raster", tileSize: 256, tiles, ...zooms });
        gl.addLayer({ id: source, type: "raster", source });
        continue;
      }
      gl.addSource(source, { type: "vector", tiles, ...zooms });
      const names = await layerNames(archive).catch(() => undefined);
      if (names === undefined) onTrouble();
      for (const name of names ?? []) for (const one of vectorLayers(source, name, ink)) gl.addLayer(one);
    }
  }
}

async function layerNames(archive: PMTiles): Promise<string[]> {
  const metadata = (await archive.getMetadata()) as { vector_layers?: { id?: unknown }[] } | undefined;
  return (metadata?.vector_layers ?? []).map(({ id }) => id).filter((id) => typeof id === "string");
}
