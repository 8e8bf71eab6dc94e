/** The audit log: read and verified by the audit administrator alone. */
import { formatTime } from "@forecourt/protocol/time.ts";
import { Type } from "typebox";
import { AuditEntrySchema } from "../access-schemas.ts";
import type { Api, ApiContext } from "../context.ts";
import { problem } from "../problem.ts";
import { limitQuery, queryTime, TimeQuery } from "../query.ts";
import { ProblemSchema } from "../schemas.ts";

const ENTRIES = { most: 500, usual: 100 };
const Words = Type.Optional(Type.String({ minLength: 1, maxLength: 100 }));

export function auditRoutes(api: Api, { audit, signedHead, verification, trail }: ApiContext): void {
  const config = { permission: "audit:read" } as const;
  const list = {
    summary: "Entries of the audit log, the newest first",
    querystring: Type.Object({
      who: Words,
      action: Words,
      subject: Words,
      from: TimeQuery,
      to: TimeQuery,
      limit: limitQuery(ENTRIES.most, ENTRIES.usual),
      before: Type.Optional(Type.Integer({ minimum: 1, description: "`next` of the page before" })),
    }),
    response: {
      200: Type.Object({ items: Type.Array(AuditEntrySchema), next: Type.Union([Type.Integer(), Type.Null()]) }),
      400: ProblemSchema,
    },
  };
  api.get("/audit", { schema: list, config }, async (request, reply) => {
    const { from, to, limit = ENTRIES.usual, before, ...filter } = request.query;
    const span = { fromMs: queryTime(from), untilMs: queryTime(to) };
    if (Number.isNaN(span.fromMs) || Number.isNaN(span.untilMs)) {
      return problem(reply, { status: 400, title: "Bad request", detail: "there is no such moment in time" });
    }
    trail.flush();
    const entries = audit.page({ ...filter, ...span }, limit, before);
    const last = entries.length === limit ? entries.at(-1) : undefined;
    return {
      items: entries.map(({ atMs, hash, ...entry }) => {
        return { ...entry, at: formatTime(atMs), hash: Buffer.from(hash).toString("hex") };
      }),
      next: last?.seq ?? null,
    };
  });

  const verify = {
    summary: "Walk the whole log and name the first entry that is not as it was written",
    response: {
      200: Type.Object({
        holds: Type.Boolean(),
        entries: Type.Integer(),
        signedUpTo: Type.Union([Type.Integer(), Type.Null()]),
        problem: Type.Union([
          Type.Object({ seq: Type.Integer(), code: Type.String(), message: Type.String() }),
          Type.Null(),
        ]),
      }),
    },
  };
  // It reads everything: once in a while is enough.
  const rarely = { ...config, rateLimit: { max: 6, timeWindow: "1 minute" } } as const;
  api.get("/audit/verification", { schema: verify, config: rarely }, async () => {
    trail.flush();
    const head = signedHead();
    if (head === "forged") {
      const forged = { seq: 0, code: "forged", message: "the signed head is not what this collector wrote" };
      return { holds: false, entries: audit.head().seq, signedUpTo: null, problem: forged };
    }
    const verified = await verification.verify(head === "none" ? undefined : head);
    const signedUpTo = head === "none" ? null : head.seq;
    if (verified.ok) return { holds: true, entries: verified.head.seq, signedUpTo, problem: null };
    return { holds: false, entries: audit.head().seq, signedUpTo, problem: verified.problem };
  });
}
