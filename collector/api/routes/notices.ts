/** Delivery notices: whoever sends fuel says so before it comes. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { limits } from "../../limits.ts";
import type { Api, ApiContext } from "../context.ts";
import { problem } from "../problem.ts";
import { queryTime } from "../query.ts";
import { DeliveryNoticeSchema, ProblemSchema } from "../schemas.ts";

/** A notice that covers a week covers everything. */
const LONGEST_WINDOW_MS = 7 * 86_400_000;

export function noticeRoutes(api: Api, { registry, noticesToken, newId, addNotice }: ApiContext): void {
  const schema = {
    summary: "Announce a delivery",
    security: [{ bearer: [] }],
    body: DeliveryNoticeSchema,
    response: { 201: Type.Object({ id: Type.String() }), 400: ProblemSchema, 401: ProblemSchema, 422: ProblemSchema },
  };
  const config = { rateLimit: { max: limits.api.noticesPerMinute, timeWindow: "1 minute" } };
  // Before the body is looked at: who may not write learns nothing about what would be right.
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
    if (isBearer(request.headers.authorization, noticesToken)) return undefined;
    const detail = "a bearer token is needed, and this one is not known";
    const cure = "Send the token of the configuration.";
    return problem(reply, { status: 401, title: "Not signed in", detail, cure });
  };
  api.post("/delivery-notices", { schema, config, onRequest }, async (request, reply) => {
    const { station, tank, volumeCl, expectedFrom, expectedUntil, tanker } = request.body;
    const expectedFromMs = queryTime(expectedFrom) ?? Number.NaN;
    const expectedUntilMs = queryTime(expectedUntil) ?? Number.NaN;
    const windowMs = expectedUntilMs - expectedFromMs;
    // Not a number is neither: it fails as well.
    if (!(windowMs > 0 && windowMs <= LONGEST_WINDOW_MS)) {
      const detail = "expectedFrom and expectedUntil are no span of at most seven days";
      return problem(reply, { status: 422, title: "Not a span", detail, cure: "State times as RFC 3339 with offset." });
    }
    if (!registry.station(station)?.tanks.some((one) => one.tank === tank)) {
      const detail = `there is no tank ${tank} at a station ${station}`;
      return problem(reply, { status: 422, title: "No such tank", detail, cure: "Check station and tank." });
    }
    const id = newId();
    await addNotice({ id, station, tank, volumeCl, expectedFromMs, expectedUntilMs, tanker });
    return reply.code(201).send({ id });
  });
}

function isBearer(header: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(header ?? ""), digest(`Bearer ${token}`));
}
