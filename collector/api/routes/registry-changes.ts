/** Changes of equipment: filed before the work, approved by somebody else, entered in the registry when it is done. */
import { STATION_ID_PATTERN } from "@forecourt/protocol/ids.ts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { actorOf } from "../../access/actor.ts";
import { readerOf } from "../../access/guard.ts";
import { seesStation } from "../../access/reader.ts";
import { CHANGE_KINDS, CHANGE_STATES, type ChangeKind, type ChangeState } from "../../registry/change.ts";
import type { DeskFault } from "../../registry/change-desk.ts";
import type { Actor, FiledChange } from "../../registry/change-store.ts";
import { oneOf } from "../case-schemas.ts";
import type { Api, ApiContext } from "../context.ts";
import { notFound, problem } from "../problem.ts";
import { limitQuery, queryTime } from "../query.ts";
import { ChangePlanSchema, ChangeSchema } from "../registry-schemas.ts";
import { changeView } from "../registry-views.ts";
import { Int, Nullable, ProblemSchema, Time } from "../schemas.ts";

type Parts = Pick<ApiContext, "changes" | "registry">;

const CHANGES = { most: 500, usual: 50 };
const By = Type.Optional(Type.String({ minLength: 1, maxLength: 60, description: "for whom a machine acts" }));
const Why = Type.String({ maxLength: 1_000 });
const params = Type.Object({ id: Type.String({ pattern: "^[A-Za-z0-9_-]{1,40}$" }) });
const refused = { 404: ProblemSchema, 409: ProblemSchema, 422: ProblemSchema };
const security = [{ bearer: [] }];
const closed = { additionalProperties: false } as const;

export function registryChangeRoutes(api: Api, parts: Parts): void {
  listRoutes(api, parts);
  fileRoute(api, parts);
  decisionRoutes(api, parts);
}

function listRoutes(api: Api, { changes }: Parts): void {
  const list = {
    summary: "Filed changes, the newest first",
    querystring: Type.Object({
      station: Type.Optional(Type.String({ pattern: STATION_ID_PATTERN })),
      state: Type.Optional(oneOf(CHANGE_STATES)),
      limit: limitQuery(CHANGES.most, CHANGES.usual),
      before: Type.Optional(Type.Integer({ minimum: 1, description: "`next` of the page before" })),
    }),
    response: { 200: Type.Object({ items: Type.Array(ChangeSchema), next: Nullable(Int) }) },
  };
  const config = { permission: "filings:view" } as const;
  api.get("/registry/changes", { schema: list, config }, async (request) => {
    const { station, state, limit = CHANGES.usual, before } = request.query;
    const { counties } = readerOf(request);
    const scope = counties === "all" ? undefined : [...counties];
    const found = await changes.list(
      { station, state: state as ChangeState | undefined, counties: scope },
      { limit, before },
    );
    const next = found.length === limit ? found.at(-1)!.no : null;
    return { items: found.map(({ change }) => changeView(change)), next };
  });

  const one = { summary: "A filed change", params, response: { 200: ChangeSchema, 404: ProblemSchema } };
  api.get("/registry/changes/:id", { schema: one, config }, async (request, reply) => {
    const change = await visible(request, changes);
    return change === undefined ? noChange(reply, request) : changeView(change);
  });
}

function fileRoute(api: Api, { changes, registry }: Parts): void {
  const schema = {
    summary: "File a change of equipment with its work order and the time window of the work",
    security,
    body: Type.Object(
      {
        station: Type.String({ pattern: STATION_ID_PATTERN }),
        kind: oneOf(CHANGE_KINDS),
        subject: Type.String({ minLength: 1, maxLength: 40, description: "the dispenser, seal or tank" }),
        workOrder: Type.String({ minLength: 1, maxLength: 40, description: "number of the work order" }),
        from: Time,
        until: Time,
        why: Why,
        plan: Type.Optional(ChangePlanSchema),
        by: By,
      },
      closed,
    ),
    response: { 201: ChangeSchema, ...refused },
  };
  const options = { schema, config: { permission: "filings:file" }, bodyLimit: 1_048_576 } as const;
  api.post("/registry/changes", options, async (request, reply) => {
    const { station, kind, from, until, plan = {}, by, ...rest } = request.body;
    if (registry.station(station) === undefined || !seesStation(readerOf(request), station)) {
      return notFound(reply, `no station ${station} is registered`);
    }
    const window = { fromMs: queryTime(from) ?? Number.NaN, untilMs: queryTime(until) ?? Number.NaN };
    const filed = await changes.file(
      { station, kind: kind as ChangeKind, plan, ...rest, ...window },
      actor(request, by),
    );
    return filed.ok ? reply.code(201).send(changeView(filed.value)) : refuse(reply, filed.error);
  });
}

function decisionRoutes(api: Api, { changes }: Parts): void {
  const decide = {
    summary: "Approve or reject a change that somebody else has filed; once approved, the rules know of the work",
    security,
    params,
    body: Type.Object({ decision: oneOf(["approve", "reject"]), why: Type.Optional(Why), by: By }, closed),
    response: { 200: ChangeSchema, ...refused },
  };
  const deciding = { schema: decide, config: { permission: "registry:approve" } } as const;
  api.post("/registry/changes/:id/decision", deciding, async (request, reply) => {
    if ((await visible(request, changes)) === undefined) return noChange(reply, request);
    const { decision, why = "", by } = request.body;
    const { id } = request.params;
    const who = actor(request, by);
    const done = await (decision === "approve" ? changes.approve(id, who, why) : changes.reject(id, who, why));
    return done.ok ? changeView(done.value) : refuse(reply, done.error);
  });

  const complete = {
    summary: "The work is done: the registry says so from that moment on",
    security,
    params,
    body: Type.Object({ at: Time, by: By }, closed),
    response: { 200: ChangeSchema, ...refused },
  };
  const filing = { permission: "filings:file" } as const;
  api.post("/registry/changes/:id/completion", { schema: complete, config: filing }, async (request, reply) => {
    if ((await visible(request, changes)) === undefined) return noChange(reply, request);
    const { at, by } = request.body;
    const done = await changes.complete(request.params.id, actor(request, by), queryTime(at) ?? Number.NaN);
    return done.ok ? changeView(done.value) : refuse(reply, done.error);
  });

  const withdraw = {
    summary: "Take back a change that nobody has decided yet",
    security,
    params,
    body: Type.Object({ by: By }, closed),
    response: { 200: ChangeSchema, ...refused },
  };
  api.post("/registry/changes/:id/withdrawal", { schema: withdraw, config: filing }, async (request, reply) => {
    if ((await visible(request, changes)) === undefined) return noChange(reply, request);
    const done = await changes.withdraw(request.params.id, actor(request, request.body.by));
    return done.ok ? changeView(done.value) : refuse(reply, done.error);
  });
}

function actor(request: FastifyRequest, told: string | undefined): Actor {
  const reader = readerOf(request);
  return { account: reader.account, name: actorOf(reader, told) };
}

type WithId = FastifyRequest<{ Params: { id: string } }>;

/** The change, where it lies within the reader's counties. */
async function visible(request: FastifyRequest, changes: Parts["changes"]): Promise<FiledChange | undefined> {
  const change = await changes.get((request as WithId).params.id);
  return change !== undefined && seesStation(readerOf(request), change.station) ? change : undefined;
}

function noChange(reply: FastifyReply, request: FastifyRequest): FastifyReply {
  return notFound(reply, `there is no change ${(request as WithId).params.id}`);
}

function refuse(reply: FastifyReply, { code, message, cure }: DeskFault): FastifyReply {
  const status = code === "state" || code === "own" || code === "changed" ? 409 : 422;
  const detail = `${message.zh} · ${message.en}`;
  return problem(reply, { status, title: `Refused: ${code}`, detail, cure: `${cure.zh} ${cure.en}` });
}
