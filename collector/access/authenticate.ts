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
  /** the screen that holds a wall display's secret */
  wall: (secret: string) => Reader | undefined;
  directory: Pick<Directory, "reader">;
}

export const CSRF_HEADER = "x-forecourt-csrf";
/** The page asks by itself: that keeps no session open. */
const BACKGROUND_HEADER = "x-forecourt-background";
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** With TLS the browser takes the cookie from this host alone (prefix `__Host-`). @param of a wall display has its own */
export function cookieName(request: Pick<FastifyRequest, "protocol">, of?: "wall"): string {
  const name = of === undefined ? "forecourt" : `forecourt-${of}`;
  return request.protocol === "https" ? `__Host-${name}` : name;
}

/** What was sent and is not known makes nobody of its sender: a wrong token is refused, whatever the cookie says. */
export function authenticator({ machine, sessions, directory, wall }: AuthenticateParts): Authenticate {
  return async (request) => {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const bearer = /^Bearer (\S{1,200})$/.exec(authorization);
      return (bearer === null ? undefined : machine(bearer[1]!)) ?? "unknown";
    }
    // A wall display's secret opens what a wall shows, and is not looked at elsewhere.
    const screen = isWalls(request) ? request.cookies[cookieName(request, "wall")] : undefined;
    const shown = screen === undefined ? undefined : wall(screen);
    if (shown !== undefined) return shown;
    const secret = request.cookies[cookieName(request)];
    if (secret === undefined) return "unknown";
    const acts = !isByItself(request);
    const session = sessions.find(secret, acts);
    if (session === undefined) return "unknown";
    if (!SAFE.has(request.method) && !isOurs(request, secret)) return "forged";
    return directory.reader(session.account, session.id) ?? "unknown";
  };
}

/** What a wall display may ask: only ever to look. */
function isWalls({ method, routeOptions: { config } }: FastifyRequest): boolean {
  return config.permission === "wall:view" && SAFE.has(method);
}

/** A stream that stays open, a piece of the map, a wall, or what the page says it asks by itself. */
function isByItself({ headers, routeOptions: { config } }: FastifyRequest): boolean {
  const repeats = config.streams === true || config.backdrop === true || config.permission === "wall:view";
  return repeats || headers[BACKGROUND_HEADER] !== undefined;
}

function isOurs({ headers }: FastifyRequest, secret: string): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") return false;
  const sent = headers[CSRF_HEADER];
  const expected = Buffer.from(csrfToken(secret), "utf8");
  const told = Buffer.from(typeof sent === "string" ? sent : "", "utf8");
  return told.length === expected.length && timingSafeEqual(told, expected);
}
