/**
 * Stands before every route. A route declares what it needs in its configuration, or that it is public; one that
 * declares nothing stops the start. Who is not signed in, or lacks the function, goes no further: not even to the
 * check of the body, so that nobody learns what would be right.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import { problem } from "../api/problem.ts";
import { FUNCTIONS, type FunctionName } from "./functions.ts";
import { may, type Reader } from "./reader.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** the function that the route needs */
    permission?: FunctionName;
    /** nobody has to be signed in */
    public?: true;
  }
}

/** Tells who sends a request: unknown when nobody is signed in, forged when a page of another site may have sent it. */
export type Authenticate = (request: FastifyRequest) => Promise<Reader | "unknown" | "forged">;

/** What a route was declared with. */
export interface DeclaredRoute {
  method: string;
  url: string;
  /** undefined: public */
  permission: FunctionName | undefined;
}

const readers = new WeakMap<FastifyRequest, Reader>();

/**
 * Who sends the request.
 * @throws Error on a public route, which has no reader: a mistake of ours
 */
export function readerOf(request: FastifyRequest): Reader {
  const reader = knownReader(request);
  if (reader === undefined) throw new Error(`${request.routeOptions.url} is public and has no reader`);
  return reader;
}

/** Who sends the request, where that is known: also when it is refused. */
export function knownReader(request: FastifyRequest): Reader | undefined {
  return readers.get(request);
}

/**
 * Guards every route that is added after it.
 * @returns the routes as they were declared, filled as they are added
 */
export function guardRoutes(api: Pick<FastifyInstance, "addHook">, authenticate: Authenticate): DeclaredRoute[] {
  const declared: DeclaredRoute[] = [];
  api.addHook("onRoute", (route) => {
    declared.push(...declarationOf(route));
  });
  api.addHook("onRequest", async (request, reply) => {
    if (request.is404) return undefined;
    const { permission, public: isPublic } = request.routeOptions.config;
    if (isPublic) return undefined;
    const reader = await authenticate(request);
    if (reader === "unknown") return notSignedIn(reply);
    if (reader === "forged") return notFromHere(reply);
    readers.set(request, reader);
    // Without a declaration the start has failed; should there be such a route all the same, it is closed.
    if (permission === undefined || !may(reader, permission)) return notPermitted(reply, permission);
    return undefined;
  });
  return declared;
}

/** @throws Error when the route declares nothing, or both */
function declarationOf({ method, url, config }: RouteOptions): DeclaredRoute[] {
  const methods = [method].flat();
  const { permission, public: isPublic } = config ?? {};
  if ((permission === undefined) === (isPublic === undefined)) {
    throw new Error(
      `${methods.join(",")} ${url} must declare \`config: { permission }\` or \`config: { public: true }\`, one of them`,
    );
  }
  return methods.map((one) => ({ method: one, url, permission }));
}

function notSignedIn(reply: FastifyReply): FastifyReply {
  return problem(reply, {
    status: 401,
    title: "Not signed in",
    detail: "nobody is signed in, or the token is not known",
    cure: "Sign in, or send a machine's token as `authorization: Bearer …`.",
  });
}

function notFromHere(reply: FastifyReply): FastifyReply {
  return problem(reply, {
    status: 403,
    title: "Not from here",
    detail: "the request does not carry the session's token, or comes from another site",
    cure: "Load the page anew.",
  });
}

function notPermitted(reply: FastifyReply, permission: FunctionName | undefined): FastifyReply {
  const what = permission === undefined ? "this" : `${FUNCTIONS[permission].en} (${permission})`;
  return problem(reply, {
    status: 403,
    title: "Not permitted",
    detail: `the account may not ${what}`,
    cure: "Have the function requested for it, if it belongs to its duties.",
  });
}
