/** The control API of a run and its page, on 127.0.0.1: look at the truth, plant cheats, pull cables, pause, drain. */
import fastify, { type FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { StationLines } from "../lines/station-lines.ts";
import type { World } from "../physics/world.ts";
import type { ScenarioFile } from "../scenario/schema.ts";
import type { SimulatedClock } from "../time.ts";
import { summarise } from "../truth/summary.ts";
import { actions } from "./actions.ts";
import { describeOptions } from "./options.ts";
import { pageRoutes } from "./pages.ts";
import type { CollectorReader } from "./reported.ts";
import { describeBox, describeState } from "./state.ts";
import type { TruthTail } from "./truth-tail.ts";

export interface Controlled {
  file: ScenarioFile;
  world: World;
  clock: SimulatedClock;
  lines: StationLines;
  tail: TruthTail;
  /** Undefined: no collector is known, so nothing reported can be shown. */
  collector: CollectorReader | undefined;
  /** Brings the world to the present instant, and its effects to lines and truth. */
  refresh: () => void;
  quiet: () => boolean;
}

export interface ControlServer {
  port: number;
  close(): Promise<void>;
}

const LARGEST_BODY = 64 * 1_024;
const MOST_LINES = 500;
const TruthQuery = Type.Object({
  after: Type.Integer({ minimum: 0, default: 0 }),
  limit: Type.Integer({ minimum: 1, maximum: MOST_LINES, default: 100 }),
});

/** Starts the API; `port` 0 takes a free one. */
export async function startControl(port: number, run: Controlled): Promise<ControlServer> {
  const app = fastify({ bodyLimit: LARGEST_BODY, forceCloseConnections: true });
  // Scripts post to the actions without a body, whatever content type their HTTP client puts on.
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => {
    try {
      done(null, body === "" ? undefined : JSON.parse(body.toString()));
    } catch {
      done(Object.assign(new Error("the body is not JSON"), { statusCode: 400 }));
    }
  });
  // A web page from elsewhere that a browser on this machine has open must not drive the station.
  app.addHook("onRequest", async (request, reply) => {
    const { origin, host } = request.headers;
    if (origin !== undefined && origin !== `http://${host}`) {
      await reply
        .code(403)
        .send({ error: { code: "foreign-origin", message: `${origin} may not drive this station` } });
    }
  });
  pageRoutes(app);
  looking(app, run);
  actions(app, run);
  await app.listen({ host: "127.0.0.1", port });
  const address = app.server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    close: () => app.close(),
  };
}

function looking(app: FastifyInstance, run: Controlled): void {
  app.get("/api/state", () => {
    run.refresh();
    return describeState(run.world, run.clock, run.lines);
  });
  app.get("/api/box", () => {
    run.refresh();
    return describeBox(run.world, run.clock);
  });
  app.get("/api/summary", () => {
    run.refresh();
    return summarise(run.world);
  });
  app.get<{ Querystring: { after: number; limit: number } }>(
    "/api/truth",
    { schema: { querystring: TruthQuery } },
    (request) => {
      run.refresh();
      return { lines: run.tail.after(request.query.after, request.query.limit) };
    },
  );
  app.get("/api/options", () => describeOptions(run.file));
  app.get("/api/reported", async () => (await run.collector?.read()) ?? {});
}
