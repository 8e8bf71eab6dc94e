/** How the box's API says no: the trouble, as everywhere with what to do about it. */
import type { Trouble } from "@forecourt/protocol/commission/state.ts";
import type { FastifyReply } from "fastify";

/** Answers with a trouble and this status. */
export function refuse(reply: FastifyReply, status: number, trouble: Trouble): FastifyReply {
  return reply.code(status).send({ error: trouble });
}
