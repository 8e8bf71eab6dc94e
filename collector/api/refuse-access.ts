/** Refusals of access's own work as the API gives them. */
import type { FastifyReply } from "fastify";
import type { AccessError } from "../access/requests.ts";
import { problem } from "./problem.ts";

const STATUS = { missing: 404, unfit: 422, own: 403, state: 409 } as const;

export function refuseAccess(reply: FastifyReply, { code, message, cure }: AccessError): FastifyReply {
  return problem(reply, { status: STATUS[code], title: `Refused: ${code}`, detail: message, cure });
}
