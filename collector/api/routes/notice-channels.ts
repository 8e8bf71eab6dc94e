/** For the system administrator: how the configured channels are set up, a trial of each, and what became of deliveries. */
import { formatTime } from "@forecourt/protocol/time.ts";
import { Type } from "typebox";
import { readerOf } from "../../access/guard.ts";
import { isPersonal } from "../../notices/channels/channel.ts";
import type { Notices } from "../../notices/notices.ts";
import { CHANNEL_PATTERN, PreferencesSchema } from "../../notices/preferences.ts";
import { DELIVERY_STATES, type Delivery } from "../../notices/store.ts";
import { trialMessage } from "../../notices/words.ts";
import { oneOf } from "../case-schemas.ts";
import type { Api, ApiContext } from "../context.ts";
import { type ChannelView, ChannelViewSchema, DeliverySchemaOf, type DeliveryView } from "../notice-schemas.ts";
import { notFound, problem } from "../problem.ts";
import { limitQuery } from "../query.ts";
import { Int, Nullable, ProblemSchema } from "../schemas.ts";
import { timeOrNull } from "../views.ts";

const config = { permission: "system:manage" } as const;
const closed = { additionalProperties: false } as const;
const params = Type.Object({ id: Type.String({ pattern: CHANNEL_PATTERN }) });
const LIST = { most: 200, usual: 50 };
/** What can be sent once more: it was given up, or it is not known what became of it. */
const GIVEN_UP: readonly Delivery["state"][] = ["dead", "refused", "unsure"];

export function noticeChannelRoutes(api: Api, context: ApiContext): void {
  channelRoutes(api, context);
  deliveryRoutes(api, context);
}

function channelRoutes(api: Api, { notices, access }: ApiContext): void {
  const { store, channels } = notices;
  const viewOf = (id: string): ChannelView | undefined => {
    const channel = channels.get(id);
    if (channel === undefined) return undefined;
    const setting = store.channels().get(id);
    const { kind, name } = channel;
    const personal = isPersonal(kind);
    return {
      ...{ id, kind, name, enabled: setting?.enabled ?? personal },
      ...{ unit: setting?.unit ?? null, preferences: setting?.preferences ?? null },
      confirmed: personal ? confirmedOn(notices, access, kind) : null,
    };
  };

  const list = {
    summary: "The channels that the configuration names, and how they are set up",
    response: {
      200: Type.Object({ items: Type.Array(ChannelViewSchema), counts: Type.Record(Type.String(), Int) }),
    },
  };
  api.get("/notice-channels", { schema: list, config }, async () => ({
    items: [...channels.keys()].flatMap((id) => viewOf(id) ?? []),
    counts: store.counts() as Record<string, number>,
  }));

  const set = {
    summary: "Set a channel up: on or off; a group's unit, and what it is told",
    params,
    body: Type.Object(
      {
        enabled: Type.Boolean(),
        unit: Type.Optional(Nullable(Type.String({ maxLength: 40 }))),
        preferences: Type.Optional(Nullable(PreferencesSchema)),
      },
      closed,
    ),
    response: { 200: ChannelViewSchema, 404: ProblemSchema, 422: ProblemSchema },
  };
  api.put("/notice-channels/:id", { schema: set, config }, async (request, reply) => {
    const { id } = request.params;
    const channel = channels.get(id);
    if (channel === undefined) return notFound(reply, `the configuration names no channel ${id}`);
    const { enabled, unit = null, preferences = null } = request.body;
    const isGroup = !isPersonal(channel.kind);
    if (isGroup && enabled && (unit === null || access.directory.unit(unit) === undefined || preferences === null)) {
      const detail = "a group that is told something belongs to a unit";
      return problem(reply, {
        status: 422,
        title: "Refused: unit",
        detail,
        cure: "Name the unit and what it is told.",
      });
    }
    const setting = isGroup ? { enabled, unit, preferences } : { enabled, unit: null, preferences: null };
    store.setChannel(id, setting, access.noteOf(readerOf(request), "notices.channel", id, setting));
    return viewOf(id)!;
  });

  const trial = {
    summary: "Send a test over a channel: to a group, or to one's own confirmed address",
    params,
    response: {
      200: Type.Object({ result: Type.String(), detail: Type.String() }),
      404: ProblemSchema,
      422: ProblemSchema,
    },
  };
  api.post("/notice-channels/:id/trial", { schema: trial, config }, async (request, reply) => {
    const { id } = request.params;
    const channel = channels.get(id);
    if (channel === undefined) return notFound(reply, `the configuration names no channel ${id}`);
    const own = store.addresses(readerOf(request).account).find((one) => one.channel === channel.kind);
    if (isPersonal(channel.kind) && own?.confirmedMs == null) {
      const detail = "your own address on this channel is not confirmed";
      return problem(reply, { status: 422, title: "Refused: address", detail, cure: "Confirm it among your notices." });
    }
    const atMs = access.now();
    const to = isPersonal(channel.kind) ? (own?.address ?? null) : null;
    const sent = await channel.send({ id: `trial-${atMs}`, to, content: { written: trialMessage(atMs) }, atMs });
    return sent;
  });
}

function deliveryRoutes(api: Api, { notices, access }: ApiContext): void {
  const { store, keeper } = notices;
  const viewOf = ({ id, notice, recipient, channel, state, dueMs, doneMs }: Delivery): DeliveryView => ({
    ...{ id, key: notice.key, topic: notice.topic, severity: notice.severity, recipient, channel, state },
    ...{ at: formatTime(notice.atMs), dueAt: formatTime(dueMs), doneAt: timeOrNull(doneMs) },
    tries: store.tries(id).map(({ atMs, ...one }) => ({ at: formatTime(atMs), ...one })),
  });

  const list = {
    summary: "What was sent to whom and what became of it, newest first, with every try; not what it said",
    querystring: Type.Object({
      state: Type.Optional(oneOf(DELIVERY_STATES)),
      channel: Type.Optional(Type.String({ pattern: CHANNEL_PATTERN })),
      limit: limitQuery(LIST.most, LIST.usual),
      before: Type.Optional(Type.Integer({ minimum: 1, description: "`next` of the page before" })),
    }),
    response: { 200: Type.Object({ items: Type.Array(DeliverySchemaOf), next: Nullable(Int) }) },
  };
  api.get("/notice-deliveries", { schema: list, config }, async (request) => {
    const { state, channel, limit = LIST.usual, before } = request.query;
    const rows = store.deliveries({ state, channel, beforeId: before }, limit);
    return { items: rows.map(viewOf), next: rows.length === limit ? (rows.at(-1)?.id ?? null) : null };
  });

  const again = {
    summary: "Send once more what was given up",
    params: Type.Object({ delivery: Type.String({ pattern: "^[0-9]{1,15}$" }) }),
    response: { 200: DeliverySchemaOf, 404: ProblemSchema, 409: ProblemSchema },
  };
  api.post("/notice-deliveries/:delivery/again", { schema: again, config }, async (request, reply) => {
    const reader = readerOf(request);
    const id = Number(request.params.delivery);
    const found = store.delivery(id);
    if (found === undefined || found.state === "shown") return notFound(reply, `there is no delivery ${id}`);
    if (!GIVEN_UP.includes(found.state)) {
      const detail = `it is ${found.state}`;
      return problem(reply, {
        status: 409,
        title: "Refused: state",
        detail,
        cure: "Only what was given up goes again.",
      });
    }
    const atMs = access.now();
    const done = { atMs, result: "again", detail: `asked for by ${reader.account}`, address: null } as const;
    store.again(id, atMs, done, access.noteOf(reader, "notices.again", String(id), { channel: found.channel }));
    void keeper.tick();
    return viewOf(store.delivery(id)!);
  });
}

/** How many people have a confirmed address there. */
function confirmedOn({ store }: Notices, access: ApiContext["access"], kind: string): number {
  return access.store
    .accounts()
    .filter(({ login }) => store.addresses(login).some((one) => one.channel === kind && one.confirmedMs !== null))
    .length;
}
