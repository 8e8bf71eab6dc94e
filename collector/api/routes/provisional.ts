/** What gateways show beside their backlog: not stored, not counted, not judged. */
import { Type } from "typebox";
import { readerOf } from "../../access/guard.ts";
import { seesStation } from "../../access/reader.ts";
import { ProvisionalSchema, provisionalFor } from "../../live/provisional-view.ts";
import type { Api, ApiContext } from "../context.ts";
import { notFound } from "../problem.ts";
import { ProblemSchema } from "../schemas.ts";

export function provisionalRoutes(api: Api, { previews, registry }: Pick<ApiContext, "previews" | "registry">): void {
  const schema = {
    summary: "A station's newest levels, sales and links that the chain has not brought yet",
    description: "Null while nothing is provisional. The same shape comes as the live event `provisional`.",
    params: Type.Object({ id: Type.String() }),
    response: { 200: Type.Object({ provisional: Type.Union([ProvisionalSchema, Type.Null()]) }), 404: ProblemSchema },
  };
  api.get("/stations/:id/provisional", { schema, config: { permission: "stations:view" } }, async (request, reply) => {
    const { id } = request.params;
    const reader = readerOf(request);
    if (registry.station(id) === undefined || !seesStation(reader, id)) {
      return notFound(reply, `there is no station ${id}`);
    }
    const state = previews.of(id);
    return { provisional: state && provisionalFor(reader, state) };
  });
}
