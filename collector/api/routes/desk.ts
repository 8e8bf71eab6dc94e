/** The desk: a flag's life, and what was set for rules. */
import { STATION_ID_PATTERN } from "@forecourt/protocol/ids.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { FastifyReply } from "fastify";
import { type Static, Type } from "typebox";
import { actorOf } from "../../access/actor.ts";
import { readerOf } from "../../access/guard.ts";
import { reaches, seesStation } from "../../access/reader.ts";
import type { Desk, DeskError } from "../../desk/desk.ts";
import { LIVES, possible, STEPS } from "../../desk/flag-life.ts";
import type { SettingRow } from "../../desk/store.ts";
import { oneOf } from "../case-schemas.ts";
import type { Api, ApiContext } from "../context.ts";
import { notFound, problem } from "../problem.ts";
import { queryTime } from "../query.ts";
import { Nullable, ProblemSchema, Time } from "../schemas.ts";
import { flagView, timeOrNull } from "../views.ts";

type Parts = Pick<ApiContext, "desk" | "queries">;

const Id = Type.String({ pattern: "^[A-Za-z0-9_-]{1,40}$" });
const By = Type.Optional(
  Type.String({ minLength: 1, maxLength: 60, description: "who acts, told by a machine; a person is known" }),
);
const Reason = Type.String({ maxLength: 1_000 });
const ParametersSchema = Type.Record(Type.String({ maxLength: 60 }), Type.Integer({ minimum: 0, maximum: 1e12 }));

const LifeSchema = Type.Object({
  life: oneOf(LIVES),
  possible: Type.Array(oneOf(STEPS), { description: "steps that can be taken from here" }),
  steps: Type.Array(Type.Object({ at: Time, by: Type.String(), step: Type.String(), reason: Nullable(Type.String()) })),
});
const Setting = Type.Object({
  id: Type.String(),
  station: Type.String(),
  rule: Type.String(),
  muted: Type.Boolean(),
  parameters: ParametersSchema,
  reason: Type.String(),
  by: Type.String(),
  from: Time,
  until: Time,
  withdrawnAt: Nullable(Time),
  withdrawnBy: Nullable(Type.String()),
});
const refused = { 401: ProblemSchema, 403: ProblemSchema, 404: ProblemSchema, 422: ProblemSchema };
const security = [{ bearer: [] }];

export function deskRoutes(api: Api, parts: Parts): void {
  lifeRoutes(api, parts);
  settingRoutes(api, parts);
}

function lifeRoutes(api: Api, { desk, queries }: Parts): void {
  const params = Type.Object({ id: Id });
  const response = { 200: LifeSchema, 404: ProblemSchema };
  const read = { summary: "A flag's life, with who did what and why", params, response };
  const viewing = { permission: "flags:view" } as const;
  api.get("/flags/:id/life", { schema: read, config: viewing }, async (request, reply) => {
    const { id } = request.params;
    const flag = await queries.flag(readerOf(request), id);
    return flag === undefined ? notFound(reply, `there is no flag ${id}`) : lifeView(desk, id);
  });

  const act = {
    summary: "Take a flag a step on",
    security,
    params,
    body: Type.Object({ step: oneOf(STEPS), by: By, reason: Type.Optional(Reason) }, { additionalProperties: false }),
    response: { 200: LifeSchema, ...refused },
  };
  const handling = { permission: "flags:handle" } as const;
  api.post("/flags/:id/steps", { schema: act, config: handling }, async (request, reply) => {
    const { id } = request.params;
    const reader = readerOf(request);
    const flag = await queries.flag(reader, id);
    if (flag === undefined) return notFound(reply, `there is no flag ${id}`);
    if (!reaches(reader, "flags:handle", flagView(flag).department)) return notTheirs(reply);
    const { step, by, reason = null } = request.body;
    const taken = await desk.step({ flag: id, step, by: actorOf(reader, by), reason });
    return taken.ok ? lifeView(desk, id) : refuse(reply, taken.error);
  });
}

async function lifeView(desk: Desk, flag: string): Promise<Static<typeof LifeSchema>> {
  const { life, steps } = await handlingOf(desk, flag);
  return { life, possible: possible(life), steps };
}

const STEP_ACTION = "flag.";

/** Where a flag stands in people's hands, and who brought it there. */
export async function handlingOf(desk: Desk, flag: string) {
  const life = await desk.life(flag);
  // The log also tells who looked at the flag: that is the auditor's to read.
  const steps = (await desk.history(flag))
    .filter(({ action }) => action.startsWith(STEP_ACTION))
    .map(({ atMs, who, action, detail }) => ({
      at: formatTime(atMs),
      by: who,
      step: action.slice(STEP_ACTION.length),
      reason: (detail as { reason: string | null }).reason,
    }));
  return { life, steps };
}

function settingRoutes(api: Api, { desk }: Parts): void {
  const list = {
    summary: "What was ever set for rules, newest first",
    response: { 200: Type.Object({ items: Type.Array(Setting) }) },
  };
  api.get("/rule-settings", { schema: list, config: { permission: "flags:view" } }, async (request) => {
    const rows = (await desk.settings()).filter(({ station }) => seesStation(readerOf(request), station));
    return { items: rows.map(settingView) };
  });

  const config = { permission: "rules:set" } as const;
  const set = {
    summary: "Tune or mute a rule at one station, for a while",
    security,
    body: Type.Object(
      {
        station: Type.String({ pattern: STATION_ID_PATTERN }),
        rule: Type.String({ maxLength: 80 }),
        muted: Type.Optional(Type.Boolean()),
        parameters: Type.Optional(ParametersSchema),
        reason: Reason,
        by: By,
        until: Time,
      },
      { additionalProperties: false },
    ),
    response: { 201: Type.Object({ id: Type.String() }), ...refused },
  };
  api.post("/rule-settings", { schema: set, config }, async (request, reply) => {
    const { muted = false, parameters = {}, until, by, ...rest } = request.body;
    const reader = readerOf(request);
    if (!seesStation(reader, rest.station)) return notFound(reply, `there is no station ${rest.station}`);
    const untilMs = queryTime(until) ?? Number.NEGATIVE_INFINITY;
    const made = await desk.set({ ...rest, by: actorOf(reader, by), muted, parameters, untilMs });
    return made.ok ? reply.code(201).send({ id: made.value }) : refuse(reply, made.error);
  });

  const withdraw = {
    summary: "End a setting before its time",
    security,
    params: Type.Object({ id: Id }),
    body: Type.Object({ by: By }, { additionalProperties: false }),
    response: { 204: Type.Null(), ...refused },
  };
  api.post("/rule-settings/:id/withdrawal", { schema: withdraw, config }, async (request, reply) => {
    const { id } = request.params;
    const reader = readerOf(request);
    const known = (await desk.settings()).find((one) => one.id === id);
    if (known !== undefined && !seesStation(reader, known.station)) return notFound(reply, `there is no setting ${id}`);
    const ended = await desk.withdraw(id, actorOf(reader, request.body.by));
    return ended.ok ? reply.code(204).send(null) : refuse(reply, ended.error);
  });
}

function settingView({ fromMs, untilMs, withdrawnMs, ...setting }: SettingRow): Static<typeof Setting> {
  return {
    ...setting,
    from: formatTime(fromMs),
    until: formatTime(untilMs),
    withdrawnAt: timeOrNull(withdrawnMs),
  };
}

function refuse(reply: FastifyReply, { code, message, cure }: DeskError): FastifyReply {
  const isMissing = code === "flag" || code === "setting";
  return problem(reply, { status: isMissing ? 404 : 422, title: `Refused: ${code}`, detail: message, cure });
}

function notTheirs(reply: FastifyReply): FastifyReply {
  const detail = "the flag is another department's to handle";
  return problem(reply, { status: 403, title: "Not permitted", detail, cure: "Leave it to the department it names." });
}
