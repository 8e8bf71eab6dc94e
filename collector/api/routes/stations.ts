/** Stations, their devices and their seals. */
import { STATION_ID_PATTERN } from "@forecourt/protocol/ids.ts";
import { Type } from "typebox";
import { readerOf } from "../../access/guard.ts";
import type { Api, ApiContext } from "../context.ts";
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

const config = { permission: "stations:view" } as const;
const params = Type.Object({ id: Type.String({ pattern: STATION_ID_PATTERN }) });

export function stationRoutes(api: Api, { views }: ApiContext): void {
  const items = Type.Object({ items: Type.Array(StationSummarySchema) });
  const list = { summary: "All stations of the reader's counties", response: { 200: items } };
  api.get("/stations", { schema: list, config }, async (request) => ({
    items: await views.summaries(readerOf(request)),
  }));

  const detail = { summary: "One station", params, response: { 200: StationDetailSchema, 404: ProblemSchema } };
  api.get("/stations/:id", { schema: detail, config }, async (request, reply) => {
    const found = await views.detail(readerOf(request), request.params.id);
    return found ?? notFound(reply, `no station ${request.params.id} is registered`);
  });

  const devices = Type.Object({ dispensers: Type.Array(DispenserSchema), gateways: Type.Array(GatewayStatusSchema) });
  const devicesSchema = { summary: "Devices of a station", params, response: { 200: devices, 404: ProblemSchema } };
  api.get("/stations/:id/devices", { schema: devicesSchema, config }, async (request, reply) => {
    const found = await views.devices(readerOf(request), request.params.id);
    return found ?? notFound(reply, `no station ${request.params.id} is registered`);
  });

  const seals = {
    summary: "Seals of one station, or of all",
    querystring: Type.Object({ station: StationQuery }),
    response: { 200: Type.Object({ items: Type.Array(SealStatusSchema) }) },
  };
  api.get("/seals", { schema: seals, config }, async (request) => ({
    items: await views.seals(readerOf(request), request.query.station),
  }));
}
