/** The API's refusals: one shape, with a cure. */
import type { FastifyReply } from "fastify";

export interface ProblemFacts {
  status: 400 | 401 | 403 | 404 | 409 | 412 | 413 | 415 | 416 | 422 | 428 | 429 | 500 | 503;
  title: string;
  detail: string;
  cure?: string;
}

/** Sends a refusal as `application/problem+json`. */
export function problem(reply: FastifyReply, { status, title, detail, cure }: ProblemFacts): FastifyReply {
  return reply
    .code(status)
    .type("application/problem+json")
    .send({ type: "about:blank", title, status, detail, ...(cure === undefined ? {} : { cure }) });
}

/** Something that does not exist. */
export function notFound(reply: FastifyReply, detail: string): FastifyReply {
  return problem(reply, { status: 404, title: "Not found", detail, cure: "Check the id." });
}
