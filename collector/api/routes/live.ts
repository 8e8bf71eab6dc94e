/** What happens, as it happens: Server-Sent Events. */
import { Type } from "typebox";
import { limits } from "../../limits.ts";
import type { Api, ApiContext } from "../context.ts";
import { problem } from "../problem.ts";
import { StationQuery } from "../query.ts";

export function liveRoutes(api: Api, { hub }: ApiContext): void {
  const schema = {
    summary: "Events `sale`, `tank`, `seal`, `flag`, `station`, `provisional` as they come",
    description: "Each carries the shape of its own list. An event `hello` comes first.",
    querystring: Type.Object({ station: StationQuery }),
  };
  api.get("/live", { schema, sse: { kind: "only" } }, async (request, reply) => {
    const client = hub.open(request.query.station);
    if (client === undefined) {
      const detail = "too many pages are open";
      return problem(reply, { status: 503, title: "Busy", detail, cure: "Try again in a minute." });
    }
    reply.sse.keepAlive();
    reply.sse.onClose(() => hub.close(client));
    await reply.sse.send({ event: "hello", data: {}, retry: limits.live.retryMs });
    const pour = async () => {
      for await (const { name, data } of client.events()) await reply.sse.send({ event: name, data });
    };
    pour().then(
      () => reply.sse.close(),
      () => hub.close(client),
    );
    return undefined;
  });
}
