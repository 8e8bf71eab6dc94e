/** Sums of sales over spans of days, the levels of tanks by the hour, and stations that sold unusually much or little. */
import { STATION_ID_PATTERN, TANK_PATTERN } from "@forecourt/protocol/ids.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { FastifyReply } from "fastify";
import { type Static, Type } from "typebox";
import { readerOf } from "../../access/guard.ts";
import { type Reader, seesStation } from "../../access/reader.ts";
import { limits } from "../../limits.ts";
import { type GroupBy, gather, type ShownStep, sumOf } from "../../statistics/figures.ts";
import { outliers } from "../../statistics/outliers.ts";
import type { DaySpan } from "../../statistics/spans.ts";
import { dayStartMs } from "../../wetstock/local-day.ts";
import type { Api, ApiContext } from "../context.ts";
import { exportTable } from "../exports/route.ts";
import { statisticsTable } from "../exports/tables.ts";
import { type ProblemFacts, problem } from "../problem.ts";
import { ProblemSchema } from "../schemas.ts";
import { OutlierSchema, SaleStatisticsSchema, TankHourSchema } from "../statistics-schemas.ts";

const DAY_MS = 86_400_000;
const GROUPS = ["station", "county", "brand", "grade", "nozzle"] as const;

/** Stations that are compared with each other: as many as a chart can tell apart. */
const MOST_STATIONS = 10;
const STATION = STATION_ID_PATTERN.replace(/^\^|\$$/g, "");

const DayQuery = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$", description: "day at the stations, YYYY-MM-DD" });
const days = { from: DayQuery, to: Type.String({ ...DayQuery, description: "the last day, it belongs to the span" }) };
const filters = {
  county: Type.Optional(Type.String({ maxLength: 100 })),
  brand: Type.Optional(Type.String({ maxLength: 50 })),
  station: Type.Optional(
    Type.String({
      pattern: `^${STATION}(,${STATION}){0,${MOST_STATIONS - 1}}$`,
      description: `ids, separated by commas, at most ${MOST_STATIONS}`,
    }),
  ),
};

const saleQuerySchema = Type.Object({
  ...days,
  ...filters,
  grade: Type.Optional(Type.String({ maxLength: 20 })),
  step: Type.Optional(
    Type.Unsafe<ShownStep>(Type.Union(["hour", "day", "month", "year", "hourOfDay"].map((step) => Type.Literal(step)))),
  ),
  by: Type.Optional(
    Type.String({
      pattern: `^(${GROUPS.join("|")})(,(${GROUPS.join("|")}))*$`,
      description: `what is kept apart, separated by commas: ${GROUPS.join(", ")}; nozzles need a station`,
    }),
  ),
});

interface Where {
  county?: string;
  brand?: string;
  station?: string;
}

/** The stations that are asked for and that the reader sees. */
function stationsOf({ registry }: Pick<ApiContext, "registry">, reader: Reader, where: Where): string[] {
  const { county, brand } = where;
  const stations = where.station?.split(",");
  return registry.stations
    .filter((one) => county === undefined || one.county === county)
    .filter((one) => brand === undefined || (one.brand ?? "") === brand)
    .filter((one) => stations === undefined || stations.includes(one.id))
    .map(({ id }) => id)
    .filter((id) => seesStation(reader, id));
}

/** The sums that a reader asks for; a text says what cannot be asked for. */
async function saleStatistics(
  context: Pick<ApiContext, "statistics" | "registry">,
  reader: Reader,
  query: Static<typeof saleQuerySchema>,
): Promise<Static<typeof SaleStatisticsSchema> | string> {
  const { from, to, step, grade, ...where } = query;
  const by = new Set((query.by?.split(",") ?? []) as GroupBy[]);
  const span = daySpan(from, to);
  if (span === undefined) return "the span of days";
  const wrong = tooMuch(span, step, by, where.station);
  if (wrong !== undefined) return wrong;
  const figures = await context.statistics.sales({
    span,
    stations: stationsOf(context, reader, where),
    grades: grade === undefined ? undefined : [grade],
    step: step === "year" ? "month" : step,
    perStation: by.has("station") || by.has("county") || by.has("brand") || by.has("nozzle"),
    perGrade: by.has("grade"),
    perNozzle: by.has("nozzle"),
  });
  const items = gather(figures, by, step, (id) => {
    const { county = "", brand = "" } = context.registry.station(id) ?? {};
    return { county, brand };
  });
  return { from, to, total: sumOf(items), items };
}

export function statisticsRoutes(api: Api, context: ApiContext): void {
  const { statistics } = context;
  const sales = {
    summary: "Sums of sales by time, station, county, fuel or nozzle; a second or so behind the sales themselves",
    querystring: saleQuerySchema,
    response: { 200: SaleStatisticsSchema, 400: ProblemSchema },
  };
  api.get("/statistics/sales", { schema: sales, config: { permission: "statistics:view" } }, async (request, reply) => {
    const found = await saleStatistics(context, readerOf(request), request.query);
    return typeof found === "string" ? refused(reply, found) : found;
  });

  exportTable(api, context, {
    name: "statistics",
    summary: "The same sums as a file",
    permission: "statistics:view",
    querystring: saleQuerySchema,
    table: async (reader, query) => {
      const found = await saleStatistics(context, reader, query);
      if (typeof found === "string") return refusal(found);
      return statisticsTable(found, `销售统计 ${query.from} 至 ${query.to}`);
    },
  });

  const tanks = {
    summary: "Levels of tanks by the hour: the last one, and between which it moved",
    querystring: Type.Object({
      ...days,
      station: Type.String({ pattern: STATION_ID_PATTERN }),
      tank: Type.Optional(Type.String({ pattern: TANK_PATTERN })),
    }),
    response: { 200: Type.Object({ items: Type.Array(TankHourSchema) }), 400: ProblemSchema },
  };
  api.get("/statistics/tanks", { schema: tanks, config: { permission: "stations:view" } }, async (request, reply) => {
    const { from, to, station, tank } = request.query;
    const span = daySpan(from, to);
    if (span === undefined) return refused(reply, "the span of days");
    if (!seesStation(readerOf(request), station)) return { items: [] };
    const rows = await statistics.tankHours(station, tank, dayStartMs(span.fromDay), dayStartMs(span.untilDay + 1));
    return {
      items: rows.map(({ station: _station, hourMs, atMs: _atMs, ...hour }) => ({ ...hour, at: formatTime(hourMs) })),
    };
  });

  const unusual = {
    summary: "Stations by how unusual their sales were against the same number of days before, the most unusual first",
    querystring: Type.Object({ ...days, ...filters }),
    response: { 200: Type.Object({ items: Type.Array(OutlierSchema) }), 400: ProblemSchema },
  };
  api.get(
    "/statistics/outliers",
    { schema: unusual, config: { permission: "statistics:view" } },
    async (request, reply) => {
      const { from, to, ...where } = request.query;
      const span = daySpan(from, to);
      if (span === undefined) return refused(reply, "the span of days");
      const stations = stationsOf(context, readerOf(request), where);
      const length = span.untilDay - span.fromDay + 1;
      const before = { fromDay: span.fromDay - length, untilDay: span.fromDay - 1 };
      const [now, then] = await Promise.all([span, before].map((one) => volumes(one, stations)));
      const compared = stations.map((station) => ({
        station,
        volumeCl: now?.get(station) ?? 0,
        beforeCl: then?.get(station) ?? 0,
      }));
      return { items: outliers(compared) };
    },
  );

  async function volumes(span: DaySpan, stations: readonly string[]): Promise<Map<string, number>> {
    const rows = await statistics.sales({ span, stations, perStation: true, perGrade: false, perNozzle: false });
    return new Map(rows.map(({ station, volumeCl }) => [station ?? "", volumeCl]));
  }
}

/** Local days of a span; undefined when a day does not exist, or the end stands before the beginning. */
function daySpan(from: string, to: string): DaySpan | undefined {
  const [fromDay, untilDay] = [from, to].map((text) => {
    const ms = Date.parse(`${text}T00:00:00Z`);
    return new Date(Number.isNaN(ms) ? 0 : ms).toISOString().startsWith(text) ? ms / DAY_MS : undefined;
  });
  if (fromDay === undefined || untilDay === undefined || untilDay < fromDay) return undefined;
  return { fromDay, untilDay };
}

/** What makes an answer too big to be read by anybody. */
function tooMuch(
  { fromDay, untilDay }: DaySpan,
  step: ShownStep | undefined,
  by: ReadonlySet<GroupBy>,
  station: string | undefined,
): string | undefined {
  const length = untilDay - fromDay + 1;
  const { daysOfHours, days: most } = limits.statistics;
  if (length > most) return `more than ${most} days`;
  if (step === "hour" && length > daysOfHours) return `more than ${daysOfHours} days by the hour`;
  if (!by.has("nozzle")) return undefined;
  if (station === undefined || station.includes(",")) return "nozzles without a station";
  return step === "hour" || step === "hourOfDay" ? "nozzles by the hour" : undefined;
}

function refused(reply: FastifyReply, what: string): FastifyReply {
  return problem(reply, refusal(what));
}

function refusal(what: string): ProblemFacts {
  return {
    status: 400,
    title: "Bad request",
    detail: `${what} cannot be asked for`,
    cure: "Give existing days, `from` not after `to`; ask for fewer days or a longer step; nozzles of one station by day or longer.",
  };
}
