/** What the control API can do to a running station: plant, break, pull, pause, drain. */
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { endFault, inject } from "../faults/inject.ts";
import type { FaultKind } from "../faults/kinds.ts";
import { plant, setLine } from "../physics/cheats.ts";
import type { World } from "../physics/world.ts";
import { fieldName, type Problem } from "../scenario/errors.ts";
import { parseFault, parsePlant } from "../scenario/parse.ts";
import { MOST_SPEED } from "../time.ts";
import { summarise } from "../truth/summary.ts";
import type { Controlled } from "./server.ts";

/** How often a drain looks whether the last nozzle hangs. */
const DRAIN_LOOK_MS = 20;
const closed = { additionalProperties: false };
const FaultEndBody = Type.Object({ kind: Type.String(), subject: Type.String() }, closed);
const NoiseBody = Type.Object({ line: Type.String(), share: Type.Number({ minimum: 0, maximum: 1 }) }, closed);
const SpeedBody = Type.Object({ speed: Type.Number({ exclusiveMinimum: 0, maximum: MOST_SPEED }) }, closed);

/** Adds the actions' routes. */
export function actions(app: FastifyInstance, run: Controlled): void {
  planting(app, run);
  breaking(app, run);
  lineActions(app, run);
  timeActions(app, run);
}

function planting(app: FastifyInstance, run: Controlled): void {
  app.post("/api/cheats", (request, reply) => {
    const planted = parsePlant(request.body, run.file);
    if (!planted.ok) return reply.code(400).send(refusal("bad-cheat", planted.error));
    run.refresh();
    const state = plant(run.world, planted.value);
    run.refresh();
    return reply.code(201).send(state);
  });
}

function breaking(app: FastifyInstance, run: Controlled): void {
  app.post("/api/faults", (request, reply) => {
    const parsed = parseFault(request.body, run.file);
    if (!parsed.ok) return reply.code(400).send(refusal("bad-fault", parsed.error));
    run.refresh();
    inject(run.world, parsed.value);
    run.refresh();
    return reply.code(201).send({ faults: run.world.faults.list() });
  });
  app.post<{ Body: { kind: FaultKind; subject: string } }>(
    "/api/faults/end",
    { schema: { body: FaultEndBody } },
    (request, reply) => {
      const { kind, subject } = request.body;
      run.refresh();
      if (!endFault(run.world, kind, subject)) {
        const message = `no ${kind} is in force on ${subject}`;
        return reply.code(404).send({ error: { code: "no-such-fault", message } });
      }
      run.refresh();
      return { faults: run.world.faults.list() };
    },
  );
}

function refusal(code: string, problems: readonly Problem[]): object {
  const errors = problems.map(({ path, message, expected, cure }) => ({
    field: fieldName(path),
    message,
    expected,
    cure,
  }));
  const message = errors.map((error) => `${error.field || "the body"}: ${error.message}`).join("; ");
  return { error: { code, message, errors } };
}

function lineActions(app: FastifyInstance, run: Controlled): void {
  for (const [action, plugged] of [
    ["pull", false],
    ["plug", true],
  ] as const) {
    app.post<{ Params: { line: string } }>(`/api/lines/:line/${action}`, (request, reply) => {
      const { line } = request.params;
      if (!run.world.lines.has(line)) return reply.code(404).send(noSuchLine(run.world, line));
      run.refresh();
      setLine(run.world, line, plugged);
      run.refresh();
      return { line, plugged };
    });
  }
  app.post<{ Body: { line: string; share: number } }>(
    "/api/noise",
    { schema: { body: NoiseBody } },
    (request, reply) => {
      const { line, share } = request.body;
      if (!run.world.lines.has(line)) return reply.code(404).send(noSuchLine(run.world, line));
      run.refresh();
      if (share > 0) inject(run.world, { fault: { kind: "noise", line, share }, atMs: 0 });
      else endFault(run.world, "noise", line);
      run.refresh();
      return { line, share };
    },
  );
}

function timeActions(app: FastifyInstance, run: Controlled): void {
  app.post("/api/pause", () => {
    run.refresh();
    run.clock.pause();
    return { paused: true };
  });
  app.post("/api/resume", () => {
    run.clock.resume();
    return { paused: false };
  });
  app.post<{ Body: { speed: number } }>("/api/speed", { schema: { body: SpeedBody } }, (request) => {
    run.refresh();
    run.clock.setSpeed(request.body.speed);
    return { speed: run.clock.speed };
  });
  app.post("/api/drain", async (request, reply) => {
    run.refresh();
    run.world.open = false;
    while (!run.quiet()) {
      if (run.clock.paused) {
        const message = "the run is paused, so no fuelling can end; resume it, then drain again";
        return reply.code(409).send({ error: { code: "paused", message } });
      }
      if (request.socket.destroyed) return reply;
      await new Promise((resolve) => setTimeout(resolve, DRAIN_LOOK_MS));
      run.refresh();
    }
    return summarise(run.world);
  });
}

function noSuchLine(world: World, line: string): object {
  const names = [...world.lines.keys()].join(", ");
  return { error: { code: "no-such-line", message: `there is no serial line ${line}; there are ${names}` } };
}
