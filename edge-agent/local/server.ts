/**
 * The box's own page and its API, on the station's network. Nothing is answered without the PIN but the page's files.
 * A change is only taken from the page itself: the cookie stays on this site, and a header that no form can send must
 * be there.
 */
import cookie from "@fastify/cookie";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { commissionRoutes } from "./commission-routes.ts";
import { liveRoutes } from "./live-routes.ts";
import { pageFiles } from "./page-files.ts";
import { isPin, type PinHash } from "./pin.ts";
import { refuse } from "./refusal.ts";
import type { LocalBox } from "./routes.ts";
import type { Sessions } from "./sessions.ts";

/** JSON of a whole station's places; photos have a limit of their own. */
const LARGEST_BODY = 512 * 1_024;
const COOKIE = "forecourt-box";
/** No form of another page can send it, and a script of another page may not. */
const OWN_HEADER = "x-forecourt-box";

const SECURITY_HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob: data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "cache-control": "no-store",
};

export interface LocalServerOptions {
  host: string;
  port: number;
  /** of this moment; undefined: none was set yet, and nobody gets in */
  pin: () => PinHash | undefined;
  sessions: Sessions;
  box: LocalBox;
  log: (message: string, details: Record<string, unknown>) => void;
}

export interface LocalServer {
  port: number;
  close(): Promise<void>;
}

/** Starts the server. @throws Error when the address cannot be used */
export async function startLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  const { host, port, sessions, box, log } = options;
  const pin = pinInForce(options);
  const app = fastify({ bodyLimit: LARGEST_BODY, forceCloseConnections: true });
  await app.register(cookie);
  app.addHook("onSend", async (_request, reply) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) reply.header(name, value);
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log("a request of the page failed", { url: request.url, error: String(error) });
    return refuse(reply, status, { code: "request", message: error.message, cure: "load the page again" });
  });
  app.setNotFoundHandler((_request, reply) =>
    refuse(reply, 404, { code: "no-such-page", message: "there is no such page", cure: "open the page at /" }),
  );
  pageFiles(app);
  app.addHook("preHandler", async (request, reply) => {
    // By the route that answers: one path can be written in many ways, and the router knows them all.
    const { url } = request.routeOptions;
    if (url?.startsWith("/api/") !== true) return;
    if (isForeign(request)) {
      return refuse(reply, 403, {
        code: "foreign",
        message: "this request is not the page's own",
        cure: "use the page",
      });
    }
    pin();
    if (url !== "/api/session" && !sessions.isOpen(request.cookies[COOKIE])) {
      return refuse(reply, 401, { code: "pin", message: "the PIN is needed", cure: "type the box's PIN" });
    }
  });
  sessionRoutes(app, { ...options, pin });
  commissionRoutes(app, box);
  liveRoutes(app, box);
  await app.listen({ host, port });
  const address = app.server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    close: () => app.close(),
  };
}

/** The PIN of this moment; when it is another than before, those who typed the old one are signed out. */
function pinInForce({ pin, sessions }: LocalServerOptions): () => PinHash | undefined {
  let before = pin()?.hash;
  return () => {
    const now = pin();
    if (now?.hash !== before) sessions.closeAll();
    before = now?.hash;
    return now;
  };
}

/** Everything that changes something must be sent by the page's own script. */
function isForeign(request: FastifyRequest): boolean {
  const { origin, host } = request.headers;
  if (origin !== undefined && URL.canParse(origin) && new URL(origin).host !== host) return true;
  return request.method !== "GET" && request.headers[OWN_HEADER] === undefined;
}

function sessionRoutes(app: FastifyInstance, { pin, sessions, log }: LocalServerOptions): void {
  const body = {
    type: "object",
    required: ["pin"],
    additionalProperties: false,
    properties: { pin: { type: "string", maxLength: 64 } },
  };
  // A hash takes a while: one is made at a time, so that many at once do not hold the box up.
  let turn: Promise<unknown> = Promise.resolve();
  app.post<{ Body: { pin: string } }>("/api/session", { schema: { body } }, (request, reply) => {
    const mine = turn.then(() => signIn(request.body.pin, reply));
    turn = mine.catch(() => undefined);
    return mine;
  });
  app.delete("/api/session", (request, reply) => {
    sessions.close(request.cookies[COOKIE]);
    return reply.clearCookie(COOKIE, { path: "/" }).code(204).send();
  });

  async function signIn(typed: string, reply: FastifyReply) {
    const kept = pin();
    if (kept === undefined) {
      const cure = "set one on the box: sudo forecourt-agent pin";
      return refuse(reply, 403, { code: "no-pin", message: "this box has no PIN yet", cure });
    }
    const pauseMs = sessions.pauseMs();
    if (pauseMs > 0) {
      const seconds = Math.ceil(pauseMs / 1_000);
      reply.header("retry-after", seconds);
      const message = `too many wrong PINs: wait ${seconds} s`;
      return refuse(reply, 429, { code: "wait", message, cure: "wait, and look the PIN up meanwhile" });
    }
    if (!(await isPin(kept, typed))) {
      sessions.slipped();
      log("a wrong PIN was typed", {});
      return refuse(reply, 401, { code: "wrong-pin", message: "this is not the PIN", cure: "look it up again" });
    }
    const token = sessions.open();
    return reply.setCookie(COOKIE, token, { path: "/", httpOnly: true, sameSite: "strict" }).code(204).send();
  }
}
