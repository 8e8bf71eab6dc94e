/** Cases: opened from a flag or a report, handled by several departments together, closed with a result. */
import { STATION_ID_PATTERN } from "@forecourt/protocol/ids.ts";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import type { Access } from "../../access/access.ts";
import { actorOf } from "../../access/actor.ts";
import { DEPARTMENTS } from "../../access/departments.ts";
import { readerOf } from "../../access/guard.ts";
import { countyOf, type Reader, seesStation } from "../../access/reader.ts";
import { type Actor, type CaseDesk, type CaseError, caseOfFlag } from "../../cases/desk.ts";
import { CASE_FILES } from "../../cases/files.ts";
import type { CaseStore, CaseWhole } from "../../cases/store.ts";
import type { Queries } from "../../store/queries.ts";
import {
  CaseDetailSchema,
  CaseFileSchema,
  CaseSchema,
  CaseStateSchema,
  CaseStepSchema,
  DepartmentSchema,
  NatureSchema,
  OutcomeSchema,
  oneOf,
} from "../case-schemas.ts";
import {
  type CaseViewing,
  caseDetailView,
  caseFileView,
  caseScope,
  caseView,
  mayTake,
  seesCase,
} from "../case-views.ts";
import type { Api } from "../context.ts";
import { notFound, problem } from "../problem.ts";
import { limitQuery, StationQuery } from "../query.ts";
import { Int, Nullable, ProblemSchema } from "../schemas.ts";
import { flagView } from "../views.ts";

export interface CaseParts {
  cases: CaseDesk;
  caseStore: Pick<CaseStore, "whole" | "list" | "file" | "openCaseOf">;
  queries: Pick<Queries, "flag">;
  access: { directory: Pick<Access["directory"], "unit"> };
  /** epoch ms */
  now: () => number;
}

const LIST = { most: 200, usual: 50 };
const Id = Type.String({ pattern: "^[A-Za-z0-9_-]{1,40}$" });
const Text = Type.String({ maxLength: 4_000 });
const By = Type.Optional(
  Type.String({ minLength: 1, maxLength: 60, description: "who acts, told by a machine; a person is known" }),
);
const params = Type.Object({ id: Id });
const refused = { 403: ProblemSchema, 404: ProblemSchema, 409: ProblemSchema, 422: ProblemSchema };
const closed = { additionalProperties: false } as const;

const opening = Type.Object(
  {
    flag: Type.Optional(Id),
    station: Type.Optional(Type.String({ pattern: STATION_ID_PATTERN })),
    county: Type.Optional(Type.String({ pattern: "^\\d{6}$" })),
    nature: Type.Optional(NatureSchema),
    lead: Type.Optional(DepartmentSchema),
    origin: Type.Optional(oneOf(["report", "inspection"])),
    title: Type.String({ minLength: 2, maxLength: 200 }),
    text: Text,
    by: By,
  },
  closed,
);

export function caseRoutes(api: Api, parts: CaseParts): void {
  readingRoutes(api, parts);
  openingRoute(api, parts);
  stepRoutes(api, parts);
  fileRoutes(api, parts);
}

/** How cases are shown now. */
function viewingOf({ access, now }: Pick<CaseParts, "access" | "now">): CaseViewing {
  return { nowMs: now(), unitName: (id) => access.directory.unit(id)?.name ?? null };
}

function readingRoutes(api: Api, parts: CaseParts): void {
  const { caseStore, now } = parts;
  const list = {
    summary: "Cases that the reader's departments lead or handle, newest first",
    querystring: Type.Object({
      state: Type.Optional(CaseStateSchema),
      station: StationQuery,
      open: Type.Optional(Type.Boolean()),
      overdue: Type.Optional(Type.Boolean()),
      limit: limitQuery(LIST.most, LIST.usual),
      before: Type.Optional(
        Type.String({ pattern: "^\\d{1,15}\\.[A-Za-z0-9_-]{1,40}$", description: "`next` of the page before" }),
      ),
    }),
    response: { 200: Type.Object({ items: Type.Array(CaseSchema), next: Nullable(Type.String()) }) },
  };
  api.get("/cases", { schema: list, config: { permission: "cases:view" } }, async (request) => {
    const { limit = LIST.usual, before, overdue, ...filter } = request.query;
    const nowMs = now();
    const scope = { ...filter, ...caseScope(readerOf(request)), overdueAtMs: overdue ? nowMs : undefined };
    const rows = await caseStore.list(scope, limit, cursorOf(before));
    const viewing = viewingOf(parts);
    const last = rows.length === limit ? rows[rows.length - 1] : undefined;
    return {
      items: rows.map((row) => caseView(row, viewing)),
      next: last === undefined ? null : `${last.reportedMs}.${last.id}`,
    };
  });

  const one = {
    summary: "One case with its history, tasks and files",
    params,
    response: { 200: CaseDetailSchema, 404: ProblemSchema },
  };
  api.get("/cases/:id", { schema: one, config: { permission: "cases:view" } }, async (request, reply) => {
    const reader = readerOf(request);
    const whole = await visible(caseStore, reader, request.params.id);
    return whole === undefined ? noCase(reply, request.params.id) : caseDetailView(whole, reader, viewingOf(parts));
  });
}

function openingRoute(api: Api, { cases, queries }: CaseParts): void {
  const open = {
    summary: "Open a case, from a flag or from a report",
    body: opening,
    response: { 201: Type.Object({ id: Type.String(), number: Type.String() }), ...refused },
  };
  api.post("/cases", { schema: open, config: { permission: "cases:handle" } }, async (request, reply) => {
    const reader = readerOf(request);
    const { flag: flagId, station, nature = "technical", origin = "report", title, text, by, ...rest } = request.body;
    const actor = actorIn(reader, by);
    if (flagId !== undefined) {
      const flag = await queries.flag(reader, flagId);
      if (flag === undefined) return notFound(reply, `there is no flag ${flagId}`);
      const { department } = flagView(flag);
      const lead = rest.lead ?? DEPARTMENTS.find((one) => one === department) ?? "commerce";
      const order = caseOfFlag(flag, lead, title, text);
      return opened(reply, await cases.open(order, actor));
    }
    if (station !== undefined && !seesStation(reader, station))
      return notFound(reply, `there is no station ${station}`);
    const county = station === undefined ? rest.county : countyOf(station);
    if (county === undefined || (reader.counties !== "all" && !reader.counties.has(county))) {
      const cure = "Name a station or a county of yours.";
      return problem(reply, {
        status: 422,
        title: "Refused: county",
        detail: "the case belongs to no county of yours",
        cure,
      });
    }
    const lead = rest.lead ?? "commerce";
    return opened(
      reply,
      await cases.open({ station: station ?? null, county, nature, origin, title, text, lead, flags: [] }, actor),
    );
  });
}

function stepRoutes(api: Api, parts: CaseParts): void {
  const { cases, caseStore } = parts;
  const step = {
    summary: "Take a case a step on",
    params,
    body: Type.Object(
      {
        step: CaseStepSchema,
        after: Type.Integer({ minimum: 0, description: "`after` of the case as it was read" }),
        text: Type.Optional(Text),
        department: Type.Optional(DepartmentSchema),
        outcome: Type.Optional(OutcomeSchema),
        by: By,
      },
      closed,
    ),
    response: { 200: CaseDetailSchema, ...refused },
  };
  api.post("/cases/:id/steps", { schema: step, config: { permission: "cases:handle" } }, async (request, reply) => {
    const reader = readerOf(request);
    const { id } = request.params;
    const { by, text = null, ...order } = request.body;
    const whole = await visible(caseStore, reader, id);
    if (whole === undefined) return noCase(reply, id);
    if (!mayTake(reader, whole.row, order.step)) return notTheirs(reply);
    const actor = actorIn(reader, by);
    const assignee = order.step === "accept" ? actor.name : undefined;
    const taken = await cases.step(id, { ...order, text, assignee }, actor);
    return taken.ok ? caseDetailView(taken.value, reader, viewingOf(parts)) : refuse(reply, taken.error);
  });

  const task = {
    summary: "Mark a task of the procedure as done, or note why it falls away",
    params: Type.Object({ id: Id, task: Type.String({ pattern: "^[a-z-]{1,40}$" }) }),
    body: Type.Object({ after: Int, note: Type.Optional(Text), by: By }, closed),
    response: { 200: CaseDetailSchema, ...refused },
  };
  api.post(
    "/cases/:id/tasks/:task",
    { schema: task, config: { permission: "cases:handle" } },
    async (request, reply) => {
      const reader = readerOf(request);
      const { id, task: name } = request.params;
      const { by, note = null, after } = request.body;
      const whole = await visible(caseStore, reader, id);
      if (whole === undefined) return noCase(reply, id);
      if (!mayTake(reader, whole.row, "task")) return notTheirs(reply);
      const done = await cases.doTask(id, name, note, after, actorIn(reader, by));
      return done.ok ? caseDetailView(done.value, reader, viewingOf(parts)) : refuse(reply, done.error);
    },
  );
}

function fileRoutes(api: Api, { cases, caseStore }: CaseParts): void {
  const add = {
    summary: `Add a photo or paper, as the body (${CASE_FILES.types.join(", ")})`,
    params,
    querystring: Type.Object({
      name: Type.String({ minLength: 1, maxLength: 120 }),
      report: Type.Optional(Type.Boolean({ description: "it is the special report of a major case" })),
      by: By,
    }),
    response: { 201: CaseFileSchema, ...refused },
  };
  api.register(async (inner) => {
    inner.addContentTypeParser(
      [...CASE_FILES.types],
      { parseAs: "buffer", bodyLimit: CASE_FILES.bytes },
      (_request, body, done) => done(null, body),
    );
    const files = inner as unknown as Api;
    const options = { schema: add, config: { permission: "cases:handle" }, bodyLimit: CASE_FILES.bytes } as const;
    files.post("/cases/:id/files", options, async (request, reply) => {
      const reader = readerOf(request);
      const { name, report = false, by } = request.query;
      const whole = await visible(caseStore, reader, request.params.id);
      if (whole === undefined) return noCase(reply, request.params.id);
      if (!mayTake(reader, whole.row, "comment")) return notTheirs(reply);
      const content = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const kept = await cases.addFile(request.params.id, { name, content, report }, actorIn(reader, by));
      return kept.ok ? reply.code(201).send(caseFileView(kept.value)) : refuse(reply, kept.error);
    });
  });

  const read = { summary: "A file of a case", params: Type.Object({ id: Id, file: Id }) };
  api.get("/cases/:id/files/:file", { schema: read, config: { permission: "cases:view" } }, async (request, reply) => {
    const { id, file } = request.params;
    const found = (await visible(caseStore, readerOf(request), id)) && (await caseStore.file(id, file));
    if (found === undefined) return notFound(reply, `there is no file ${file} of case ${id}`);
    const name = encodeURIComponent(found.file.name);
    return reply
      .header("content-disposition", `attachment; filename*=UTF-8''${name}`)
      .type(found.file.type)
      .send(found.content);
  });
}

/** A case that the reader sees; one of other counties or departments is not there. */
export async function visible(
  store: CaseParts["caseStore"],
  reader: Reader,
  id: string,
): Promise<CaseWhole | undefined> {
  const whole = await store.whole(id);
  return whole !== undefined && seesCase(reader, whole.row) ? whole : undefined;
}

function actorIn(reader: Reader, by: string | undefined): Actor {
  return { name: actorOf(reader, by), department: reader.department };
}

function cursorOf(text: string | undefined): { reportedMs: number; id: string } | undefined {
  if (text === undefined) return undefined;
  const dot = text.indexOf(".");
  return { reportedMs: Number(text.slice(0, dot)), id: text.slice(dot + 1) };
}

function opened(reply: FastifyReply, made: Awaited<ReturnType<CaseDesk["open"]>>): FastifyReply {
  return made.ok ? reply.code(201).send(made.value) : refuse(reply, made.error);
}

export function refuse(reply: FastifyReply, { code, message, cure }: CaseError): FastifyReply {
  const status = code === "case" ? 404 : code === "moved-on" || code === "flag" ? 409 : 422;
  return problem(reply, { status, title: `Refused: ${code}`, detail: message, cure });
}

export const noCase = (reply: FastifyReply, id: string) => notFound(reply, `there is no case ${id}`);

export function notTheirs(reply: FastifyReply): FastifyReply {
  const detail = "this step is for another department, or for whoever gives cases out";
  return problem(reply, {
    status: 403,
    title: "Not permitted",
    detail,
    cure: "Ask the department that leads the case.",
  });
}
