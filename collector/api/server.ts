/** The HTTP server: the API with its description, the live events, and the page. */
import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import { fastifySSE } from "@fastify/sse";
import swagger from "@fastify/swagger";
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from "@fastify/type-provider-typebox";
import { type FastifyError, fastify } from "fastify";
import type { Logger } from "pino";
import { authenticator } from "../access/authenticate.ts";
import { type DeclaredRoute, guardRoutes } from "../access/guard.ts";
import { limits } from "../limits.ts";
import { TileServer } from "../map/tile-server.ts";
import type { Api, ApiContext } from "./context.ts";
import { described } from "./describe.ts";
import { addEtags } from "./etag.ts";
import type { Https } from "./https.ts";
import { recordLooks } from "./looks.ts";
import { metricRoutes } from "./metrics.ts";
import { servePage } from "./page.ts";
import { limitPatience } from "./patience.ts";
import { problem } from "./problem.ts";
import { logRequests } from "./request-log.ts";
import { accessRequestRoutes } from "./routes/access-requests.ts";
import { accountRoutes } from "./routes/accounts.ts";
import { auditRoutes } from "./routes/audit.ts";
import { bundleRoutes } from "./routes/bundles.ts";
import { casePaperRoutes } from "./routes/case-papers.ts";
import { caseRoutes } from "./routes/cases.ts";
import { commandRoutes } from "./routes/commands.ts";
import { deskRoutes } from "./routes/desk.ts";
import { deviceRoutes } from "./routes/devices.ts";
import { enrolmentRoutes } from "./routes/enrolment.ts";
import { equipmentRoutes } from "./routes/equipment.ts";
import { exportRoutes } from "./routes/exports.ts";
import { filingRoutes } from "./routes/filings.ts";
import { flagRoutes } from "./routes/flags.ts";
import { inspectionRoutes } from "./routes/inspections.ts";
import { liveRoutes } from "./routes/live.ts";
import { mapRoutes } from "./routes/map.ts";
import { noticeChannelRoutes } from "./routes/notice-channels.ts";
import { noticeRoutes } from "./routes/notices.ts";
import { provisionalRoutes } from "./routes/provisional.ts";
import { readingRoutes } from "./routes/readings.ts";
import { registryRoutes } from "./routes/registry.ts";
import { registryChangeRoutes } from "./routes/registry-changes.ts";
import { registryFileRoutes } from "./routes/registry-files.ts";
import { rolloutRoutes } from "./routes/rollouts.ts";
import { savedViewRoutes } from "./routes/saved-views.ts";
import { sessionRoutes } from "./routes/session.ts";
import { stationRoutes } from "./routes/stations.ts";
import { statisticsRoutes } from "./routes/statistics.ts";
import { trustRoutes } from "./routes/trust.ts";
import { unknownRoutes } from "./routes/unknowns.ts";
import { wallRoutes } from "./routes/walls.ts";

const open = { public: true } as const;

/** Everything the page needs is on the host; styles are inlined by the component library. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", "data:"],
    connectSrc: ["'self'"],
    objectSrc: ["'none'"],
    baseUri: ["'self'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
};

export interface ServerOptions {
  pageFolder: string;
  log: Logger;
  /** undefined: plain HTTP */
  https?: Https | undefined;
}

/**
 * Builds the server; it does not listen yet.
 * @param options where the built page lies, and how it is served
 */
export async function buildServer(
  context: ApiContext,
  options: ServerOptions,
): Promise<{ api: Api; routes: readonly DeclaredRoute[] }> {
  const { https } = options;
  const api: Api = fastify({
    bodyLimit: limits.api.bodyBytes,
    forceCloseConnections: true,
    // A proxy on the same host says whether the browser speaks HTTPS, and where it is.
    trustProxy: "loopback",
    routerOptions: { maxParamLength: 100 },
    ...(https !== undefined && { serverFactory: https.make }),
  }).withTypeProvider<TypeBoxTypeProvider>();
  limitPatience(api.server);
  api.setValidatorCompiler(TypeBoxValidatorCompiler);
  // Answers are made from typed rows and checked against their schemas by the tests; here they are only written.
  api.setSerializerCompiler(() => (value) => JSON.stringify(value));
  api.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) {
      options.log.error({ err: error, url: request.url }, "a request failed");
      return problem(reply, { status: 500, title: "Internal error", detail: "the collector could not answer" });
    }
    if (status === 429) {
      return problem(reply, { status: 429, title: "Too many requests", detail: error.message, cure: "Wait a minute." });
    }
    return problem(reply, {
      status: status === 413 || status === 415 ? status : 400,
      title: "Bad request",
      detail: error.message,
      cure: "See /api/v1/openapi.json.",
    });
  });
  await api.register(cookie);
  const routes = guardRoutes(api, authenticator(context.access));
  logRequests(api, options.log);
  addEtags(api);
  recordLooks(api, { trail: context.trail, sign: context.access.sign, now: context.access.now });
  await api.register(helmet, { contentSecurityPolicy, strictTransportSecurity: https !== undefined });
  await api.register(rateLimit, { global: false });
  await api.register(fastifySSE, { heartbeatInterval: limits.live.heartbeatMs });
  await api.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Forecourt collector", version: "0.1.0", description: "Stations, sales, tanks, seals and flags." },
      components: {
        securitySchemes: {
          bearer: { type: "http", scheme: "bearer", description: "a machine's token" },
          session: { type: "apiKey", in: "cookie", name: "forecourt", description: "a person's session" },
        },
      },
    },
    transform: ({ schema, url, route }) => ({
      schema: withoutIds(described(schema, route.config?.permission)) as typeof schema,
      url,
    }),
  });
  await api.register(
    async (v1) => {
      const routes = v1 as unknown as Api;
      sessionRoutes(routes, context);
      exportRoutes(routes, context);
      savedViewRoutes(routes, context);
      accountRoutes(routes, context);
      accessRequestRoutes(routes, context);
      auditRoutes(routes, context);
      stationRoutes(routes, context);
      readingRoutes(routes, context);
      flagRoutes(routes, context);
      unknownRoutes(routes, context);
      statisticsRoutes(routes, context);
      caseRoutes(routes, { ...context, ...context.cases });
      inspectionRoutes(routes, context);
      noticeRoutes(routes, context);
      noticeChannelRoutes(routes, context);
      casePaperRoutes(routes, { ...context, ...context.cases, ...context.papers });
      equipmentRoutes(routes, context);
      filingRoutes(routes, context);
      deskRoutes(routes, context);
      if (context.enrolment !== undefined) enrolmentRoutes(routes, context.enrolment, context.registry);
      trustRoutes(routes, context);
      liveRoutes(routes, context);
      const tiles = new TileServer();
      mapRoutes(routes, { layers: context.map, prefix: "/map", permission: "stations:view", tiles });
      mapRoutes(routes, { layers: context.map, prefix: "/wall/map", permission: "wall:view", tiles });
      wallRoutes(routes, context);
      deviceRoutes(routes, context);
      provisionalRoutes(routes, context);
      commandRoutes(routes, context);
      if (context.updates !== undefined) bundleRoutes(routes, context.updates.bundles);
      rolloutRoutes(routes, context.updates?.rollouts);
      registryRoutes(routes, context);
      registryChangeRoutes(routes, context);
      await v1.register(async (files) => registryFileRoutes(files as unknown as Api, context));
      routes.get("/openapi.json", { schema: { hide: true }, config: open }, async () => api.swagger());
    },
    { prefix: "/api/v1" },
  );
  healthRoutes(api, context);
  metricRoutes(api, context);
  await servePage(api, options.pageFolder);
  return { api, routes };
}

function healthRoutes(api: Api, { queries }: ApiContext): void {
  api.get("/healthz", { schema: { hide: true }, config: open }, async () => ({ ok: true }));
  api.get("/readyz", { schema: { hide: true }, config: open }, async (_request, reply) => {
    if (await queries.ready()) return { ok: true };
    return problem(reply, { status: 503, title: "Not ready", detail: "the database does not answer" });
  });
}

/** One document may not name a schema twice; the shapes stand where they are used. */
function withoutIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutIds);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "$id")
      .map(([key, inner]) => [key, withoutIds(inner)]),
  );
}
