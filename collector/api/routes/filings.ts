/** Filings: waybills, work orders, prices and inspections, told before or while they happen. */
import { parseFiling } from "@forecourt/protocol/filings/parse.ts";
import type { Filing } from "@forecourt/protocol/filings/schema.ts";
import { STATION_ID_PATTERN } from "@forecourt/protocol/ids.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import { Type } from "typebox";
import { readerOf } from "../../access/guard.ts";
import { type Reader, seesStation } from "../../access/reader.ts";
import { limits } from "../../limits.ts";
import { NEEDS_APPROVAL } from "../../registry/change.ts";
import type { StationEntry } from "../../registry/schema.ts";
import { type SeenFiling, seenFiling } from "../../rules/filings.ts";
import type { Api, ApiContext } from "../context.ts";
import { notFound, problem } from "../problem.ts";
import { limitQuery, queryTime } from "../query.ts";
import { DeliveryNoticeSchema, FilingViewSchema, ProblemSchema } from "../schemas.ts";

/** A notice that covers a week covers everything. */
const LONGEST_WINDOW_MS = 7 * 86_400_000;
const FILINGS = { most: 500, usual: 50 };

const refusals = { 400: ProblemSchema, 401: ProblemSchema, 403: ProblemSchema, 422: ProblemSchema };
const response = { 201: Type.Object({ id: Type.String() }), ...refusals };
const config = {
  permission: "filings:file",
  rateLimit: { max: limits.api.noticesPerMinute, timeWindow: "1 minute" },
} as const;
const security = [{ bearer: [] }];

export function filingRoutes(api: Api, context: ApiContext): void {
  fileRoute(api, context);
  noticeRoute(api, context);
  listRoute(api, context);
}

function fileRoute(api: Api, { registry, addFiling }: ApiContext): void {
  const schema = {
    summary: "File a waybill, work order, price or inspection; the same id again changes nothing",
    security,
    body: Type.Object({ filing: Type.String(), id: Type.String() }, { additionalProperties: true }),
    response: { 200: Type.Object({ id: Type.String() }), ...response },
  };
  api.post("/filings", { schema, config }, async (request, reply) => {
    const parsed = parseFiling(request.body);
    if (!parsed.ok) {
      const detail = `${parsed.error.field || "the filing"}: ${parsed.error.message}`;
      return problem(reply, { status: 400, title: "Not a filing", detail, cure: "See protocol/filings/schema.ts." });
    }
    const filing = parsed.value;
    const wrong = placeError(
      filing,
      seen(registry, readerOf(request), filing.station),
      registry.gatewaysOf(filing.station),
    );
    if (wrong !== undefined) {
      const cure = "Check the station and what the filing is about.";
      return problem(reply, { status: 422, title: "No such place", detail: wrong, cure });
    }
    if (
      readerOf(request).kind === "person" &&
      filing.filing === "work-order" &&
      NEEDS_APPROVAL.includes(filing.change)
    ) {
      const detail = `${filing.change} needs somebody else's approval · 须由他人审批`;
      const cure = "File it as a change: POST /registry/changes. 请在“登记”页提交设备变更。";
      return problem(reply, { status: 422, title: "Approval needed", detail, cure });
    }
    const isNew = await addFiling(seenFiling(filing));
    return reply.code(isNew ? 201 : 200).send({ id: filing.id });
  });
}

/** A station of the reader's counties. */
function seen(registry: ApiContext["registry"], reader: Reader, station: string): StationEntry | undefined {
  return seesStation(reader, station) ? registry.station(station) : undefined;
}

function placeError(
  filing: Filing,
  station: StationEntry | undefined,
  gateways: readonly string[],
): string | undefined {
  if (station === undefined) return `there is no station ${filing.station}`;
  if (filing.filing === "waybill" && !station.tanks.some((one) => one.tank === filing.tank)) {
    return `there is no tank ${filing.tank} at a station ${filing.station}`;
  }
  if (filing.filing === "work-order" && !subjectsOf(station, gateways).has(filing.subject)) {
    return `station ${filing.station} has nothing called ${filing.subject}`;
  }
  return undefined;
}

/** Everything a work order can be about. Gauges and hubs are not registered by name: any device's tank or seal is. */
function subjectsOf(station: StationEntry, gateways: readonly string[]): Set<string> {
  return new Set([
    "station",
    ...gateways,
    ...station.dispensers.flatMap((one) => [one.device, ...one.nozzles.map((nozzle) => nozzle.nozzle)]),
    ...station.tanks.map((one) => one.tank),
    ...station.seals.map((one) => one.seal),
  ]);
}

/** The older form, which knew waybills only and called them notices. */
function noticeRoute(api: Api, { registry, newId, addFiling }: ApiContext): void {
  const schema = { summary: "Announce a delivery", security, body: DeliveryNoticeSchema, response };
  api.post("/delivery-notices", { schema, config }, async (request, reply) => {
    const { station, tank, volumeCl, expectedFrom, expectedUntil, tanker } = request.body;
    const fromMs = queryTime(expectedFrom) ?? Number.NaN;
    const untilMs = queryTime(expectedUntil) ?? Number.NaN;
    const windowMs = untilMs - fromMs;
    // Not a number is neither: it fails as well.
    if (!(windowMs > 0 && windowMs <= LONGEST_WINDOW_MS)) {
      const detail = "expectedFrom and expectedUntil are no span of at most seven days";
      return problem(reply, { status: 422, title: "Not a span", detail, cure: "State times as RFC 3339 with offset." });
    }
    const known = seen(registry, readerOf(request), station)?.tanks.find((one) => one.tank === tank);
    if (known === undefined) {
      const detail = `there is no tank ${tank} at a station ${station}`;
      return problem(reply, { status: 422, title: "No such tank", detail, cure: "Check station and tank." });
    }
    const id = newId();
    await addFiling({ filing: "waybill", id, station, tank, grade: known.grade, volumeCl, tanker, fromMs, untilMs });
    return reply.code(201).send({ id });
  });
}

function listRoute(api: Api, { registry, filings }: ApiContext): void {
  const schema = {
    summary: "What has been filed about a station, newest first",
    params: Type.Object({ id: Type.String({ pattern: STATION_ID_PATTERN }) }),
    querystring: Type.Object({ limit: limitQuery(FILINGS.most, FILINGS.usual) }),
    response: { 200: Type.Object({ items: Type.Array(FilingViewSchema) }), 404: ProblemSchema },
  };
  api.get("/stations/:id/filings", { schema, config: { permission: "filings:view" } }, async (request, reply) => {
    const { id } = request.params;
    if (seen(registry, readerOf(request), id) === undefined) return notFound(reply, `no station ${id} is registered`);
    return { items: (await filings(id, request.query.limit ?? FILINGS.usual)).map(filingView) };
  });
}

function filingView(filing: SeenFiling) {
  const { fromMs, ...rest } = filing;
  const span = { from: formatTime(fromMs), until: null as string | null };
  if (!("untilMs" in rest)) return { ...rest, ...span };
  const { untilMs, ...others } = rest;
  return { ...others, ...span, until: formatTime(untilMs) };
}
