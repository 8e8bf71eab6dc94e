/** One structured log line a request: changes and refusals by default, looks at level debug. */
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { knownReader } from "../access/guard.ts";

const FIRST_REFUSAL = 400;

/** Adds the hook. Neither bodies nor query strings are logged: they may hold what is not for a log. */
export function logRequests(api: Pick<FastifyInstance, "addHook">, log: Pick<Logger, "info" | "debug">): void {
  api.addHook("onResponse", async (request, reply) => {
    const { method, ip, routeOptions } = request;
    const status = reply.statusCode;
    const account = knownReader(request)?.account ?? null;
    const ms = Math.round(reply.elapsedTime);
    const line = { event: "request", method, route: routeOptions.url ?? null, status, ms, account, address: ip };
    if (method === "GET" && status < FIRST_REFUSAL) log.debug(line);
    else log.info(line);
  });
}
