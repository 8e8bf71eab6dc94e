/** The registry as files: imports with their row errors, exports, templates; and how far counties are equipped. */
import { formatTime } from "@forecourt/protocol/time.ts";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import { actorOf } from "../../access/actor.ts";
import { readerOf } from "../../access/guard.ts";
import { seesStation } from "../../access/reader.ts";
import { limits } from "../../limits.ts";
import { coverageOf, totalCoverage } from "../../registry/coverage.ts";
import { importFile } from "../../registry/importer.ts";
import { sheetLimits } from "../../registry/sheets/limits.ts";
import { TABLE_NAMES, type TableName } from "../../registry/sheets/tables.ts";
import { exportFile, type FileForm, templateFile } from "../../registry/sheets/templates.ts";
import type { Api, ApiContext } from "../context.ts";
import { newMark, sendMarkedFile } from "../marking.ts";
import { problem } from "../problem.ts";
import { CoverageSchema, ImportReportSchema } from "../registry-schemas.ts";
import { ProblemSchema } from "../schemas.ts";
import { refuseOrder } from "./registry.ts";

type Parts = Pick<ApiContext, "registry" | "registrar" | "now" | "access" | "trail" | "newId">;

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const FILE_TYPES = [XLSX, "text/csv", "application/octet-stream"];
const Form = Type.Unsafe<FileForm>(Type.Enum(["csv", "xlsx"]));
const Table = Type.Unsafe<TableName>(Type.Enum([...TABLE_NAMES]));
const File = Type.Any({ description: "the file" });
const flag = (description: string) => Type.Optional(Type.Enum(["true", "false"], { description }));

/** Call it within a plugin of its own: it takes bodies that are files. */
export function registryFileRoutes(api: Api, parts: Parts): void {
  const asFile = async (_request: unknown, body: Buffer) => body;
  api.addContentTypeParser(FILE_TYPES, { parseAs: "buffer", bodyLimit: sheetLimits.fileBytes }, asFile);
  importRoute(api, parts);
  exportRoutes(api, parts);
  coverageRoute(api, parts);
}

function importRoute(api: Api, parts: Parts): void {
  const schema = {
    summary: "Import stations and equipment from CSV or XLSX: a dry run unless `dryRun=false`",
    description: "A wrong row does not stop the good ones unless `allOrNothing=true`. The body is the file itself.",
    security: [{ bearer: [] }],
    consumes: FILE_TYPES,
    querystring: Type.Object({
      name: Type.Optional(Type.String({ maxLength: 200, description: "the file's name" })),
      table: Type.Optional(Table),
      dryRun: flag("only say what would happen; `true` by default"),
      allOrNothing: flag("take nothing while anything is wrong"),
      why: Type.Optional(Type.String({ maxLength: 1_000 })),
      by: Type.Optional(Type.String({ minLength: 1, maxLength: 60, description: "for whom a machine acts" })),
    }),
    body: Type.Any(),
    response: { 200: ImportReportSchema, 400: ProblemSchema, 412: ProblemSchema, 422: ProblemSchema },
  };
  const config = {
    permission: "registry:edit",
    rateLimit: { max: limits.api.importsPerMinute, timeWindow: "1 minute" },
  } as const;
  api.post("/registry/imports", { schema, config, bodyLimit: sheetLimits.fileBytes }, async (request, reply) => {
    const { name = "file", table, dryRun = "true", allOrNothing, why = "", by } = request.query;
    const { body } = request;
    if (!Buffer.isBuffer(body)) {
      const cure = `Send the file as the body, as ${FILE_TYPES.join(" or ")}.`;
      return problem(reply, { status: 400, title: "No file", detail: "the body is no file", cure });
    }
    const reader = readerOf(request);
    const order = {
      who: actorOf(reader, by),
      why,
      dryRun: dryRun !== "false",
      allOrNothing: allOrNothing === "true",
      sees: (station: string) => seesStation(reader, station),
    };
    const done = await importFile({ bytes: body, name, table }, order, parts);
    if (done.ok) return done.value;
    const { error } = done;
    if ("station" in error) return refuseOrder(reply, error);
    const detail = `${error.message.zh} · ${error.message.en}`;
    return problem(reply, {
      status: 422,
      title: `Refused: ${error.code}`,
      detail,
      cure: `${error.cure.zh} ${error.cure.en}`,
    });
  });
}

function exportRoutes(api: Api, parts: Parts): void {
  const querystring = Type.Object({
    form: Form,
    table: Type.Optional({ ...Table, description: "left out: all tables, which a CSV file cannot hold" }),
  });
  const response = { 200: File, 422: ProblemSchema };
  const exporting = { summary: "The registry as a marked file that can be imported again", querystring, response };
  api.get("/registry/export", { schema: exporting, config: { permission: "exports:take" } }, async (request, reply) => {
    const { form, table } = request.query;
    if (form === "csv" && table === undefined) return oneTable(reply);
    const reader = readerOf(request);
    const entries = parts.registry.stations.filter(({ id }) => seesStation(reader, id));
    const mark = newMark(parts, request);
    const file = exportFile(form, table === undefined ? TABLE_NAMES : [table], entries, mark);
    const name = `registry-${table ?? "all"}`;
    const facts = { mark, name, ending: form, type: typeOf(form), rows: entries.length, file };
    return sendMarkedFile(parts, request, reply, facts);
  });

  const template = { summary: "An empty table to fill in, with an example row", querystring, response };
  api.get(
    "/registry/template",
    { schema: template, config: { permission: "stations:view" } },
    async (request, reply) => {
      const { form, table } = request.query;
      if (form === "csv" && table === undefined) return oneTable(reply);
      const file = templateFile(form, table === undefined ? TABLE_NAMES : [table]);
      return send(reply, form, `template-${table ?? "all"}`, file);
    },
  );
}

function oneTable(reply: FastifyReply): FastifyReply {
  const cure = `Add table=…, one of ${TABLE_NAMES.join(", ")}.`;
  return problem(reply, { status: 422, title: "Which table", detail: "a CSV file holds one table", cure });
}

const typeOf = (form: FileForm) => (form === "csv" ? "text/csv; charset=utf-8" : XLSX);

function send(reply: FastifyReply, form: FileForm, name: string, file: Buffer): FastifyReply {
  return reply
    .type(typeOf(form))
    .header("content-disposition", `attachment; filename="${name}.${form}"`)
    .header("cache-control", "no-store")
    .send(file);
}

function coverageRoute(api: Api, { registry, registrar, now }: Parts): void {
  const schema = { summary: "How far the stations of each county are equipped", response: { 200: CoverageSchema } };
  api.get("/registry/coverage", { schema, config: { permission: "stations:view" } }, async (request) => {
    const reader = readerOf(request);
    const stations = registry.stations.filter(({ id }) => seesStation(reader, id));
    const atMs = now();
    const counties = coverageOf(stations, registry, await registrar.heard(), atMs - limits.liveWithinMs);
    return { at: formatTime(atMs), counties, total: totalCoverage(counties, "合计") };
  });
}
