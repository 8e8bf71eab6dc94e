/** The one way by which tables leave: asked for in a form, permitted by what is in them, marked, on record. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Static, type TObject, Type } from "typebox";
import type { FunctionName } from "../../access/functions.ts";
import { readerOf } from "../../access/guard.ts";
import { may, type Reader } from "../../access/reader.ts";
import { limits } from "../../limits.ts";
import type { Api, ApiContext } from "../context.ts";
import { newMark, sendMarkedFile } from "../marking.ts";
import { type ProblemFacts, problem } from "../problem.ts";
import { ProblemSchema } from "../schemas.ts";
import { type ExportTable, FORM_TYPES, TABLE_FORMS, type TableForm } from "./table.ts";
import { writeTable } from "./write.ts";

/** Who may take exports, and how often. */
export const exportConfig = {
  permission: "exports:take",
  rateLimit: { max: limits.api.exportsPerMinute, timeWindow: "1 minute" },
} as const;

const response = {
  200: Type.String({ description: "the file" }),
  400: ProblemSchema,
  403: ProblemSchema,
  422: ProblemSchema,
  503: ProblemSchema,
};

export interface Exported<Query extends TObject> {
  /** of the address and the file */
  name: string;
  summary: string;
  /** who may see what is in it */
  permission: FunctionName;
  querystring: Query;
  /** @returns the table, or what is wrong with the question */
  table: (reader: Reader, query: Static<Query>) => Promise<ExportTable | ProblemFacts>;
}

/** Adds `/exports/<name>.csv`, `.xlsx` and `.pdf`. */
export function exportTable<Query extends TObject>(api: Api, context: ApiContext, of: Exported<Query>): void {
  for (const form of TABLE_FORMS) {
    const schema = { summary: `${of.summary}; as ${form.toUpperCase()}`, querystring: of.querystring, response };
    api.get(`/exports/${of.name}.${form}`, { schema, config: exportConfig }, async (request, reply) => {
      const reader = readerOf(request);
      if (!may(reader, of.permission)) return notTheirs(reply);
      const table = await of.table(reader, request.query as Static<Query>);
      if ("status" in table) return problem(reply, table);
      if (table.rows.length > most(form)) return problem(reply, tooMany(form));
      return hand(context, request, reply, { table, form });
    });
  }
}

async function hand(
  context: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  { table, form }: { table: ExportTable; form: TableForm },
): Promise<FastifyReply> {
  const mark = newMark(context, request);
  const file = await writeTable(table, form, mark);
  const { name, rows } = table;
  const facts = { mark, name, ending: form, type: FORM_TYPES[form], rows: rows.length, file };
  return sendMarkedFile(context, request, reply, facts);
}

/** Rows that a file of this form may have. */
function most(form: TableForm): number {
  return form === "pdf" ? limits.api.exportPaperRows : limits.api.exportRows;
}

/** A file that was cut would look like the whole. */
export function tooMany(form: TableForm = "csv"): ProblemFacts {
  const cure = form === "pdf" ? "Ask for less, or for XLSX or CSV." : "Ask for a shorter span.";
  return { status: 422, title: "Too many rows", detail: `there are more than ${most(form)} rows`, cure };
}

/** What is exported must be theirs to see. */
export function notTheirs(reply: FastifyReply): FastifyReply {
  const detail = "who takes an export must be permitted to see what is in it";
  return problem(reply, { status: 403, title: "Not permitted", detail, cure: "Have the function requested." });
}
