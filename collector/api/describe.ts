/** What the API's description says of every route beyond its own schema: who may use it, and how it refuses. */
import type { FastifySchema } from "fastify";
import { FUNCTIONS, type FunctionName } from "../access/functions.ts";
import { ProblemSchema } from "./schemas.ts";

/**
 * Completes a route's schema for OpenAPI.
 * @param permission undefined: public
 */
export function described(schema: FastifySchema, permission: FunctionName | undefined): FastifySchema {
  if (schema.hide || permission === undefined) return schema;
  const { en, zh } = FUNCTIONS[permission];
  const needs = `Needs \`${permission}\`: ${en} / ${zh}.`;
  return {
    ...schema,
    description: schema.description === undefined ? needs : `${schema.description}\n\n${needs}`,
    security: [{ session: [] }, { bearer: [] }],
    response: { 401: ProblemSchema, 403: ProblemSchema, ...(schema.response as object | undefined) },
  };
}
