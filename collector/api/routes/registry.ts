/** The registry: stations with filters, an entry with its history, and changing it. */
import { STATION_ID_PATTERN } from "@forecourt/protocol/ids.ts";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import { actorOf } from "../../access/actor.ts";
import { readerOf } from "../../access/guard.ts";
import { seesStation } from "../../access/reader.ts";
import type { RegistrarError } from "../../registry/registrar.ts";
import { STATION_STATUSES, StationSchema } from "../../registry/schema.ts";
import type { RecordedVersion } from "../../registry/store.ts";
import type { Api, ApiContext } from "../context.ts";
import { notFound, problem } from "../problem.ts";
import { limitQuery, queryTime, TimeQuery } from "../query.ts";
import { RegistryEntrySchema, RegistryRowSchema, RegistryVersionSchema } from "../registry-schemas.ts";
import { fits, registryEntry, registryRow, registryVersion } from "../registry-views.ts";
import { Int, Nullable, ProblemSchema } from "../schemas.ts";

type Parts = Pick<ApiContext, "registry" | "registrar">;

const STATIONS = { most: 1_000, usual: 50 };
const VERSIONS = { most: 200, usual: 20 };
const ENTRY_BYTES = 2 * 1_048_576;
const viewing = { permission: "stations:view" } as const;
const editing = { permission: "registry:edit" } as const;
const params = Type.Object({ id: Type.String({ pattern: STATION_ID_PATTERN }) });
const unregistered = (id: string) => `no station ${id} is registered`;

export function registryRoutes(api: Api, parts: Parts): void {
  listRoute(api, parts);
  entryRoute(api, parts);
  historyRoute(api, parts);
  changeRoute(api, parts);
}

function listRoute(api: Api, { registry, registrar }: Parts): void {
  const word = (most: number) => Type.Optional(Type.String({ minLength: 1, maxLength: most }));
  const schema = {
    summary: "Registered stations by id, filtered",
    querystring: Type.Object({
      county: word(100),
      brand: word(50),
      status: Type.Optional(Type.Enum([...STATION_STATUSES])),
      gateway: Type.Optional(Type.Enum(["yes", "no"])),
      licenceBefore: Type.Optional(Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" })),
      search: word(100),
      limit: limitQuery(STATIONS.most, STATIONS.usual),
      after: Type.Optional(Type.String({ pattern: STATION_ID_PATTERN, description: "`next` of the page before" })),
    }),
    response: {
      200: Type.Object({ total: Int, items: Type.Array(RegistryRowSchema), next: Nullable(Type.String()) }),
    },
  };
  api.get("/registry/stations", { schema, config: viewing }, async (request) => {
    const { limit = STATIONS.usual, after = "", ...filter } = request.query;
    const reader = readerOf(request);
    const all = registry.stations
      .filter(({ id }) => seesStation(reader, id))
      .filter((entry) => fits(entry, registry.gatewaysOf(entry.id), filter as Parameters<typeof fits>[2]))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const rest = all.filter(({ id }) => id > after);
    const page = rest.slice(0, limit);
    const items = page.flatMap(({ id }) => {
      const version = registrar.current(id);
      return version === undefined ? [] : [registryRow(version, registry.gatewaysOf(id))];
    });
    return { total: all.length, items, next: rest.length > limit ? page.at(-1)!.id : null };
  });
}

function entryRoute(api: Api, { registry, registrar }: Parts): void {
  const response = { 200: RegistryEntrySchema, 304: Type.Null(), 404: ProblemSchema };
  const schema = { summary: "A station's entry in the registry, with an ETag", params, response };
  api.get("/registry/stations/:id", { schema, config: viewing }, async (request, reply) => {
    const { id } = request.params;
    const version = seesStation(readerOf(request), id) ? registrar.current(id) : undefined;
    if (version === undefined) return notFound(reply, unregistered(id));
    const gateways = registry.gatewaysOf(id);
    reply.header("etag", etagOf(version));
    return registryEntry(version, gateways);
  });
}

function historyRoute(api: Api, { registrar }: Parts): void {
  const schema = {
    summary: "Versions of a station's entry, the newest first, each with what it changed, by whom and why",
    params,
    querystring: Type.Object({
      limit: limitQuery(VERSIONS.most, VERSIONS.usual),
      before: Type.Optional(Type.Integer({ minimum: 1, description: "`next` of the page before" })),
    }),
    response: {
      200: Type.Object({ items: Type.Array(RegistryVersionSchema), next: Nullable(Int) }),
      404: ProblemSchema,
    },
  };
  api.get("/registry/stations/:id/history", { schema, config: viewing }, async (request, reply) => {
    const { id } = request.params;
    if (!seesStation(readerOf(request), id) || registrar.current(id) === undefined) {
      return notFound(reply, unregistered(id));
    }
    const { limit = VERSIONS.usual, before } = request.query;
    const versions = await registrar.history(id, { limit, before });
    const last = versions.at(-1);
    const next = last !== undefined && last.version > 1 && versions.length === limit ? last.version : null;
    return { items: versions.map(registryVersion), next };
  });
}

function changeRoute(api: Api, { registry, registrar }: Parts): void {
  const schema = {
    summary:
      "Register a station (If-None-Match: *), or put another entry in the place of the one that was read (If-Match)",
    security: [{ bearer: [] }],
    params,
    headers: Type.Object({ "if-match": Type.Optional(Type.String()), "if-none-match": Type.Optional(Type.String()) }),
    body: Type.Object(
      {
        entry: StationSchema,
        why: Type.String({ maxLength: 1_000 }),
        by: Type.Optional(Type.String({ minLength: 1, maxLength: 60, description: "for whom a machine acts" })),
        from: TimeQuery,
      },
      { additionalProperties: false },
    ),
    response: {
      200: RegistryEntrySchema,
      201: RegistryEntrySchema,
      ...{ 404: ProblemSchema, 412: ProblemSchema, 422: ProblemSchema, 428: ProblemSchema },
    },
  };
  const options = { schema, config: editing, bodyLimit: ENTRY_BYTES };
  api.put("/registry/stations/:id", options, async (request, reply) => {
    const { id } = request.params;
    const reader = readerOf(request);
    if (!seesStation(reader, id)) return notFound(reply, unregistered(id));
    const { entry, why, by, from } = request.body;
    if (entry.id !== id) {
      const cure = "Give the same id in the path and in the entry.";
      return problem(reply, { status: 422, title: "Another station", detail: `the entry is of ${entry.id}`, cure });
    }
    const after = expectedVersion(request.headers, registrar.current(id));
    if (typeof after === "string") return precondition(reply, after);
    const facts = { who: actorOf(reader, by), why, fromMs: queryTime(from) };
    const done = await registrar.carryOut([{ entry, after }], facts);
    if (!done.ok) return refuseOrder(reply, done.error);
    const version = done.value[0]!;
    reply.header("etag", etagOf(version));
    return reply.code(after === 0 ? 201 : 200).send(registryEntry(version, registry.gatewaysOf(id)));
  });
}

const etagOf = ({ version }: RecordedVersion) => `"${version}"`;

/** The version that the sender has read; `missing` when it does not say, `other` when it is not the one that stands. */
function expectedVersion(
  headers: { "if-match"?: string; "if-none-match"?: string },
  current: RecordedVersion | undefined,
): number | "missing" | "other" {
  const { "if-match": match, "if-none-match": none } = headers;
  if (none === "*") return current === undefined ? 0 : "other";
  if (match === undefined) return "missing";
  return current !== undefined && match === etagOf(current) ? current.version : "other";
}

function precondition(reply: FastifyReply, what: "missing" | "other"): FastifyReply {
  if (what === "missing") {
    const detail = "it is not said which version the change was made from";
    const cure = "Send If-Match with the ETag that was read, or If-None-Match: * for a new station.";
    return problem(reply, { status: 428, title: "Version needed", detail, cure });
  }
  const detail = "the entry is not the one that was read";
  return problem(reply, { status: 412, title: "Changed meanwhile", detail, cure: "Read it again, then change it." });
}

/** Why a change of the registry was refused. */
export function refuseOrder(reply: FastifyReply, { code, message, cure, faults = [] }: RegistrarError): FastifyReply {
  if (code === "changed") return precondition(reply, "other");
  const detail = faults.length > 1 ? faults.map((fault) => fault.message.en).join("; ") : message.en;
  return problem(reply, { status: 422, title: `Refused: ${code}`, detail, cure: cure.en });
}
