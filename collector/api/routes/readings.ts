/** Sales and tank levels over time. */
import { STATION_ID_PATTERN } from "@forecourt/protocol/ids.ts";
import { Type } from "typebox";
import { readerOf } from "../../access/guard.ts";
import type { Api, ApiContext } from "../context.ts";
import { problem } from "../problem.ts";
import {
  CursorQuery,
  limitQuery,
  NozzleQuery,
  queryTime,
  StationQuery,
  saleCursor,
  TankQuery,
  TimeQuery,
} from "../query.ts";
import { ProblemSchema, SaleSchema, TankLevelSchema } from "../schemas.ts";
import { saleView, tankLevelView } from "../views.ts";

const SALES = { most: 500, usual: 50 };
const LEVELS = { most: 5_000, usual: 500 };

export function readingRoutes(api: Api, { queries, registry }: ApiContext): void {
  const sales = {
    summary: "Sales, newest first",
    querystring: Type.Object({
      station: StationQuery,
      nozzle: NozzleQuery,
      from: TimeQuery,
      to: TimeQuery,
      limit: limitQuery(SALES.most, SALES.usual),
      before: CursorQuery,
    }),
    response: {
      200: Type.Object({ items: Type.Array(SaleSchema), next: Type.Union([Type.String(), Type.Null()]) }),
      400: ProblemSchema,
    },
  };
  api.get("/sales", { schema: sales, config: { permission: "sales:view" } }, async (request, reply) => {
    const { station, nozzle, from, to, limit = SALES.usual, before } = request.query;
    const span = { fromMs: queryTime(from), untilMs: queryTime(to) };
    const cursor = saleCursor(before);
    if (cursor === "wrong" || Number.isNaN(span.fromMs) || Number.isNaN(span.untilMs)) {
      const detail = cursor === "wrong" ? "`before` is no cursor of this list" : "there is no such moment in time";
      return problem(reply, { status: 400, title: "Bad request", detail, cure: "Take `next` of the page before." });
    }
    const rows = await queries.sales(readerOf(request), { station, nozzle, ...span }, { limit, before: cursor });
    const last = rows.length === limit ? rows[rows.length - 1] : undefined;
    return {
      items: rows.map((row) => saleView(row, registry)),
      next: last === undefined ? null : `${last.atMs}.${last.gateway}.${last.seq}`,
    };
  });

  const levels = {
    summary: "Tank levels, oldest first; the newest of the span when there are more than the limit",
    querystring: Type.Object({
      station: Type.String({ pattern: STATION_ID_PATTERN }),
      tank: TankQuery,
      from: TimeQuery,
      to: TimeQuery,
      limit: limitQuery(LEVELS.most, LEVELS.usual),
    }),
    response: { 200: Type.Object({ items: Type.Array(TankLevelSchema) }), 400: ProblemSchema },
  };
  api.get("/tank-levels", { schema: levels, config: { permission: "stations:view" } }, async (request, reply) => {
    const { station, tank, from, to, limit = LEVELS.usual } = request.query;
    const span = { fromMs: queryTime(from), untilMs: queryTime(to) };
    if (Number.isNaN(span.fromMs) || Number.isNaN(span.untilMs)) {
      return problem(reply, { status: 400, title: "Bad request", detail: "there is no such moment in time" });
    }
    const rows = await queries.tankLevels(readerOf(request), { station, tank, ...span }, limit);
    return { items: rows.map(tankLevelView) };
  });
}
