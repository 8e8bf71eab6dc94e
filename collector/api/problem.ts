/** The API's refusals: one shape, with a cure. */
import type { FastifyReply } from "fastify";

export interface ProblemFacts {
  status: 400 | 401 | 403 | 404 | 409 | 410 | 412 | 413 | 415 | 416 | 422 | 428 | 429 | 500 | 503;
  title: string;
  detail: string;
  cure?: string;
}

/** Told to whoever would see or change something while the audit log cannot take it down. */
export const NOT_ON_RECORD = {
  status: 503,
  title: "Not on record",
  detail: "the audit log cannot be written, and nothing is shown or changed unrecorded",
  cure: "Have the collector's disk looked at, then try again.",
} as const satisfies ProblemFacts;

/** Sends a refusal as `application/problem+json`. */
export function problem(reply: FastifyReply, facts: ProblemFacts): FastifyReply {
  return reply.code(facts.status).type("application/problem+json").send(problemBody(facts));
}

/** A refusal as it is sent. */
export function problemBody({ status, title, detail, cure }: ProblemFacts): object {
  return { type: "about:blank", title, status, detail, ...(cure === undefined ? {} : { cure }) };
}

/** Something that does not exist. */
export function notFound(reply: FastifyReply, detail: string): FastifyReply {
  return problem(reply, { status: 404, title: "Not found", detail, cure: "Check the id." });
}
