/** Every gateway and device of the reader's stations, and the daily reconciliation of a station's tanks. */
import { STATION_ID_PATTERN } from "@forecourt/protocol/ids.ts";
import { Type } from "typebox";
import { readerOf } from "../../access/guard.ts";
import { seesStation } from "../../access/reader.ts";
import { reconcile } from "../../statistics/reconciliation.ts";
import { dayStartMs, localDay } from "../../wetstock/local-day.ts";
import type { Api, ApiContext } from "../context.ts";
import { GatewayViewSchema, ReconciliationSchema } from "../device-schemas.ts";
import { gatewayViews } from "../device-views.ts";
import { notFound } from "../problem.ts";
import { StationQuery } from "../query.ts";
import { ProblemSchema } from "../schemas.ts";

const DAY_MS = 86_400_000;
/** A tank is filled a few times a week. */
const DELIVERIES = 500;
const DAYS = { most: 62, usual: 7 };

export function deviceRoutes(api: Api, context: ApiContext): void {
  const { registry, queries, trust, certificateEnds, now } = context;
  const list = {
    summary:
      "Every gateway with its health, program, configuration, backlog and certificate, and the devices on its lines",
    querystring: Type.Object({ station: StationQuery }),
    response: { 200: Type.Object({ items: Type.Array(GatewayViewSchema) }) },
  };
  api.get("/devices", { schema: list, config: { permission: "stations:view" } }, async (request) => {
    const parts = { registry, queries, trust: trust.store, certificateEnds, now };
    return { items: await gatewayViews(parts, readerOf(request), request.query.station) };
  });
  reconciliationRoute(api, context);
}

function reconciliationRoute(api: Api, { registry, queries, statistics, now }: ApiContext): void {
  const schema = {
    summary: "The reconciliation of a station's tanks by days: opening, delivered, sold, closing; the last day first",
    params: Type.Object({ id: Type.String({ pattern: STATION_ID_PATTERN }) }),
    querystring: Type.Object({
      days: Type.Optional(Type.Integer({ minimum: 1, maximum: DAYS.most, default: DAYS.usual })),
    }),
    response: { 200: Type.Object({ items: Type.Array(ReconciliationSchema) }), 404: ProblemSchema },
  };
  const config = { permission: "statistics:view" } as const;
  api.get("/stations/:id/reconciliation", { schema, config }, async (request, reply) => {
    const { id } = request.params;
    const { days = DAYS.usual } = request.query;
    const reader = readerOf(request);
    const station = registry.station(id);
    if (station === undefined || !seesStation(reader, id)) return notFound(reply, `no station ${id} is registered`);
    const until = localDay(now());
    const span = { from: until - days + 1, until };
    const [fromMs, untilMs] = [dayStartMs(span.from), dayStartMs(until + 1)];
    const [hours, deliveries, sums] = await Promise.all([
      statistics.tankHours(id, undefined, fromMs - DAY_MS, untilMs),
      queries.deliveries(reader, { station: id, fromMs, untilMs }, { limit: DELIVERIES }),
      statistics.sales({
        ...{ span: { fromDay: span.from, untilDay: until }, stations: [id], step: "day" },
        ...{ perStation: true, perGrade: false, perNozzle: true },
      }),
    ]);
    const nozzles = station.dispensers.flatMap((dispenser) => dispenser.nozzles);
    return {
      items: station.tanks.flatMap(({ tank, grade }) => {
        const soldCl = new Map<number, number>();
        for (const { at, nozzle, volumeCl } of sums) {
          if (at === null || nozzles.find((one) => one.nozzle === nozzle)?.tank !== tank) continue;
          soldCl.set(at, (soldCl.get(at) ?? 0) + volumeCl);
        }
        const lines = reconcile({
          ...{ days: span, startMs: dayStartMs, soldCl },
          readings: hours.flatMap((hour) =>
            hour.tank === tank && hour.volumeCl !== null ? [{ atMs: hour.atMs, volumeCl: hour.volumeCl }] : [],
          ),
          deliveries: deliveries.filter((one) => one.tank === tank),
        });
        return lines.map(({ day, ...line }) => {
          return { tank, grade, day: new Date(day * DAY_MS).toISOString().slice(0, 10), ...line };
        });
      }),
    };
  });
}
