/**
 * The ground of the map as a flat drawing: the grid of degrees where the operator supplied nothing, and where a machine
 * has no WebGL what can be drawn without it: GeoJSON and the pictures of a tile server.
 */
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import type { MapLayerView, MapView } from "../../../../../api/map-schemas.ts";
import { geojsonPath } from "./geojson-path.ts";
import { degreesLabel, graticule } from "./graticule.ts";
import { type Geojson, geojsonQuery, type MapBase, tileAddress } from "./map-data.ts";
import { type Camera, type Size, worldPoint } from "./mercator.ts";
import { tilesOf } from "./tiles.ts";

interface FlatBaseProps {
  map: MapView;
  base: MapBase;
  camera: Camera;
  size: Size;
}

/** Whether the flat drawing can show a layer. */
export function isFlat({ kind }: MapLayerView): boolean {
  return kind === "geojson" || kind === "wmts";
}

export function FlatBase({ map, base, camera, size }: FlatBaseProps) {
  return (
    <svg className="map-flat" width={size.width} height={size.height} aria-hidden="true" data-testid="map-flat">
      {map.layers.length === 0 && <Grid camera={camera} size={size} />}
      {map.layers.map((layer) =>
        layer.kind === "wmts" ? (
          <Pictures key={layer.number} layer={layer} base={base} camera={camera} size={size} />
        ) : null,
      )}
      <Shapes map={map} base={base} camera={camera} size={size} />
    </svg>
  );
}

function Grid({ camera, size }: Pick<FlatBaseProps, "camera" | "size">) {
  return (
    <g className="map-grid">
      {graticule(camera, size).map((line) => {
        const isMeridian = line.kind === "meridian";
        return (
          <g key={`${line.kind} ${line.degrees}`}>
            {isMeridian ? (
              <line x1={line.at} x2={line.at} y1={0} y2={size.height} />
            ) : (
              <line x1={0} x2={size.width} y1={line.at} y2={line.at} />
            )}
            <text x={isMeridian ? line.at + 5 : 8} y={isMeridian ? size.height - 8 : line.at - 5}>
              {degreesLabel(line)}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function Shapes({ map, base, camera, size }: FlatBaseProps) {
  const layers = map.layers.filter(({ kind }) => kind === "geojson");
  const answers = useQueries({ queries: layers.map((layer) => geojsonQuery(base, layer, map.system)) });
  const { x, y } = worldPoint(camera, camera.zoom);
  return (
    <g transform={`translate(${size.width / 2 - x} ${size.height / 2 - y}) scale(${2 ** camera.zoom})`}>
      {answers.map(({ data }, index) =>
        data === undefined ? null : <Shape key={layers[index]!.number} content={data} />,
      )}
    </g>
  );
}

function Shape({ content }: { content: Geojson }) {
  const { areas, lines } = useMemo(() => geojsonPath(content), [content]);
  return (
    <>
      <path className="map-area" d={areas} />
      <path className="map-line" d={lines} />
    </>
  );
}

function Pictures({ layer, base, camera, size }: Omit<FlatBaseProps, "map"> & { layer: MapLayerView }) {
  const address = tileAddress(base, layer);
  return (
    <g>
      {tilesOf(camera, size, layer.minZoom ?? 0, layer.maxZoom ?? 18).map(({ z, x, y, left, top, edge }) => (
        <image
          key={`${z}/${x}/${y}`}
          href={address.replace("{z}", `${z}`).replace("{x}", `${x}`).replace("{y}", `${y}`)}
          x={left}
          y={top}
          width={edge}
          height={edge}
        />
      ))}
    </g>
  );
}
