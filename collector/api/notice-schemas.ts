/** What the API says of notices: one's own, what one wants, channels and deliveries. */
import { type Static, Type } from "typebox";
import { CHANNEL_KINDS } from "../notices/channels/channel.ts";
import { NOTICE_SEVERITIES, TOPICS } from "../notices/notice.ts";
import { PreferencesSchema } from "../notices/preferences.ts";
import { DELIVERY_STATES } from "../notices/store.ts";
import { oneOf } from "./case-schemas.ts";
import { Int, Nullable, Time } from "./schemas.ts";

const Both = Type.Object({ zh: Type.String(), en: Type.String() });
const SeveritySchema = oneOf(NOTICE_SEVERITIES);

export const NoticeSchema = Type.Object(
  {
    id: Int,
    topic: oneOf(TOPICS),
    severity: SeveritySchema,
    urgent: Type.Boolean(),
    station: Nullable(Type.String()),
    title: Both,
    text: Both,
    link: Type.String({ description: "path of the page that shows it" }),
    at: Time,
    readAt: Nullable(Time),
  },
  { $id: "Notice" },
);

export const OwnChannelSchema = Type.Object({
  id: Type.String(),
  kind: oneOf(["email", "sms"]),
  name: Type.String(),
  address: Nullable(Type.String({ description: "one's own; null: none was given" })),
  confirmed: Type.Boolean(),
});

export const OwnSettingsSchema = Type.Object(
  {
    preferences: PreferencesSchema,
    channels: Type.Array(OwnChannelSchema, { description: "beside the screen, as the administrator set them up" }),
    topics: Type.Array(oneOf(TOPICS), { description: "that the person's functions allow" }),
    rules: Type.Array(Type.Object({ id: Type.String(), title: Both }), { description: "whose flags the person sees" }),
  },
  { $id: "NoticeSettings" },
);

export const ChannelViewSchema = Type.Object(
  {
    id: Type.String(),
    kind: oneOf(CHANNEL_KINDS),
    name: Type.String(),
    enabled: Type.Boolean(),
    unit: Nullable(Type.String()),
    preferences: Nullable(PreferencesSchema),
    confirmed: Nullable(Int),
  },
  { $id: "NoticeChannel" },
);

export const DeliverySchemaOf = Type.Object(
  {
    id: Int,
    /** which event, without what it says: that is not the administrator's to read */
    key: Type.String(),
    topic: oneOf(TOPICS),
    severity: SeveritySchema,
    recipient: Type.String(),
    channel: Type.String(),
    state: oneOf(DELIVERY_STATES),
    at: Time,
    dueAt: Time,
    doneAt: Nullable(Time),
    tries: Type.Array(
      Type.Object({
        at: Time,
        result: Type.String(),
        detail: Type.String(),
        address: Nullable(Type.String({ description: "masked" })),
      }),
    ),
  },
  { $id: "NoticeDelivery" },
);

export type NoticeView = Static<typeof NoticeSchema>;
export type OwnSettings = Static<typeof OwnSettingsSchema>;
export type ChannelView = Static<typeof ChannelViewSchema>;
export type DeliveryView = Static<typeof DeliverySchemaOf>;
