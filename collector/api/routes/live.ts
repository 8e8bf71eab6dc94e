/** What happens, as it happens: Server-Sent Events. */
import { Type } from "typebox";
import { readerOf } from "../../access/guard.ts";
import { may, type Reader, reaches, seesStation } from "../../access/reader.ts";
import { limits } from "../../limits.ts";
import type { LiveEvent } from "../../live/hub.ts";
import { type ProvisionalState, provisionalFor } from "../../live/provisional-view.ts";
import type { Api, ApiContext } from "../context.ts";
import { problem } from "../problem.ts";
import { StationQuery } from "../query.ts";
import type { Flag } from "../schemas.ts";
import { type KnownStation, summaryFor } from "../station-views.ts";

const config = { permission: "stations:view", streams: true } as const;

export function liveRoutes(api: Api, { hub, access }: ApiContext): void {
  const schema = {
    summary: "Events `sale`, `tank`, `seal`, `flag`, `station`, `provisional`, `notice` as they come",
    description: "Each carries the shape of its own list. An event `hello` comes first.",
    querystring: Type.Object({ station: StationQuery }),
  };
  api.get("/live", { schema, config, sse: { kind: "only" } }, async (request, reply) => {
    const { station } = request.query;
    const reader = readerOf(request);
    const client = hub.open((event) => isAbout(station, event) && hears(reader, event));
    if (client === undefined) {
      const detail = "too many pages are open";
      return problem(reply, { status: 503, title: "Busy", detail, cure: "Try again in a minute." });
    }
    reply.sse.keepAlive();
    // What the reader may see has changed, or the session is over: the page opens another stream, or signs in.
    const forget = access.onEnd(reader, () => hub.close(client));
    reply.sse.onClose(() => {
      forget();
      hub.close(client);
    });
    await reply.sse.send({ event: "hello", data: {}, retry: limits.live.retryMs });
    const pour = async () => {
      for await (const event of client.events())
        await reply.sse.send({ event: event.name, data: shown(reader, event) });
    };
    pour().then(
      () => reply.sse.close(),
      () => hub.close(client),
    );
    return undefined;
  });
}

/** What of an event the reader is shown. */
function shown(reader: Reader, { name, data }: LiveEvent): unknown {
  if (name === "provisional") return provisionalFor(reader, data as ProvisionalState);
  return name === "station" ? summaryFor(reader, data as KnownStation) : data;
}

/** Notices are one's own, whatever station one looks at. */
function isAbout(station: string | undefined, event: LiveEvent): boolean {
  return station === undefined || station === event.station || event.name === "notice";
}

/** Whether an event is the reader's to hear: its station, and the function behind its kind. */
function hears(reader: Reader, { name, station, account, data }: LiveEvent): boolean {
  if (name === "notice") return account === reader.account;
  if (!seesStation(reader, station)) return false;
  if (name === "sale") return may(reader, "sales:view");
  return name !== "flag" || reaches(reader, "flags:view", (data as Flag).department);
}
