/** The map section of the configuration: what the operator supplies to stand below the stations. None is shipped. */
import { type Static, Type } from "typebox";

const closed = { additionalProperties: false } as const;
const Zoom = (description: string) => Type.Optional(Type.Integer({ minimum: 0, maximum: 22, description }));

/** Systems in which what is drawn may be. BD-09 tiles have a projection of their own and cannot be laid below. */
export const LAYER_SYSTEMS = ["wgs84", "gcj02"] as const;
export type LayerSystem = (typeof LAYER_SYSTEMS)[number];

const LayerConfig = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 40, description: "what the page calls it" }),
    pmtiles: Type.Optional(
      Type.String({ minLength: 1, description: "PMTiles file, version 3, vector or picture tiles" }),
    ),
    geojson: Type.Optional(Type.String({ minLength: 1, description: "GeoJSON file" })),
    wmts: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1_000,
        description:
          "address of a tile server's pictures in Web Mercator, with {z}, {x} and {y}; the collector fetches them",
      }),
    ),
    system: Type.Optional(
      Type.Unsafe<LayerSystem>(
        Type.Enum([...LAYER_SYSTEMS], { description: "coordinate system of what is drawn; wgs84 when left out" }),
      ),
    ),
    attribution: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: "shown on the map, for example the approval number (审图号)",
      }),
    ),
    minZoom: Zoom("of the tile server; 0 when left out"),
    maxZoom: Zoom("of the tile server; 18 when left out"),
  },
  closed,
);

export const MapConfigSchema = Type.Object(
  { layers: Type.Array(LayerConfig, { minItems: 1, maxItems: 8, description: "from the bottom to the top" }) },
  { ...closed, description: "what lies below the stations; without it they stand on a plain grid of degrees" },
);

export type MapConfig = Static<typeof MapConfigSchema>;
export type LayerFile = MapConfig["layers"][number];
