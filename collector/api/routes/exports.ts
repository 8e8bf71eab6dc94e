/** Exports as CSV, each with the mark of who took it, and on record before it leaves. */
import { STATION_ID_PATTERN } from "@forecourt/protocol/ids.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { hidden } from "../../access/export-mark.ts";
import { readerOf } from "../../access/guard.ts";
import { may } from "../../access/reader.ts";
import { limits } from "../../limits.ts";
import type { FlagRow } from "../../rules/flag.ts";
import type { SaleRow } from "../../store/queries.ts";
import { allPages } from "../all-pages.ts";
import type { Api, ApiContext } from "../context.ts";
import { csvOf } from "../csv.ts";
import { newMark, sendMarkedFile } from "../marking.ts";
import { problem } from "../problem.ts";
import { queryTime, StationQuery } from "../query.ts";
import { ProblemSchema } from "../schemas.ts";
import { flagView } from "../views.ts";

const PAGE = 500;
const LONGEST_MS = 92 * 86_400_000;
const Time = Type.String({ maxLength: 40, description: "RFC 3339 with offset" });
const response = {
  200: Type.String({ description: "CSV in UTF-8" }),
  400: ProblemSchema,
  403: ProblemSchema,
  422: ProblemSchema,
};
/** Who may take exports, and how often. */
export const exportConfig = {
  permission: "exports:take",
  rateLimit: { max: limits.api.exportsPerMinute, timeWindow: "1 minute" },
} as const;

type Rows = readonly (readonly (string | number | null)[])[];

export function exportRoutes(api: Api, context: ApiContext): void {
  saleExport(api, context);
  flagExport(api, context);
}

function saleExport(api: Api, context: ApiContext): void {
  const schema = {
    summary: "Sales of a station as CSV, the newest first, at most 92 days",
    querystring: Type.Object({ station: Type.String({ pattern: STATION_ID_PATTERN }), from: Time, to: Time }),
    response,
  };
  api.get("/exports/sales.csv", { schema, config: exportConfig }, async (request, reply) => {
    const { station, from, to } = request.query;
    const span = spanOf(from, to);
    if (span === undefined) return notASpan(reply);
    const reader = readerOf(request);
    if (!may(reader, "sales:view")) return notTheirs(reply);
    const read = (limit: number, before: SaleRow | undefined) =>
      context.queries.sales(reader, { station, ...span }, { limit, before });
    const rows = await allPages(read, PAGE, limits.api.exportRows);
    if (rows === undefined) return tooMany(reply);
    const header = ["时间", "加油站", "油枪", "升", "元", "单价", "总累升", "质量", "网关", "序号"];
    const cells = rows.map((row) => [
      ...[formatTime(row.atMs), row.station, row.nozzle, row.volumeCl / 100, row.amountFen / 100],
      ...[row.unitPriceFen === null ? null : row.unitPriceFen / 100, row.totalVolumeCl / 100, row.quality],
      ...[row.gateway, row.seq],
    ]);
    return sendMarked(context, { request, reply, name: "sales", header, rows: cells });
  });
}

function flagExport(api: Api, context: ApiContext): void {
  const schema = {
    summary: "Flags of the reader's counties and departments as CSV, at most 92 days",
    querystring: Type.Object({ station: StationQuery, from: Time, to: Time }),
    response,
  };
  api.get("/exports/flags.csv", { schema, config: exportConfig }, async (request, reply) => {
    const { station, from, to } = request.query;
    const span = spanOf(from, to);
    if (span === undefined) return notASpan(reply);
    const reader = readerOf(request);
    if (!may(reader, "flags:view")) return notTheirs(reply);
    const read = (limit: number, before: FlagRow | undefined) =>
      context.queries.flags(reader, { station, ...span }, { limit, before });
    const flags = await allPages(read, PAGE, limits.api.exportRows);
    if (flags === undefined) return tooMany(reply);
    const rows = flags.map((row) => {
      const { title, department, text, until, from: since } = flagView(row);
      const { station: at, subject, severity, state, id } = row;
      return [until, since, at, subject, title.zh, severity, state, department, text.zh, id];
    });
    const header = ["最近", "起始", "加油站", "对象", "疑点", "严重程度", "状态", "主管部门", "说明", "编号"];
    return sendMarked(context, { request, reply, name: "flags", header, rows });
  });
}

/** What is handed out, and to whom. */
export interface Sending {
  request: FastifyRequest;
  reply: FastifyReply;
  name: string;
  header: readonly string[];
  rows: Rows;
}

/** Hands rows out with the mark of who took them, and on record before they leave. */
export async function sendMarked(
  context: ApiContext,
  { request, reply, name, header, rows }: Sending,
): Promise<FastifyReply> {
  const mark = newMark(context, request);
  const [first = "", ...others] = header;
  const file = csvOf(mark.words, [first + hidden(mark.id), ...others], rows);
  const type = "text/csv; charset=utf-8";
  return sendMarkedFile(context, request, reply, { mark, name, ending: "csv", type, rows: rows.length, file });
}

function spanOf(from: string, to: string): { fromMs: number; untilMs: number } | undefined {
  const [fromMs = Number.NaN, untilMs = Number.NaN] = [queryTime(from), queryTime(to)];
  return untilMs > fromMs && untilMs - fromMs <= LONGEST_MS ? { fromMs, untilMs } : undefined;
}

function notASpan(reply: FastifyReply): FastifyReply {
  const detail = "from and to are no span of at most 92 days";
  return problem(reply, { status: 400, title: "Not a span", detail, cure: "State times as RFC 3339 with offset." });
}

/** A file that was cut would look like the whole. */
function tooMany(reply: FastifyReply): FastifyReply {
  const detail = `there are more than ${limits.api.exportRows} rows`;
  return problem(reply, { status: 422, title: "Too many rows", detail, cure: "Ask for a shorter span." });
}

/** What is exported must be theirs to see. */
export function notTheirs(reply: FastifyReply): FastifyReply {
  const detail = "who takes an export must be permitted to see what is in it";
  return problem(reply, { status: 403, title: "Not permitted", detail, cure: "Have the function requested." });
}
