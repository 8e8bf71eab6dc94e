/** Tables that are taken away: sales, flags, stations, devices and cases, as their pages show them. */
import { STATION_ID_PATTERN } from "@forecourt/protocol/ids.ts";
import { Type } from "typebox";
import type { CaseRow } from "../../cases/store.ts";
import { limits } from "../../limits.ts";
import type { FlagRow } from "../../rules/flag.ts";
import type { SaleRow } from "../../store/queries.ts";
import { allPages } from "../all-pages.ts";
import { CaseStateSchema } from "../case-schemas.ts";
import { caseScope } from "../case-views.ts";
import type { Api, ApiContext } from "../context.ts";
import { pictureRoute } from "../exports/picture.ts";
import { exportTable, tooMany } from "../exports/route.ts";
import { casesTable, devicesTable, flagsTable, salesTable, stationsTable } from "../exports/tables.ts";
import { flagFilter, flagFilterQuery } from "../flag-filter.ts";
import type { ProblemFacts } from "../problem.ts";
import { NozzleQuery, queryTime, StationQuery } from "../query.ts";

const PAGE = 500;
const LONGEST_MS = 92 * 86_400_000;
const Time = Type.String({ maxLength: 40, description: "RFC 3339 with offset" });

export function exportRoutes(api: Api, context: ApiContext): void {
  saleExport(api, context);
  flagExport(api, context);
  stationExports(api, context);
  caseExport(api, context);
  pictureRoute(api, context);
}

function saleExport(api: Api, context: ApiContext): void {
  exportTable(api, context, {
    name: "sales",
    summary: "Sales of a station, the newest first, at most 92 days",
    permission: "sales:view",
    querystring: Type.Object({
      station: Type.String({ pattern: STATION_ID_PATTERN }),
      nozzle: NozzleQuery,
      from: Time,
      to: Time,
    }),
    table: async (reader, { station, nozzle, from, to }) => {
      const span = spanOf(from, to);
      if (span === undefined) return NOT_A_SPAN;
      const read = (limit: number, before: SaleRow | undefined) =>
        context.queries.sales(reader, { station, nozzle, ...span }, { limit, before });
      const rows = await allPages(read, PAGE, limits.api.exportRows);
      return rows === undefined ? tooMany() : salesTable(rows, `加油流水 ${station}`);
    },
  });
}

function flagExport(api: Api, context: ApiContext): void {
  exportTable(api, context, {
    name: "flags",
    summary: "Flags of the reader's counties and departments, the most recently seen first, at most 92 days",
    permission: "flags:view",
    querystring: Type.Object({ ...flagFilterQuery, from: Type.Optional(Time), to: Type.Optional(Time) }),
    table: async (reader, { from, to, ...asked }) => {
      const span = spanOf(from, to);
      if (span === undefined && (from !== undefined || to !== undefined)) return NOT_A_SPAN;
      const filter = { ...flagFilter(asked, context.registry), ...span };
      const read = (limit: number, before: FlagRow | undefined) =>
        context.queries.flags(reader, filter, { limit, before });
      const rows = await allPages(read, PAGE, limits.api.exportRows);
      return rows === undefined ? tooMany() : flagsTable(rows);
    },
  });
}

function stationExports(api: Api, context: ApiContext): void {
  const { views } = context;
  exportTable(api, context, {
    name: "stations",
    summary: "The stations of the reader's counties as they are now",
    permission: "stations:view",
    querystring: Type.Object({}),
    table: async (reader) => stationsTable(await views.summaries(reader)),
  });
  exportTable(api, context, {
    name: "devices",
    summary: "Gateways and dispensers with their state, of one station or of all",
    permission: "stations:view",
    querystring: Type.Object({ station: StationQuery }),
    table: async (reader, { station }) => {
      const stations = (await views.summaries(reader)).filter(({ id }) => station === undefined || id === station);
      const found = stations.map(async (one) => {
        const devices = await views.devices(reader, one.id);
        return { station: one, dispensers: [], gateways: [], ...devices };
      });
      return devicesTable(await Promise.all(found));
    },
  });
}

function caseExport(api: Api, context: ApiContext): void {
  exportTable(api, context, {
    name: "cases",
    summary: "Cases that the reader sees, the newest first",
    permission: "cases:view",
    querystring: Type.Object({
      state: Type.Optional(CaseStateSchema),
      station: StationQuery,
      open: Type.Optional(Type.Boolean()),
      overdue: Type.Optional(Type.Boolean()),
    }),
    table: async (reader, { overdue, ...filter }) => {
      const overdueAtMs = overdue ? context.now() : undefined;
      const scope = { ...filter, ...caseScope(reader), overdueAtMs };
      const read = (limit: number, before: CaseRow | undefined) => context.cases.caseStore.list(scope, limit, before);
      const rows = await allPages(read, PAGE, limits.api.exportRows);
      return rows === undefined ? tooMany() : casesTable(rows);
    },
  });
}

function spanOf(from: string | undefined, to: string | undefined): { fromMs: number; untilMs: number } | undefined {
  const [fromMs = Number.NaN, untilMs = Number.NaN] = [queryTime(from), queryTime(to)];
  return untilMs > fromMs && untilMs - fromMs <= LONGEST_MS ? { fromMs, untilMs } : undefined;
}

const NOT_A_SPAN: ProblemFacts = {
  status: 400,
  title: "Not a span",
  detail: "from and to are no span of at most 92 days",
  cure: "State times as RFC 3339 with offset.",
};
