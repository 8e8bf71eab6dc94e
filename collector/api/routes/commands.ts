/** Commands to gateways: issued, listed, looked at. */
import { COMMAND_ID_PATTERN, commandLimits } from "@forecourt/protocol/commands/schema.ts";
import { GATEWAY_ID_PATTERN } from "@forecourt/protocol/ids.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import { Type } from "typebox";
import { actorOf } from "../../access/actor.ts";
import { readerOf } from "../../access/guard.ts";
import { seesStation } from "../../access/reader.ts";
import { limits } from "../../limits.ts";
import type { CommandRow } from "../../store/commands.ts";
import type { Api, ApiContext } from "../context.ts";
import { notFound, problem } from "../problem.ts";
import { limitQuery } from "../query.ts";
import { ProblemSchema } from "../schemas.ts";
import { timeOrNull } from "../views.ts";

const LIST = { most: 200, usual: 50 };
/** A day: a gateway that is away for a night still gets it. */
const USUAL_LIFE_MS = 86_400_000;
const LEAST_LIFE_MS = 10_000;

const CommandViewSchema = Type.Object({
  id: Type.String(),
  gateway: Type.String(),
  station: Type.String(),
  command: Type.Unknown({ description: "what was asked" }),
  issuedAt: Type.String({ format: "date-time" }),
  expiresAt: Type.String({ format: "date-time" }),
  state: Type.String({ description: "issued, expired, accepted, done, refused, failed or rolled-back" }),
  reason: Type.Union([Type.String(), Type.Null()]),
  answeredAt: Type.Union([Type.String({ format: "date-time" }), Type.Null()]),
  text: Type.Union([Type.String({ description: "what came with the answer, such as log lines" }), Type.Null()]),
});

const refusals = { 401: ProblemSchema, 403: ProblemSchema, 404: ProblemSchema };
const security = [{ bearer: [] }];
const permission = "commands:issue";
const config = { permission, rateLimit: { max: limits.api.noticesPerMinute, timeWindow: "1 minute" } } as const;
/** Whoever waits for an answer looks again and again. */
const reading = { permission, rateLimit: { max: limits.api.commandLooksPerMinute, timeWindow: "1 minute" } } as const;

export function commandRoutes(api: Api, { commands: desk, registry }: Pick<ApiContext, "commands" | "registry">): void {
  const issue = {
    summary: "Issue a command to a gateway; it is sent at once, and again whenever the gateway connects",
    security,
    body: Type.Object({
      gateway: Type.String({ pattern: GATEWAY_ID_PATTERN }),
      command: Type.Object({ name: Type.String() }, { additionalProperties: true }),
      by: Type.Optional(Type.String({ minLength: 1, maxLength: 60, description: "who orders it" })),
      lifeMs: Type.Optional(Type.Integer({ minimum: LEAST_LIFE_MS, maximum: commandLimits.lifeMs })),
    }),
    response: { 201: Type.Object({ id: Type.String() }), 400: ProblemSchema, 422: ProblemSchema, ...refusals },
  };
  const bodyLimit = limits.api.commandBytes;
  api.post("/commands", { schema: issue, config, bodyLimit }, async (request, reply) => {
    const { gateway, command, lifeMs, by } = request.body;
    const at = registry.gateway(gateway)?.station.id;
    const reader = readerOf(request);
    if (at !== undefined && !seesStation(reader, at)) {
      return notFound(reply, `there is no gateway ${gateway}`);
    }
    const order = { gateway, command, lifeMs: lifeMs ?? USUAL_LIFE_MS, by: actorOf(reader, by) };
    const issued = await desk.issue(order);
    if (issued.ok) return reply.code(201).send({ id: issued.value });
    const { message, cure } = issued.error;
    return problem(reply, { status: 422, title: "Not issued", detail: message, cure });
  });
  const list = {
    summary: "Commands and what became of them, newest first",
    security,
    querystring: Type.Object({
      gateway: Type.Optional(Type.String({ pattern: GATEWAY_ID_PATTERN })),
      limit: limitQuery(LIST.most, LIST.usual),
    }),
    response: { 200: Type.Object({ items: Type.Array(CommandViewSchema) }), ...refusals },
  };
  api.get("/commands", { schema: list, config: reading }, async (request) => {
    const { gateway, limit } = request.query;
    const rows = await desk.list({ gateway, counties: readerOf(request).counties }, limit ?? LIST.usual);
    return { items: rows.map(viewOf) };
  });
  const one = {
    summary: "One command",
    security,
    params: Type.Object({ id: Type.String({ pattern: COMMAND_ID_PATTERN }) }),
    response: { 200: CommandViewSchema, ...refusals },
  };
  api.get("/commands/:id", { schema: one, config: reading }, async (request, reply) => {
    const row = await desk.get(request.params.id);
    const isSeen = row !== undefined && seesStation(readerOf(request), row.station);
    return !isSeen ? notFound(reply, `there is no command ${request.params.id}`) : viewOf(row);
  });
}

function viewOf(row: CommandRow) {
  return {
    id: row.id,
    gateway: row.gateway,
    station: row.station,
    command: JSON.parse(row.body) as unknown,
    issuedAt: formatTime(row.issuedMs),
    expiresAt: formatTime(row.expiresMs),
    state: row.state,
    reason: row.reason,
    answeredAt: timeOrNull(row.answeredMs),
    text: row.text,
  };
}
