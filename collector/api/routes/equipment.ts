/** Deliveries, who the devices say they are, how the gateways fare, and what became of commands. */
import { STATION_ID_PATTERN } from "@forecourt/protocol/ids.ts";
import { Type } from "typebox";
import { readerOf } from "../../access/guard.ts";
import { seesStation } from "../../access/reader.ts";
import type { Api, ApiContext } from "../context.ts";
import { CommandSchema, DeliverySchema, EquipmentSchema } from "../equipment-schemas.ts";
import { notFound, problem } from "../problem.ts";
import { CursorQuery, limitQuery, queryTime, saleCursor, TankQuery, TimeQuery } from "../query.ts";
import { ProblemSchema } from "../schemas.ts";
import { deliveryView, recordView } from "../views.ts";

const DELIVERIES = { most: 500, usual: 50 };
const COMMANDS = { most: 500, usual: 100 };
const config = { permission: "stations:view" } as const;
/** A station has fewer devices, tanks and gateways than this. */
const EQUIPMENT = 200;

export function equipmentRoutes(api: Api, { queries, registry }: ApiContext): void {
  const params = Type.Object({ id: Type.String({ pattern: STATION_ID_PATTERN }) });
  const unregistered = (id: string) => `no station ${id} is registered`;

  const deliveries = {
    summary: "Deliveries of a station, the last ended first",
    querystring: Type.Object({
      station: Type.String({ pattern: STATION_ID_PATTERN }),
      tank: TankQuery,
      from: TimeQuery,
      to: TimeQuery,
      limit: limitQuery(DELIVERIES.most, DELIVERIES.usual),
      before: CursorQuery,
    }),
    response: {
      200: Type.Object({ items: Type.Array(DeliverySchema), next: Type.Union([Type.String(), Type.Null()]) }),
      400: ProblemSchema,
    },
  };
  api.get("/deliveries", { schema: deliveries, config }, async (request, reply) => {
    const { station, tank, from, to, limit = DELIVERIES.usual, before } = request.query;
    const span = { fromMs: queryTime(from), untilMs: queryTime(to) };
    const cursor = saleCursor(before);
    if (cursor === "wrong" || Number.isNaN(span.fromMs) || Number.isNaN(span.untilMs)) {
      const detail = cursor === "wrong" ? "`before` is no cursor of this list" : "there is no such moment in time";
      return problem(reply, { status: 400, title: "Bad request", detail, cure: "Take `next` of the page before." });
    }
    const rows = await queries.deliveries(readerOf(request), { station, tank, ...span }, { limit, before: cursor });
    const last = rows.length === limit ? rows[rows.length - 1] : undefined;
    return {
      items: rows.map(deliveryView),
      next: last === undefined ? null : `${last.endedMs}.${last.gateway}.${last.seq}`,
    };
  });

  const equipment = {
    summary:
      "Identity of a station's devices, its tanks' strapping charts and its gateways' health, the newest of each",
    params,
    response: { 200: EquipmentSchema, 404: ProblemSchema },
  };
  api.get("/stations/:id/equipment", { schema: equipment, config }, async (request, reply) => {
    const { id } = request.params;
    const reader = readerOf(request);
    if (registry.station(id) === undefined || !seesStation(reader, id)) return notFound(reply, unregistered(id));
    const [devices, charts, health] = await Promise.all([
      queries.latestRecords(reader, id, "device", EQUIPMENT),
      queries.latestRecords(reader, id, "chart", EQUIPMENT),
      queries.latestRecords(reader, id, "health", EQUIPMENT),
    ]);
    return { devices: devices.map(recordView), charts: charts.map(recordView), health: health.map(recordView) };
  });

  const commands = {
    summary: "What became of the commands to a station's gateways, the newest first",
    params,
    querystring: Type.Object({ limit: limitQuery(COMMANDS.most, COMMANDS.usual) }),
    response: { 200: Type.Object({ items: Type.Array(CommandSchema) }), 404: ProblemSchema },
  };
  api.get("/stations/:id/commands", { schema: commands, config }, async (request, reply) => {
    const { id } = request.params;
    const reader = readerOf(request);
    if (registry.station(id) === undefined || !seesStation(reader, id)) return notFound(reply, unregistered(id));
    const { limit = COMMANDS.usual } = request.query;
    return { items: (await queries.latestRecords(reader, id, "command", limit)).map(recordView) };
  });
}
