/** Wall displays: how one is opened and taken back, and all that it shows. */
import { formatTime } from "@forecourt/protocol/time.ts";
import { Type } from "typebox";
import { cookieName } from "../../access/authenticate.ts";
import { readerOf } from "../../access/guard.ts";
import { departmentsOf, type Reader } from "../../access/reader.ts";
import { limits } from "../../limits.ts";
import type { Api, ApiContext } from "../context.ts";
import { WallPictureSchema, WallSchema } from "../map-schemas.ts";
import { notFound, problem } from "../problem.ts";
import { ProblemSchema } from "../schemas.ts";
import { departmentFlags, flagView, timeOrNull } from "../views.ts";

const config = { permission: "wall:view" } as const;
/** As many as can be read from across a room. */
const FLAGS = 6;
const MS_PER_S = 1_000;
const Name = Type.String({ minLength: 1, maxLength: 40 });

export function wallRoutes(api: Api, context: ApiContext): void {
  ownRoutes(api, context);
  const { access, views, queries, now } = context;
  const open = {
    summary: "A screen brings its one-time code and becomes a wall display",
    body: Type.Object({ code: Type.String({ minLength: 1, maxLength: 40 }) }, { additionalProperties: false }),
    response: { 204: Type.Null(), 401: ProblemSchema, 429: ProblemSchema },
  };
  const few = { public: true, rateLimit: { max: limits.walls.triesPerMinute, timeWindow: "1 minute" } } as const;
  api.post("/wall-session", { schema: open, config: few }, async (request, reply) => {
    const opened = access.walls.open(request.body.code, request.ip);
    if (!opened.ok) {
      const { message: detail, cure } = opened.error;
      return problem(reply, { status: 401, title: "Not opened", detail, cure });
    }
    await access.sign();
    const { secret, expiresMs } = opened.value;
    reply.setCookie(cookieName(request, "wall"), secret, {
      ...{ path: "/", httpOnly: true, sameSite: "strict", secure: request.protocol === "https" },
      maxAge: Math.floor((expiresMs - now()) / MS_PER_S),
    });
    return reply.code(204).send(null);
  });

  const picture = {
    summary: "All that a wall display shows",
    response: { 200: WallPictureSchema, 401: ProblemSchema },
  };
  api.get("/wall", { schema: picture, config }, async (request) => {
    const reader = readerOf(request);
    const sight = sightOf(reader);
    const [stations, counts, flags] = await Promise.all([
      views.summaries(sight),
      queries.openFlags(sight),
      queries.flags(sight, { state: "open" }, { limit: FLAGS }),
    ]);
    return {
      name: reader.name,
      at: formatTime(now()),
      stations,
      departments: departmentFlags(counts),
      flags: flags.map((row) => {
        const { id, title, station, subject, severity, department, from } = flagView(row);
        return { id, title, station, subject, severity, department, from };
      }),
    };
  });
}

function ownRoutes(api: Api, { access }: Pick<ApiContext, "access">): void {
  const prepare = {
    summary: "Make a one-time code that opens a wall display for what the account may see",
    body: Type.Object({ name: Name }, { additionalProperties: false }),
    response: {
      201: Type.Object({ id: Type.String(), code: Type.String(), codeUntil: Type.String() }),
      409: ProblemSchema,
    },
  };
  api.post("/walls", { schema: prepare, config }, async (request, reply) => {
    const made = access.walls.prepare(readerOf(request), request.body.name);
    if (!made.ok) {
      const { message: detail, cure } = made.error;
      return problem(reply, { status: 409, title: "Too many", detail, cure });
    }
    await access.sign();
    const { id, code, codeUntilMs } = made.value;
    return reply.code(201).send({ id, code, codeUntil: formatTime(codeUntilMs) });
  });

  const list = {
    summary: "The account's own wall displays",
    response: { 200: Type.Object({ items: Type.Array(WallSchema) }) },
  };
  api.get("/walls", { schema: list, config }, async (request) => ({
    items: access.walls.of(readerOf(request).account).map(({ id, name, openedMs, address, seenMs, expiresMs }) => {
      return {
        id,
        name,
        opened: timeOrNull(openedMs),
        address,
        seen: timeOrNull(seenMs),
        until: formatTime(expiresMs),
      };
    }),
  }));

  const end = {
    summary: "Take a wall display back",
    params: Type.Object({ id: Type.String({ pattern: "^[A-Za-z0-9_-]{1,40}$" }) }),
    response: { 204: Type.Null(), 404: ProblemSchema },
  };
  api.delete("/walls/:id", { schema: end, config }, async (request, reply) => {
    if (!access.walls.end(readerOf(request), request.params.id))
      return notFound(reply, "you have no such wall display");
    await access.sign();
    return reply.code(204).send(null);
  });
}

/**
 * A wall holds one function, with the departments whose flags its opener sees: with these eyes it looks at the store. Who
 * may open one may see sums (roles.yaml).
 */
function sightOf(reader: Reader): Reader {
  if (reader.kind === "person") return reader;
  return {
    ...reader,
    grants: new Map([
      ["flags:view", departmentsOf(reader, "wall:view")],
      ["statistics:view", "all"],
    ]),
  };
}
