/** Sums of sales over spans of days, the levels of tanks by the hour, and stations that sold unusually much or little. */
import { STATION_ID_PATTERN, TANK_PATTERN } from "@forecourt/protocol/ids.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { FastifyReply } from "fastify";
import { type Static, Type } from "typebox";
import { readerOf } from "../../access/guard.ts";
import { may, type Reader, seesStation } from "../../access/reader.ts";
import { limits } from "../../limits.ts";
import { type GroupBy, gather, type ShownStep, sumOf } from "../../statistics/figures.ts";
import { outliers } from "../../statistics/outliers.ts";
import type { DaySpan } from "../../statistics/spans.ts";
import { dayStartMs } from "../../wetstock/local-day.ts";
import type { Api, ApiContext } from "../context.ts";
import { problem } from "../problem.ts";
import { ProblemSchema } from "../schemas.ts";
import { OutlierSchema, SaleStatisticsSchema, TankHourSchema } from "../statistics-schemas.ts";
import { exportConfig, notTheirs, sendMarked } from "./exports.ts";

const DAY_MS = 86_400_000;
const GROUPS = ["station", "county", "grade", "nozzle"] as const;

const DayQuery = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$", description: "day at the stations, YYYY-MM-DD" });
const days = { from: DayQuery, to: Type.String({ ...DayQuery, description: "the last day, it belongs to the span" }) };
const filters = {
  county: Type.Optional(Type.String({ maxLength: 100 })),
  station: Type.Optional(Type.String({ pattern: STATION_ID_PATTERN })),
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
  station?: string;
}

/** The stations that are asked for and that the reader sees. */
function stationsOf({ registry }: Pick<ApiContext, "registry">, reader: Reader, { county, station }: Where): string[] {
  return registry.stations
    .filter((one) => (county === undefined || one.county === county) && (station === undefined || one.id === station))
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
    perStation: by.has("station") || by.has("county") || by.has("nozzle"),
    perGrade: by.has("grade"),
    perNozzle: by.has("nozzle"),
  });
  const items = gather(figures, by, step, (station) => context.registry.station(station)?.county ?? "");
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

  const file = {
    summary: "The same as CSV, with the mark of who took it",
    querystring: saleQuerySchema,
    response: { 200: Type.String({ description: "CSV in UTF-8" }), 400: ProblemSchema, 403: ProblemSchema },
  };
  api.get("/exports/statistics.csv", { schema: file, config: exportConfig }, async (request, reply) => {
    const reader = readerOf(request);
    if (!may(reader, "statistics:view")) return notTheirs(reply);
    const found = await saleStatistics(context, reader, request.query);
    if (typeof found === "string") return refused(reply, found);
    const header = ["时间", "区县", "加油站", "油枪", "油品", "笔数", "升", "元", "存疑笔数", "存疑升"];
    const rows = found.items.map((one) => [
      ...[one.at, one.county, one.station, one.nozzle, one.grade, one.sales, one.volumeCl / 100, one.amountFen / 100],
      ...[one.untrustedSales, one.untrustedVolumeCl / 100],
    ]);
    return sendMarked(context, { request, reply, name: "statistics", header, rows });
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
  if (station === undefined) return "nozzles without a station";
  return step === "hour" || step === "hourOfDay" ? "nozzles by the hour" : undefined;
}

function refused(reply: FastifyReply, what: string): FastifyReply {
  return problem(reply, {
    status: 400,
    title: "Bad request",
    detail: `${what} cannot be asked for`,
    cure: "Give existing days, `from` not after `to`; ask for fewer days or a longer step; nozzles of one station by day or longer.",
  });
}
