/** What lies below the stations on the map: which layers there are, and their files and tiles. */
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import type { FunctionName } from "../../access/functions.ts";
import { drawnSystem, type MapLayer } from "../../map/layers.ts";
import type { TileServer } from "../../map/tile-server.ts";
import type { Api } from "../context.ts";
import { sendPart } from "../file-part.ts";
import { type MapLayerView, MapSchema } from "../map-schemas.ts";
import { notFound, problem } from "../problem.ts";
import { ProblemSchema } from "../schemas.ts";

/** A tile stays as it is for hours; a file tells by its ETag when it was exchanged. */
const TILE_CACHE = "private, max-age=3600";
const FILE_CACHE = "private, no-cache";
const LayerNumber = Type.Integer({ minimum: 0, maximum: 7 });
const params = Type.Object({ layer: LayerNumber });
const tileParams = Type.Object({
  layer: LayerNumber,
  z: Type.Integer({ minimum: 0, maximum: 22 }),
  x: Type.Integer({ minimum: 0, maximum: 2 ** 22 }),
  y: Type.Integer({ minimum: 0, maximum: 2 ** 22 }),
});

export interface MapParts {
  layers: readonly MapLayer[];
  /** where the routes stand, for example `/map` */
  prefix: string;
  permission: FunctionName;
  tiles: TileServer;
}

export function mapRoutes(api: Api, { layers, prefix, permission, tiles }: MapParts): void {
  const list = { summary: "What lies below the stations on the map", response: { 200: MapSchema } };
  api.get(prefix, { schema: list, config: { permission } }, async () => ({
    system: drawnSystem(layers),
    layers: layers.map(layerView),
  }));

  const config = { permission, backdrop: true } as const;
  const file = {
    summary: "The file of a layer, or a part of it (Range: bytes=FROM-TO)",
    params,
    response: { 200: Type.Unknown(), 206: Type.Unknown(), 404: ProblemSchema, 416: ProblemSchema },
  };
  api.get(`${prefix}/layers/:layer/file`, { schema: file, config }, async (request, reply) => {
    const layer = layers[request.params.layer];
    if (layer === undefined || layer.kind === "wmts") return noLayer(reply);
    const type = layer.kind === "geojson" ? "application/geo+json" : "application/octet-stream";
    const { headers } = request;
    return sendPart(reply, { path: layer.file, headers, type, cache: FILE_CACHE }) ?? noLayer(reply);
  });

  const tile = {
    summary: "A tile of the operator's tile server, fetched by the collector",
    params: tileParams,
    response: { 200: Type.Unknown(), 204: Type.Null(), 404: ProblemSchema, 503: ProblemSchema },
  };
  api.get(`${prefix}/layers/:layer/tiles/:z/:x/:y`, { schema: tile, config }, async (request, reply) => {
    const { layer: number, ...place } = request.params;
    const layer = layers[number];
    if (layer?.kind !== "wmts" || place.z < layer.minZoom || place.z > layer.maxZoom) return noLayer(reply);
    const found = await tiles.tile(layer.address, place);
    if (found.ok) return reply.type(found.value.type).header("cache-control", TILE_CACHE).send(found.value.bytes);
    if (found.error.code === "missing") return reply.code(204).header("cache-control", TILE_CACHE).send(null);
    const detail = `the tile server gave no tile: ${found.error.message}`;
    return problem(reply, {
      status: 503,
      title: "No tile",
      detail,
      cure: "Look at the address under map in the configuration.",
    });
  });
}

function layerView(layer: MapLayer, number: number): MapLayerView {
  const { name, system, attribution, kind } = layer;
  const common = { number, name, system, attribution };
  if (kind === "geojson") return { ...common, kind, minZoom: null, maxZoom: null };
  if (kind === "wmts") return { ...common, kind, minZoom: layer.minZoom, maxZoom: layer.maxZoom };
  const { tiles, minZoom, maxZoom } = layer.head;
  return { ...common, kind: tiles === "vector" ? "vector-tiles" : "picture-tiles", minZoom, maxZoom };
}

function noLayer(reply: FastifyReply): FastifyReply {
  return notFound(reply, "the map has no such layer");
}
