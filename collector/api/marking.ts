/** Marks an export with who takes it, and puts it on record before it leaves: what cannot be recorded is not given. */
import { sha256Hex } from "@forecourt/protocol/records/chain.ts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type ExportMark, exportMark } from "../access/export-mark.ts";
import { readerOf } from "../access/guard.ts";
import type { ApiContext } from "./context.ts";
import { NOT_ON_RECORD, problem } from "./problem.ts";

type Parts = Pick<ApiContext, "access" | "trail" | "newId">;

/** A fresh mark for whoever sends the request. */
export function newMark({ access, newId }: Parts, request: FastifyRequest): ExportMark {
  const reader = readerOf(request);
  const unit = reader.unit === null ? undefined : access.directory.unit(reader.unit);
  return exportMark(reader, unit?.name ?? null, `EX${newId()}`, access.now());
}

/** What is handed out. */
export interface MarkedFile {
  mark: ExportMark;
  /** its name, without the mark's number and the ending */
  name: string;
  ending: "csv" | "xlsx" | "pdf";
  type: string;
  rows: number;
  file: string | Buffer;
}

/** Hands a marked file out, once it is on record; refuses it when it cannot be recorded. */
export async function sendMarkedFile(
  { access, trail }: Parts,
  request: FastifyRequest,
  reply: FastifyReply,
  { mark, name, ending, type, rows, file }: MarkedFile,
): Promise<FastifyReply> {
  const note = access.noteOf(readerOf(request), "export.marked", mark.id, { name, rows, sha256: sha256Hex(file) });
  if (!(await trail.record(note))) return problem(reply, NOT_ON_RECORD);
  return reply
    .type(type)
    .header("content-disposition", `attachment; filename="${name}-${mark.id}.${ending}"`)
    .header("cache-control", "no-store")
    .serializer((payload) => payload as string)
    .send(file);
}
