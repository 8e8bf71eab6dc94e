/** Puts every request of a signed-in reader into the audit trail before its answer leaves. */
import { STATION_ID_PATTERN } from "@forecourt/protocol/ids.ts";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { actorOf } from "../access/actor.ts";
import { knownReader } from "../access/guard.ts";
import { type Look, Looks } from "../audit/looks.ts";
import type { Trail } from "../audit/trail.ts";
import { NOT_ON_RECORD, problem, problemBody } from "./problem.ts";

const STATION = new RegExp(STATION_ID_PATTERN);
/** Query values are kept as they came, cut to this. */
const VALUE_CHARACTERS = 200;

export interface LooksParts {
  trail: Trail;
  /** Signs the log's head: what was changed is never unsigned. */
  sign: () => Promise<void>;
  /** epoch ms */
  now: () => number;
}

/**
 * Adds the hooks; nothing of one's own account is a look. While the log cannot be written nobody is shown anything, and
 * nothing is changed: requests are refused before they are handled.
 */
export function recordLooks(api: Pick<FastifyInstance, "addHook">, { trail, sign, now }: LooksParts): void {
  const looks = new Looks(now);
  const record = async (look: Look) => {
    for (const note of looks.take(look)) await trail.add(note);
    if (!look.isExport && look.method === "GET") return true;
    const isWritten = trail.flush();
    await sign();
    return isWritten;
  };
  api.addHook("preHandler", async (request, reply) => {
    const look = lookOf(request, 200);
    if (look === undefined) return undefined;
    if (!trail.isWritable()) return problem(reply, NOT_ON_RECORD);
    // An answer that streams has no end to wait for: it is put down when it begins.
    if (request.routeOptions.config.streams) await record(look);
    return undefined;
  });
  api.addHook("onSend", async (request, reply, payload) => {
    if (request.routeOptions.config.streams && reply.statusCode === 200) return payload;
    const look = lookOf(request, reply.statusCode);
    if (look === undefined || (trail.isWritable() && (await record(look)))) return payload;
    // A change has its own note in its own transaction; what would be seen or carried away stays here.
    return look.method === "GET" && reply.statusCode === 200 ? withheld(reply) : payload;
  });
  api.addHook("onClose", async () => {
    for (const note of looks.all()) await trail.add(note);
  });
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** the answer is a stream that stays open */
    streams?: true;
    /** what is given is a piece of the map and says nothing of anybody: it leaves no line in the trail */
    backdrop?: true;
  }
}

/** In the place of an answer that is ready: the refusal, as text. */
function withheld(reply: FastifyReply): string {
  for (const name of ["etag", "content-disposition", "content-length"]) reply.removeHeader(name);
  reply.code(NOT_ON_RECORD.status).type("application/problem+json");
  return JSON.stringify(problemBody(NOT_ON_RECORD));
}

function lookOf(request: FastifyRequest, status: number): Look | undefined {
  const reader = knownReader(request);
  const { permission, backdrop } = request.routeOptions.config;
  const isOwn = permission === "own:account" && request.method === "GET";
  if (reader === undefined || permission === undefined || backdrop || isOwn || request.method === "HEAD")
    return undefined;
  const [path = "/"] = request.url.split("?");
  const query = plain(request.query);
  const { id } = plain(request.params);
  const station = [id, query.station].find((one) => one !== undefined && STATION.test(one));
  return {
    who: actorOf(reader, undefined),
    account: reader.account,
    session: reader.session,
    address: request.ip,
    method: request.method,
    path: path.slice(0, VALUE_CHARACTERS),
    query,
    status,
    subject: station ?? id ?? path.slice(0, VALUE_CHARACTERS),
    isExport: permission === "exports:take",
  };
}

function plain(values: unknown): Record<string, string> {
  const entries = Object.entries((values ?? {}) as Record<string, unknown>);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, String(value).slice(0, VALUE_CHARACTERS).toWellFormed()]),
  );
}
