/** Daily inspections: a day's stations, a station's days, and what people do with one. */
import { STATION_ID_PATTERN } from "@forecourt/protocol/ids.ts";
import { formatTime, localDate } from "@forecourt/protocol/time.ts";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import { actorOf } from "../../access/actor.ts";
import { readerOf } from "../../access/guard.ts";
import { may, type Reader, seesStation } from "../../access/reader.ts";
import type { Actor } from "../../cases/desk.ts";
import type { InspectionDesk, InspectionError } from "../../inspections/desk.ts";
import type { Inspection, InspectionStore } from "../../inspections/store.ts";
import type { Api } from "../context.ts";
import { CheckSchema, InspectionDaySchema, InspectionDetailSchema, InspectionSchema } from "../inspection-schemas.ts";
import { notFound, problem } from "../problem.ts";
import { ProblemSchema } from "../schemas.ts";
import { timeOrNull } from "../views.ts";

export interface InspectionParts {
  inspections: { store: InspectionStore; desk: InspectionDesk };
  /** epoch ms */
  now: () => number;
}

const Day = Type.String({ pattern: "^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$" });
const Station = Type.String({ pattern: STATION_ID_PATTERN });
const params = Type.Object({ station: Station, day: Day });
const closed = { additionalProperties: false } as const;
const Text = Type.String({ maxLength: 2_000 });
const refused = { 404: ProblemSchema, 409: ProblemSchema, 422: ProblemSchema };
const viewing = { permission: "inspections:view" } as const;
const confirming = { permission: "inspections:confirm" } as const;
const DAY_MS = 86_400_000;
/** A month, as a page shows it. */
const USUAL_DAYS = 31;
const MOST_STATIONS = 1_000;

export function inspectionRoutes(api: Api, parts: InspectionParts): void {
  listRoutes(api, parts);
  readingRoute(api, parts);
  confirmingRoutes(api, parts);
  findingRoutes(api, parts);
}

function listRoutes(api: Api, { inspections: { store }, now }: InspectionParts): void {
  const list = {
    summary: "A day's inspections; or those of one station, the newest first",
    querystring: Type.Object({
      day: Type.Optional(Day),
      station: Type.Optional(Station),
      from: Type.Optional(Day),
      until: Type.Optional(Day),
    }),
    response: { 200: Type.Object({ items: Type.Array(InspectionSchema) }) },
  };
  api.get("/inspections", { schema: list, config: viewing }, async (request) => {
    const reader = readerOf(request);
    const { station, day = localDate(now()), ...span } = request.query;
    if (station === undefined) return { items: store.ofDay(day, countiesOf(reader)).map(view) };
    if (!seesStation(reader, station)) return { items: [] };
    const { from, until } = spanOf(span, now());
    return { items: store.ofStation(station, from, until).map(view) };
  });

  const days = {
    summary: "How many inspections there are a day, and how many are confirmed; days without any are left out",
    querystring: Type.Object({ from: Type.Optional(Day), until: Type.Optional(Day) }),
    response: { 200: Type.Object({ items: Type.Array(InspectionDaySchema) }) },
  };
  api.get("/inspections/days", { schema: days, config: viewing }, async (request) => {
    const { from, until } = spanOf(request.query, now());
    return { items: store.days(from, until, countiesOf(readerOf(request))) };
  });
}

function readingRoute(api: Api, { inspections: { store } }: InspectionParts): void {
  const one = {
    summary: "The inspection of a station's day, with everything that was done to it",
    params,
    response: { 200: InspectionDetailSchema, 404: ProblemSchema },
  };
  api.get("/inspections/:station/:day", { schema: one, config: viewing }, async (request, reply) => {
    const { station, day } = request.params;
    const reader = readerOf(request);
    const found = seesStation(reader, station) ? store.one(station, day) : undefined;
    if (found === undefined) return notThere(reply, station, day);
    const events = store.events(station, day).map(({ atMs, who, ...event }) => {
      return { at: formatTime(atMs), by: who, ...event };
    });
    return { ...view(found), mayConfirm: may(reader, "inspections:confirm"), events };
  });
}

function confirmingRoutes(api: Api, { inspections: { desk } }: InspectionParts): void {
  const confirm = {
    summary: "Confirm the inspection of a station's day under one's real name",
    params,
    body: Type.Object({ remark: Type.Optional(Text) }, closed),
    response: { 200: InspectionSchema, ...refused },
  };
  api.post("/inspections/:station/:day/confirm", { schema: confirm, config: confirming }, async (request, reply) => {
    const { station, day } = request.params;
    const reader = readerOf(request);
    if (!seesStation(reader, station)) return notThere(reply, station, day);
    const confirmed = await desk.confirm(station, day, request.body.remark ?? "", actorIn(reader));
    return confirmed.ok ? view(confirmed.value) : refuse(reply, confirmed.error);
  });

  const many = {
    summary: "Confirm stations in which every check was good, in one go",
    params: Type.Object({ day: Day }),
    body: Type.Object({ stations: Type.Array(Station, { minItems: 1, maxItems: MOST_STATIONS }) }, closed),
    response: { 200: Type.Object({ left: Type.Array(Type.String(), { description: "not confirmed" }) }) },
  };
  api.post("/inspections/:day/confirm-good", { schema: many, config: confirming }, async (request) => {
    const reader = readerOf(request);
    const seen = request.body.stations.filter((station) => seesStation(reader, station));
    const others = request.body.stations.filter((station) => !seesStation(reader, station));
    const left = await desk.confirmGood(seen, request.params.day, actorIn(reader));
    return { left: [...left, ...others] };
  });

  const recheck = {
    summary: "Look at everything again, now; the morning's result stays",
    params,
    response: { 200: Type.Object({ checks: Type.Array(CheckSchema) }), ...refused },
  };
  api.post("/inspections/:station/:day/recheck", { schema: recheck, config: confirming }, async (request, reply) => {
    const { station, day } = request.params;
    const reader = readerOf(request);
    if (!seesStation(reader, station)) return notThere(reply, station, day);
    const checked = await desk.recheck(station, day, actorIn(reader));
    return checked.ok ? { checks: checked.value } : refuse(reply, checked.error);
  });
}

function findingRoutes(api: Api, { inspections: { desk } }: InspectionParts): void {
  const remark = {
    summary: "Put a remark down",
    params,
    body: Type.Object({ text: Text }, closed),
    response: { 204: Type.Null(), ...refused },
  };
  api.post("/inspections/:station/:day/remarks", { schema: remark, config: confirming }, async (request, reply) => {
    const { station, day } = request.params;
    const reader = readerOf(request);
    if (!seesStation(reader, station)) return notThere(reply, station, day);
    const put = await desk.remark(station, day, request.body.text, actorIn(reader));
    return put.ok ? reply.code(204).send(null) : refuse(reply, put.error);
  });

  const finding = {
    summary: "Open a case for what was found",
    params,
    body: Type.Object({ title: Type.String({ minLength: 2, maxLength: 200 }), text: Text }, closed),
    response: { 201: Type.Object({ id: Type.String(), number: Type.String() }), ...refused },
  };
  api.post("/inspections/:station/:day/findings", { schema: finding, config: confirming }, async (request, reply) => {
    const { station, day } = request.params;
    const reader = readerOf(request);
    if (!seesStation(reader, station)) return notThere(reply, station, day);
    const opened = await desk.finding(station, day, request.body, actorIn(reader));
    return opened.ok ? reply.code(201).send(opened.value) : refuse(reply, opened.error);
  });
}

function view({ madeMs, confirmedMs, ...rest }: Inspection) {
  return { ...rest, madeAt: formatTime(madeMs), confirmedAt: timeOrNull(confirmedMs) };
}

function countiesOf({ counties }: Reader): string[] | undefined {
  return counties === "all" ? undefined : [...counties];
}

function actorIn(reader: Reader): Actor {
  return { name: actorOf(reader, undefined), department: reader.department };
}

/** The last month, unless somebody says otherwise. */
function spanOf({ from, until }: { from?: string; until?: string }, nowMs: number): { from: string; until: string } {
  return { from: from ?? localDate(nowMs - (USUAL_DAYS - 1) * DAY_MS), until: until ?? localDate(nowMs) };
}

function refuse(reply: FastifyReply, { code, message, cure }: InspectionError): FastifyReply {
  const status = code === "missing" ? 404 : code === "confirmed" ? 409 : 422;
  return problem(reply, { status, title: `Refused: ${code}`, detail: message, cure });
}

const notThere = (reply: FastifyReply, station: string, day: string) =>
  notFound(reply, `there is no inspection of ${station} on ${day}`);
