/** Where a rule could not tell, because a value was missing: a missing value is never normal. */
import { Type } from "typebox";
import { readerOf } from "../../access/guard.ts";
import type { Api, ApiContext } from "../context.ts";
import { UnknownVerdictSchema } from "../equipment-schemas.ts";
import { problem } from "../problem.ts";
import { limitQuery, StationQuery, unknownCursor, unknownNext } from "../query.ts";
import { ProblemSchema } from "../schemas.ts";
import { unknownView } from "../views.ts";

const UNKNOWNS = { most: 500, usual: 100 };

export function unknownRoutes(api: Api, { queries }: ApiContext): void {
  const schema = {
    summary: "Where a rule could not tell, the latest first",
    querystring: Type.Object({
      station: StationQuery,
      rule: Type.Optional(Type.String({ maxLength: 80 })),
      limit: limitQuery(UNKNOWNS.most, UNKNOWNS.usual),
      before: Type.Optional(Type.String({ maxLength: 600, description: "`next` of the page before" })),
    }),
    response: {
      200: Type.Object({ items: Type.Array(UnknownVerdictSchema), next: Type.Union([Type.String(), Type.Null()]) }),
      400: ProblemSchema,
    },
  };
  api.get("/unknown-verdicts", { schema, config: { permission: "flags:view" } }, async (request, reply) => {
    const { station, rule, limit = UNKNOWNS.usual, before } = request.query;
    const cursor = unknownCursor(before);
    if (cursor === "wrong") {
      const detail = "`before` is no cursor of this list";
      return problem(reply, { status: 400, title: "Bad request", detail, cure: "Take `next` of the page before." });
    }
    const rows = await queries.unknowns(readerOf(request), { station, rule }, { limit, before: cursor });
    const last = rows.length === limit ? rows[rows.length - 1] : undefined;
    return { items: rows.map(unknownView), next: last === undefined ? null : unknownNext(last) };
  });
}
