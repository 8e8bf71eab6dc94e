/** What the collector counts of itself, in Prometheus' text format at `/metrics`, for machines with `system:observe`. */
import type { FastifyInstance } from "fastify";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { ApiContext } from "./context.ts";

const MS_PER_S = 1_000;

export function metricRoutes(api: FastifyInstance, { hub, access, trail, views }: ApiContext): void {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const requests = new Counter({
    name: "forecourt_http_requests_total",
    help: "requests by route and status",
    labelNames: ["method", "route", "status"],
    registers: [register],
  });
  const seconds = new Histogram({
    name: "forecourt_http_request_seconds",
    help: "time to answer, by route; streams are not counted",
    labelNames: ["method", "route"],
    buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers: [register],
  });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [register],
      collect() {
        this.set(read());
      },
    });
  gauge("forecourt_live_streams", "pages with an open stream", () => hub.size);
  gauge("forecourt_audit_queued", "audit entries that wait to be written", () => trail.queued);
  gauge("forecourt_sessions", "open sessions of people", () => access.sessions.size);
  gauge("forecourt_access_requests_overdue", "requests past their three working days", () => access.requests.overdue());
  const stations = new Gauge({
    name: "forecourt_stations",
    help: "registered stations by state: live, silent, never",
    labelNames: ["state"],
    registers: [register],
  });
  api.addHook("onResponse", async (request, reply) => {
    const { url: route = "none", config } = request.routeOptions;
    requests.inc({ method: request.method, route, status: reply.statusCode });
    if (!config.streams) seconds.observe({ method: request.method, route }, reply.elapsedTime / MS_PER_S);
  });
  const options = { schema: { hide: true }, config: { permission: "system:observe" } } as const;
  api.get("/metrics", options, async (_request, reply) => {
    for (const [state, count] of Object.entries(await views.states())) stations.set({ state }, count);
    return reply
      .type(register.contentType)
      .serializer((text) => text as string)
      .send(await register.metrics());
  });
}
