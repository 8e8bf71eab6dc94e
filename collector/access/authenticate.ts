/**
 * Tells who sends a request: a machine by its bearer token, a person by the cookie of their session. What changes
 * something by cookie must carry the session's token as well, which only a page of ours can know.
 */
import { timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { Directory } from "./directory.ts";
import type { Authenticate } from "./guard.ts";
import type { Reader } from "./reader.ts";
import { csrfToken, type Sessions } from "./sessions.ts";

export interface AuthenticateParts {
  /** the holder of a bearer token */
  machine: (token: string) => Reader | undefined;
  sessions: Pick<Sessions, "find">;
  directory: Pick<Directory, "reader">;
}

export const CSRF_HEADER = "x-forecourt-csrf";
/** The page asks by itself: that keeps no session open. */
const BACKGROUND_HEADER = "x-forecourt-background";
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** With TLS the browser takes the cookie from this host alone (prefix `__Host-`). */
export function cookieName(request: Pick<FastifyRequest, "protocol">): string {
  return request.protocol === "https" ? "__Host-forecourt" : "forecourt";
}

/** What was sent and is not known makes nobody of its sender: a wrong token is refused, whatever the cookie says. */
export function authenticator({ machine, sessions, directory }: AuthenticateParts): Authenticate {
  return async (request) => {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const bearer = /^Bearer (\S{1,200})$/.exec(authorization);
      return (bearer === null ? undefined : machine(bearer[1]!)) ?? "unknown";
    }
    const secret = request.cookies[cookieName(request)];
    if (secret === undefined) return "unknown";
    const acts = !isByItself(request);
    const session = sessions.find(secret, acts);
    if (session === undefined) return "unknown";
    if (!SAFE.has(request.method) && !isOurs(request, secret)) return "forged";
    return directory.reader(session.account, session.id) ?? "unknown";
  };
}

/** A stream that stays open, a piece of the map, or what the page says it asks by itself. */
function isByItself({ headers, routeOptions: { config } }: FastifyRequest): boolean {
  return headers[BACKGROUND_HEADER] !== undefined || config.streams === true || config.backdrop === true;
}

function isOurs({ headers }: FastifyRequest, secret: string): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") return false;
  const sent = headers[CSRF_HEADER];
  const expected = Buffer.from(csrfToken(secret), "utf8");
  const told = Buffer.from(typeof sent === "string" ? sent : "", "utf8");
  return told.length === expected.length && timingSafeEqual(told, expected);
}
