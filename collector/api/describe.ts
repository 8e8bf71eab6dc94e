/** What the API's description says of every route beyond its own schema: who may use it, how it refuses, an example. */
import type { FastifySchema } from "fastify";
import type { TSchema } from "typebox";
import { FUNCTIONS, type FunctionName } from "../access/functions.ts";
import { exampleOf } from "./example-of.ts";
import { ProblemSchema } from "./schemas.ts";

type Responses = Record<string, TSchema>;

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/**
 * Completes a route's schema for OpenAPI.
 * @param permission undefined: public
 */
export function described(schema: FastifySchema, permission: FunctionName | undefined): FastifySchema {
  if (schema.hide) return schema;
  const own = (schema.response ?? {}) as Responses;
  const refusals = permission === undefined ? {} : { 401: ProblemSchema, 403: ProblemSchema };
  const response = Object.fromEntries(
    Object.entries({ ...refusals, ...own }).map(([status, one]) => [status, answerOf(status, one)]),
  );
  if (permission === undefined) return { ...schema, response };
  const { en, zh } = FUNCTIONS[permission];
  const needs = `Needs \`${permission}\`: ${en} / ${zh}.`;
  return {
    ...schema,
    description: schema.description === undefined ? needs : `${schema.description}\n\n${needs}`,
    security: [{ session: [] }, { bearer: [] }],
    response,
  };
}

/** An answer with its media type, and an example where it is JSON. */
function answerOf(status: string, schema: TSchema): object {
  const { type, description } = schema as { type?: string; description?: string };
  const words = description ?? (status.startsWith("2") ? "the answer" : "the refusal, with its cure");
  if (!status.startsWith("2")) {
    return type === "null" ? schema : { description: words, content: { "application/problem+json": { schema } } };
  }
  if (type === "null") return schema;
  if (type === "string") return { description: words, content: { "text/csv": { schema } } };
  if (type === undefined && !("anyOf" in schema) && !("allOf" in schema)) {
    const file = { schema: { type: "string", format: "binary" } };
    return { description: words, content: { [XLSX]: file, "application/octet-stream": file } };
  }
  return {
    description: words,
    content: { "application/json": { schema: { ...schema, examples: [exampleOf(schema)] } } },
  };
}
