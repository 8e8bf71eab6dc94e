/** What the API says of the map: the layers below the stations, and the counts beside it. */
import { type Static, Type } from "typebox";
import { LAYER_SYSTEMS, type LayerSystem } from "../map/schema.ts";
import { Int, Nullable, SeveritySchema, StationSummarySchema, Time } from "./schemas.ts";

const SystemSchema = Type.Unsafe<LayerSystem>(Type.Enum([...LAYER_SYSTEMS]));

export const MapLayerSchema = Type.Object({
  number: Type.Integer({ description: "its place, from the bottom, 0 first; names it in the addresses of its parts" }),
  name: Type.String(),
  kind: Type.Unsafe<"vector-tiles" | "picture-tiles" | "wmts" | "geojson">(
    Type.Enum(["vector-tiles", "picture-tiles", "wmts", "geojson"]),
  ),
  system: SystemSchema,
  attribution: Nullable(Type.String()),
  minZoom: Nullable(Int),
  maxZoom: Nullable(Int),
});

export const MapSchema = Type.Object(
  {
    system: Type.Unsafe<LayerSystem>(
      Type.Enum([...LAYER_SYSTEMS], { description: "in which the map is drawn: stations are converted to it" }),
    ),
    layers: Type.Array(MapLayerSchema, { description: "from the bottom to the top; empty: a plain grid of degrees" }),
  },
  { $id: "Map" },
);

export const DepartmentFlagsSchema = Type.Object(
  { department: Type.String(), notice: Int, medium: Int, high: Int },
  { $id: "DepartmentFlags" },
);

export const WallSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    opened: Nullable(Type.String({ description: "null: its code waits to be used" })),
    address: Nullable(Type.String()),
    seen: Nullable(Time),
    until: Time,
  },
  { $id: "Wall" },
);

export const WallPictureSchema = Type.Object(
  {
    name: Type.String(),
    at: Time,
    stations: Type.Array(StationSummarySchema),
    departments: Type.Array(DepartmentFlagsSchema),
    flags: Type.Array(
      Type.Object({
        id: Type.String(),
        title: Type.Object({ zh: Type.String(), en: Type.String() }),
        station: Type.String(),
        subject: Type.String(),
        severity: SeveritySchema,
        department: Type.String(),
        from: Time,
      }),
      { description: "the latest that are open" },
    ),
  },
  { $id: "WallPicture" },
);

export type Wall = Static<typeof WallSchema>;
export type WallPicture = Static<typeof WallPictureSchema>;
export type MapLayerView = Static<typeof MapLayerSchema>;
export type MapView = Static<typeof MapSchema>;
export type DepartmentFlags = Static<typeof DepartmentFlagsSchema>;
