/** Machines sign in with a bearer token of the configuration. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { problem } from "./problem.ts";

/** A hook that lets only the bearer of `token` pass; before the body is looked at, so that nobody else learns what would be right. */
export function bearerOnly(token: string) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    if (isBearer(request.headers.authorization, token)) return undefined;
    const detail = "a bearer token is needed, and this one is not known";
    return problem(reply, {
      status: 401,
      title: "Not signed in",
      detail,
      cure: "Send the token of the configuration.",
    });
  };
}

function isBearer(header: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(header ?? ""), digest(`Bearer ${token}`));
}
