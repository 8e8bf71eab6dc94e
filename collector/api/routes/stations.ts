/** Stations, their devices and their seals. */
import { STATION_ID_PATTERN } from "@forecourt/protocol/ids.ts";
import { Type } from "typebox";
import { type Api, type ApiContext, everybody } from "../context.ts";
import { notFound } from "../problem.ts";
import { StationQuery } from "../query.ts";
import {
  DispenserSchema,
  GatewayStatusSchema,
  ProblemSchema,
  SealStatusSchema,
  StationDetailSchema,
  StationSummarySchema,
} from "../schemas.ts";

const params = Type.Object({ id: Type.String({ pattern: STATION_ID_PATTERN }) });

export function stationRoutes(api: Api, { views }: ApiContext): void {
  const items = Type.Object({ items: Type.Array(StationSummarySchema) });
  api.get("/stations", { schema: { summary: "All stations", response: { 200: items } } }, async () => ({
    items: await views.summaries(everybody),
  }));

  const detail = { summary: "One station", params, response: { 200: StationDetailSchema, 404: ProblemSchema } };
  api.get("/stations/:id", { schema: detail }, async (request, reply) => {
    const found = await views.detail(everybody, request.params.id);
    return found ?? notFound(reply, `no station ${request.params.id} is registered`);
  });

  const devices = Type.Object({ dispensers: Type.Array(DispenserSchema), gateways: Type.Array(GatewayStatusSchema) });
  const devicesSchema = { summary: "Devices of a station", params, response: { 200: devices, 404: ProblemSchema } };
  api.get("/stations/:id/devices", { schema: devicesSchema }, async (request, reply) => {
    const found = await views.devices(everybody, request.params.id);
    return found ?? notFound(reply, `no station ${request.params.id} is registered`);
  });

  const seals = {
    summary: "Seals of one station, or of all",
    querystring: Type.Object({ station: StationQuery }),
    response: { 200: Type.Object({ items: Type.Array(SealStatusSchema) }) },
  };
  api.get("/seals", { schema: seals }, async (request) => ({
    items: await views.seals(everybody, request.query.station),
  }));
}
