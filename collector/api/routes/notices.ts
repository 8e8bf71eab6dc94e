/** One's own notices: what is on screen, what one wants to be told where and when, and one's addresses. */
import { formatTime } from "@forecourt/protocol/time.ts";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import { readerOf } from "../../access/guard.ts";
import { may, type Reader, reaches } from "../../access/reader.ts";
import { limits } from "../../limits.ts";
import type { AddressError } from "../../notices/addresses.ts";
import { seesNotice, type Topic } from "../../notices/notice.ts";
import type { Notices } from "../../notices/notices.ts";
import { DEFAULT_PREFERENCES, PreferencesSchema, SCREEN } from "../../notices/preferences.ts";
import type { Delivery } from "../../notices/store.ts";
import { catalogue } from "../../rules/catalogue.ts";
import { oneOf } from "../case-schemas.ts";
import type { Api, ApiContext } from "../context.ts";
import { NoticeSchema, type NoticeView, type OwnSettings, OwnSettingsSchema } from "../notice-schemas.ts";
import { problem } from "../problem.ts";
import { limitQuery } from "../query.ts";
import { Int, Nullable, ProblemSchema } from "../schemas.ts";
import { timeOrNull } from "../views.ts";

const own = { permission: "own:account" } as const;
const closed = { additionalProperties: false } as const;
const refused = { 404: ProblemSchema, 422: ProblemSchema, 429: ProblemSchema };
const Kind = Type.Object({ kind: oneOf(["email", "sms"]) });
const TOPIC_NEEDS: Record<Topic, readonly Parameters<typeof may>[1][]> = {
  flags: ["flags:handle"],
  "flags.others": ["flags:view"],
  cases: ["cases:view"],
  inspections: ["inspections:view"],
  requests: ["access:decide", "accounts:view"],
  system: ["system:manage"],
};

export function noticeRoutes(api: Api, { notices, access }: ApiContext): void {
  listRoutes(api, notices, access.now);
  settingRoutes(api, notices, access);
  addressRoutes(api, notices);
}

function listRoutes(api: Api, { store }: Notices, now: () => number): void {
  /** What was permitted when it was told may no longer be. */
  const seen = (reader: Reader, rows: Delivery[]) => rows.filter(({ notice }) => seesNotice(reader, notice));

  const list = {
    summary: "One's own notices, newest first, and how many are unread",
    querystring: Type.Object({
      unread: Type.Optional(Type.Boolean()),
      limit: limitQuery(limits.notices.list, limits.notices.list),
      before: Type.Optional(Type.Integer({ minimum: 1, description: "`next` of the page before" })),
    }),
    response: {
      200: Type.Object({
        items: Type.Array(NoticeSchema),
        next: Nullable(Int),
        unread: Type.Integer({ description: `counted up to ${limits.notices.unread}` }),
      }),
    },
  };
  api.get("/own/notices", { schema: list, config: own }, async (request) => {
    const reader = readerOf(request);
    const { unread = false, limit = limits.notices.list, before } = request.query;
    const rows = store.shown(reader.account, limit, before, unread);
    const waiting = store.shown(reader.account, limits.notices.unread, undefined, true);
    return {
      items: seen(reader, rows).map(noticeView),
      next: rows.length === limit ? (rows.at(-1)?.id ?? null) : null,
      unread: seen(reader, waiting).length,
    };
  });

  const read = {
    summary: "Mark notices as read: some, or all up to one",
    body: Type.Object(
      {
        ids: Type.Optional(Type.Array(Int, { maxItems: 200 })),
        until: Type.Optional(Type.Integer({ minimum: 0, description: "all up to this one; the newest that was seen" })),
      },
      closed,
    ),
    response: { 204: Type.Null() },
  };
  api.post("/own/notices/read", { schema: read, config: own }, async (request, reply) => {
    const { ids, until = 0 } = request.body;
    store.markRead(readerOf(request).account, now(), ids, until);
    return reply.code(204).send(null);
  });
}

function settingRoutes(api: Api, { store, recipients }: Notices, access: ApiContext["access"]): void {
  const settingsOf = (reader: Reader): OwnSettings => {
    const addresses = store.addresses(reader.account);
    return {
      preferences: store.preferences(reader.account) ?? DEFAULT_PREFERENCES,
      channels: recipients.personal().map(({ id, kind, name }) => {
        const address = addresses.find((one) => one.channel === kind);
        const confirmed = address !== undefined && address.confirmedMs !== null;
        return { id, kind: kind as "email" | "sms", name, address: address?.address ?? null, confirmed };
      }),
      topics: (Object.keys(TOPIC_NEEDS) as Topic[]).filter((topic) =>
        TOPIC_NEEDS[topic].some((name) => may(reader, name)),
      ),
      rules: catalogue
        .filter(({ department }) => reaches(reader, "flags:view", department))
        .map(({ id, title }) => ({ id, title })),
    };
  };

  const read = { summary: "What one wants to be told, where and when", response: { 200: OwnSettingsSchema } };
  api.get("/own/notice-settings", { schema: read, config: own }, async (request) => settingsOf(readerOf(request)));

  const write = {
    summary: "Say what one wants to be told, where and when",
    body: PreferencesSchema,
    response: { 200: OwnSettingsSchema, ...refused },
  };
  api.put("/own/notice-settings", { schema: write, config: own }, async (request, reply) => {
    const reader = readerOf(request);
    const known = new Set([SCREEN, ...recipients.personal().map(({ id }) => id)]);
    const strange = Object.values(request.body.choices)
      .flatMap(({ channels }) => channels)
      .find((id) => !known.has(id));
    if (strange !== undefined) {
      const cure = `One of: ${[...known].join(", ")}.`;
      return problem(reply, { status: 422, title: "Refused: channel", detail: `there is no channel ${strange}`, cure });
    }
    const note = access.noteOf(reader, "notices.preferences", reader.account, { ...request.body });
    store.setPreferences(reader.account, request.body, note);
    return settingsOf(reader);
  });
}

function addressRoutes(api: Api, { addresses, store }: Notices): void {
  const ask = {
    summary: "Give an address of one's own; a code is sent to it",
    params: Kind,
    body: Type.Object({ address: Type.String({ minLength: 5, maxLength: 200 }) }, closed),
    response: { 202: Type.Object({ address: Type.String() }), ...refused },
  };
  api.put("/own/notice-addresses/:kind", { schema: ask, config: own }, async (request, reply) => {
    const { account } = readerOf(request);
    const { language } = store.preferences(account) ?? DEFAULT_PREFERENCES;
    const asked = await addresses.ask(account, request.params.kind, request.body.address, language);
    return asked.ok ? reply.code(202).send({ address: asked.value.address }) : refuse(reply, asked.error);
  });

  const confirm = {
    summary: "Tell the code back that was sent to the address",
    params: Kind,
    body: Type.Object({ code: Type.String({ pattern: "^[0-9]{6}$" }) }, closed),
    response: { 204: Type.Null(), ...refused },
  };
  api.post("/own/notice-addresses/:kind/code", { schema: confirm, config: own }, async (request, reply) => {
    const { account } = readerOf(request);
    const confirmed = addresses.confirm(account, request.params.kind, request.body.code);
    return confirmed.ok ? reply.code(204).send(null) : refuse(reply, confirmed.error);
  });

  const remove = { summary: "Take an address of one's own back", params: Kind, response: { 204: Type.Null() } };
  api.delete("/own/notice-addresses/:kind", { schema: remove, config: own }, async (request, reply) => {
    addresses.remove(readerOf(request).account, request.params.kind);
    return reply.code(204).send(null);
  });
}

function noticeView({ id, notice, readMs }: Delivery): NoticeView {
  const { topic, severity, urgent, station, title, text, link, atMs } = notice;
  return { id, topic, severity, urgent, station, title, text, link, at: formatTime(atMs), readAt: timeOrNull(readMs) };
}

function refuse(reply: FastifyReply, { code, message, cure }: AddressError): FastifyReply {
  const status = code === "channel" ? 404 : code === "often" ? 429 : 422;
  return problem(reply, { status, title: `Refused: ${code}`, detail: message, cure });
}
