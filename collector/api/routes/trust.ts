/** Who installed what where, what may run on it, and how far a station has come: filed by boxes, read and set by officials. */
import { REPORT_ID_PATTERN, reportLimits } from "@forecourt/protocol/acceptance/schema.ts";
import { GATEWAY_ID_PATTERN, STATION_ID_PATTERN } from "@forecourt/protocol/ids.ts";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import { actorOf } from "../../access/actor.ts";
import { readerOf } from "../../access/guard.ts";
import { seesStation } from "../../access/reader.ts";
import { limits } from "../../limits.ts";
import type { Registry } from "../../registry/registry.ts";
import type { AcceptanceDesk } from "../../trust/acceptance.ts";
import type { Approvals } from "../../trust/approvals.ts";
import type { StationLife } from "../../trust/events.ts";
import type { Api, ApiContext } from "../context.ts";
import { notFound, problem } from "../problem.ts";
import { limitQuery } from "../query.ts";
import { ProblemSchema } from "../schemas.ts";
import {
  approvalView,
  GatewayHistorySchema,
  LifeSchema,
  lifeView,
  programView,
  ReportViewSchema,
  reportView,
} from "../trust-views.ts";

export interface TrustAccess {
  acceptance: AcceptanceDesk;
  approvals: Approvals;
}

const LIST = { most: 200, usual: 50 };
const security = [{ bearer: [] }];
const refused = { 401: ProblemSchema, 403: ProblemSchema, 404: ProblemSchema, 422: ProblemSchema };
const viewing = { permission: "stations:view" } as const;
const enrolling = { permission: "gateways:enrol" } as const;
const approving = { permission: "registry:approve" } as const;
const By = Type.Optional(Type.String({ minLength: 1, maxLength: 60, description: "who decides, told by a machine" }));
const Reason = Type.String({ minLength: 3, maxLength: 200 });

export function trustRoutes(api: Api, { trust, registry }: Pick<ApiContext, "trust" | "registry">): void {
  fileRoute(api, trust.acceptance);
  reportRoutes(api, trust.acceptance);
  lifeRoutes(api, trust.acceptance);
  gatewayRoutes(api, trust.approvals, registry);
}

/** For boxes: the signature says who it is. */
function fileRoute(api: Api, acceptance: AcceptanceDesk): void {
  const schema = {
    summary: "File an acceptance report, signed by its gateway; the same one again changes nothing",
    consumes: ["application/octet-stream"],
    response: {
      200: ReportViewSchema,
      201: ReportViewSchema,
      400: ProblemSchema,
      422: ProblemSchema,
      429: ProblemSchema,
    },
  };
  api.register(async (scope) => {
    const routes = scope as unknown as Api;
    routes.addContentTypeParser("application/octet-stream", { parseAs: "buffer" }, (_request, body, done) =>
      done(null, body),
    );
    const config = {
      public: true,
      rateLimit: { max: limits.enrolment.triesPerMinute, timeWindow: "1 minute" },
    } as const;
    const bodyLimit = reportLimits.envelopeBytes;
    routes.post("/acceptance-reports", { schema, config, bodyLimit }, async (request, reply) => {
      if (!Buffer.isBuffer(request.body)) {
        const detail = "the body is no signed report";
        const cure = "Send the envelope as application/octet-stream.";
        return problem(reply, { status: 400, title: "Not a report", detail, cure });
      }
      const filed = await acceptance.file(request.body);
      if (!filed.ok) return refuse(reply, filed.error);
      const { report, life, again } = filed.value;
      return reply.code(again ? 200 : 201).send({ ...reportView(report), life });
    });
  });
}

function reportRoutes(api: Api, acceptance: AcceptanceDesk): void {
  const list = {
    summary: "Acceptance reports, newest first",
    security,
    querystring: Type.Object({
      station: Type.Optional(Type.String({ pattern: STATION_ID_PATTERN })),
      gateway: Type.Optional(Type.String({ pattern: GATEWAY_ID_PATTERN })),
      limit: limitQuery(LIST.most, LIST.usual),
    }),
    response: { 200: Type.Object({ items: Type.Array(ReportViewSchema) }), 401: ProblemSchema },
  };
  api.get("/acceptance-reports", { schema: list, config: enrolling }, async (request) => {
    const { limit = LIST.usual, ...filter } = request.query;
    const reader = readerOf(request);
    const rows = await acceptance.reports(filter, reader.counties, limit);
    return { items: rows.map(reportView) };
  });
  const one = {
    summary: "One acceptance report, as it was filed",
    security,
    params: Type.Object({ id: Type.String({ pattern: REPORT_ID_PATTERN }) }),
    response: {
      200: Type.Object({
        ...ReportViewSchema.properties,
        envelope: Type.String({ description: "base64, as received: see docs/formats.md" }),
        report: Type.Unknown({ description: "what is in it" }),
      }),
      ...refused,
    },
  };
  api.get("/acceptance-reports/:id", { schema: one, config: enrolling }, async (request, reply) => {
    const row = await acceptance.report(request.params.id);
    if (row === undefined || !seesStation(readerOf(request), row.station)) {
      return notFound(reply, `there is no report ${request.params.id}`);
    }
    return { ...reportView(row), envelope: row.envelope.toString("base64"), report: JSON.parse(row.body) as unknown };
  });
}

function lifeRoutes(api: Api, acceptance: AcceptanceDesk): void {
  const params = Type.Object({ id: Type.String({ pattern: STATION_ID_PATTERN }) });
  const get = {
    summary: "Whether a station is being installed or in use",
    security,
    params,
    response: { 200: LifeSchema, ...refused },
  };
  api.get("/stations/:id/life", { schema: get, config: viewing }, async (request, reply) => {
    const { id } = request.params;
    const row = seesStation(readerOf(request), id) ? await acceptance.life(id) : undefined;
    return row === undefined ? notFound(reply, `there is no station ${id}`) : lifeView(row);
  });
  const set = {
    summary: "Turn a station live without a report, or take it back into installation",
    security,
    params,
    body: Type.Object(
      {
        life: Type.Unsafe<StationLife>(Type.Union([Type.Literal("prepared"), Type.Literal("live")])),
        by: By,
      },
      { additionalProperties: false },
    ),
    response: { 200: LifeSchema, ...refused },
  };
  api.post("/stations/:id/life", { schema: set, config: approving }, async (request, reply) => {
    const { id } = request.params;
    const reader = readerOf(request);
    if (!seesStation(reader, id)) return notFound(reply, `there is no station ${id}`);
    const done = await acceptance.setLife(id, request.body.life, actorOf(reader, request.body.by));
    return done.ok ? lifeView(done.value) : refuse(reply, done.error);
  });
}

function gatewayRoutes(api: Api, approvals: Approvals, registry: Registry): void {
  const params = Type.Object({ id: Type.String({ pattern: GATEWAY_ID_PATTERN }) });
  const history = {
    summary: "Who installed a gateway, every configuration and program it ran, and who approved them",
    security,
    params,
    response: { 200: GatewayHistorySchema, ...refused },
  };
  api.get("/gateways/:id/history", { schema: history, config: viewing }, async (request, reply) => {
    const { installed, programs, approvals: given, station } = await approvals.history(request.params.id);
    if (station === undefined || !seesStation(readerOf(request), station)) {
      return notFound(reply, `there is no gateway ${request.params.id}`);
    }
    return {
      installed: installed.map(reportView),
      programs: programs.map((program) => programView(program, given)),
      approvals: given.map(approvalView),
    };
  });
  const approve = {
    summary: "Approve what a gateway is to run; a box that runs something else is flagged",
    security,
    params,
    body: Type.Object(
      {
        configSha256: Type.Optional(Type.String({ pattern: "^[0-9a-f]{64}$" })),
        version: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
        by: By,
        reason: Reason,
      },
      { additionalProperties: false },
    ),
    response: { 201: Type.Object({ id: Type.String() }), ...refused },
  };
  api.post("/gateways/:id/approvals", { schema: approve, config: approving }, async (request, reply) => {
    const { configSha256 = null, version = null, by, reason } = request.body;
    const { id: gateway } = request.params;
    const reader = readerOf(request);
    const station = registry.gateway(gateway)?.station.id;
    if (station !== undefined && !seesStation(reader, station)) {
      return notFound(reply, `there is no gateway ${gateway}`);
    }
    const order = { gateway, configSha256, version, by: actorOf(reader, by), reason };
    const approved = await approvals.approve(order);
    return approved.ok ? reply.code(201).send({ id: approved.value }) : refuse(reply, approved.error);
  });
}

function refuse(reply: FastifyReply, { code, message, cure }: { code: string; message: string; cure: string }) {
  return problem(reply, { status: 422, title: `Refused: ${code}`, detail: message, cure });
}
