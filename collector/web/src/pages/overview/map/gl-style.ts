/** How the layers of an operator look in MapLibre: quiet, so that the stations stand out. No glyphs, no sprites. Pure. */
import type { LayerSpecification } from "maplibre-gl";

export interface MapInk {
  ground: string;
  area: string;
  water: string;
  green: string;
  line: string;
  road: string;
  border: string;
}

export const INKS: Readonly<Record<"light" | "dark", MapInk>> = {
  light: {
    ground: "#f4f7f7",
    area: "#eaf0ef",
    water: "#cfe0e6",
    green: "#e1ecdf",
    line: "#b9c8cb",
    road: "#cdd6d8",
    border: "#8fa5ab",
  },
  dark: {
    ground: "#082028",
    area: "#0c2c35",
    water: "#0a3a4a",
    green: "#0d3431",
    line: "#2b5560",
    road: "#1d4450",
    border: "#4a7a86",
  },
};

/** Layers of vector tiles are named by whoever made them: these words are usual in the schemas in use. */
const KINDS: readonly (readonly [RegExp, "water" | "green" | "road" | "border" | "none"])[] = [
  [/bound|admin|county|border|界/i, "border"],
  [/water|ocean|river|lake|hydro|水/i, "water"],
  [/park|green|wood|forest|landcover|landuse|natural|earth/i, "green"],
  [/road|transport|highway|street|rail|道路/i, "road"],
  // Words cannot be written without glyphs, and houses only disturb.
  [/poi|place|label|name|building|address|housenumber/i, "none"],
];

/** What is drawn of one layer of vector tiles. @param source the id of its source */
export function vectorLayers(source: string, layer: string, ink: MapInk): LayerSpecification[] {
  const kind = KINDS.find(([words]) => words.test(layer))?.[1];
  if (kind === "none") return [];
  const common = { source, "source-layer": layer };
  const lines: LayerSpecification = {
    ...{ id: `${source} ${layer} line`, type: "line", ...common },
    filter: ["in", ["geometry-type"], ["literal", ["LineString", "MultiLineString"]]],
    paint: {
      "line-color":
        kind === "road" ? ink.road : kind === "water" ? ink.water : kind === "border" ? ink.border : ink.line,
      "line-width": kind === "border" ? 1.4 : 1,
    },
  };
  if (kind === "road") return [lines];
  const areas: LayerSpecification = {
    ...{ id: `${source} ${layer} area`, type: "fill", ...common },
    filter: ["in", ["geometry-type"], ["literal", ["Polygon", "MultiPolygon"]]],
    paint: {
      "fill-color": kind === "water" ? ink.water : kind === "green" ? ink.green : ink.area,
      "fill-opacity": kind === "border" ? 0 : 1,
      "fill-outline-color": kind === "border" ? ink.border : ink.line,
    },
  };
  return [areas, lines];
}

/** What is drawn of GeoJSON. */
export function shapeLayers(source: string, ink: MapInk): LayerSpecification[] {
  const areas: LayerSpecification = {
    ...{ id: `${source} area`, type: "fill", source },
    filter: ["in", ["geometry-type"], ["literal", ["Polygon", "MultiPolygon"]]],
    paint: { "fill-color": ink.area, "fill-opacity": 0.55 },
  };
  const lines: LayerSpecification = {
    ...{ id: `${source} line`, type: "line", source },
    paint: { "line-color": ink.border, "line-width": 1.2 },
  };
  return [areas, lines];
}
