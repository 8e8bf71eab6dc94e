/** Notices as a whole: channels, people, keeper and desk, wired. */
import type { Logger } from "pino";
import type { Access } from "../access/access.ts";
import { note } from "../access/note.ts";
import type { CaseStore } from "../cases/store.ts";
import type { NoticeSettings } from "../config/notices.ts";
import type { LiveHub } from "../live/hub.ts";
import type { Registry } from "../registry/registry.ts";
import type { FlagRow } from "../rules/flag.ts";
import { Addresses, type AddressKind } from "./addresses.ts";
import type { Channel } from "./channels/channel.ts";
import { emailChannel } from "./channels/email.ts";
import { robotChannel } from "./channels/robots.ts";
import { webhookChannel } from "./channels/webhook.ts";
import { describer } from "./events/describe.ts";
import { NoticeKeeper } from "./keeper.ts";
import { Recipients } from "./recipients.ts";
import type { NoticeStore } from "./store.ts";

export interface Notices {
  store: NoticeStore;
  /** configured channels by id */
  channels: ReadonlyMap<string, Channel>;
  recipients: Recipients;
  addresses: Addresses;
  keeper: NoticeKeeper;
}

export interface NoticesParts {
  settings: NoticeSettings | undefined;
  store: NoticeStore;
  access: Pick<Access, "store" | "directory">;
  flag: (id: string) => Promise<FlagRow | undefined>;
  cases: Pick<CaseStore, "whole">;
  registry: Registry;
  hub: LiveHub;
  log: Logger;
  /** epoch ms */
  now: () => number;
  newId: () => string;
}

export function openNotices(parts: NoticesParts): Notices {
  const { settings, store, access, flag, cases, registry, hub, log, now, newId } = parts;
  const channels = new Map(channelsOf(settings).map((one) => [one.id, one] as const));
  const { directory } = access;
  const recipients = new Recipients({ store, access: access.store, directory, channels });
  const addresses = new Addresses({
    store,
    channel: (kind: AddressKind) => recipients.personal().find((one) => one.kind === kind),
    noteOf: (login, action, detail) =>
      note({ login, name: access.store.account(login)?.name ?? login }, now(), action, login, detail),
    now,
    newId,
  });
  const keeper = new NoticeKeeper({
    ...{ store, recipients, channels, now, newId, log },
    describe: describer({ flag, cases, registry }),
    onShown: (account) => hub.publish({ name: "notice", station: "", account, data: {} }),
  });
  keeper.start();
  return { store, channels, recipients, addresses, keeper };
}

function channelsOf(settings: NoticeSettings | undefined): Channel[] {
  if (settings === undefined) return [];
  const { email, robots, webhooks } = settings;
  return [
    ...(email === undefined ? [] : [emailChannel(email)]),
    ...robots.map(robotChannel),
    ...webhooks.map(webhookChannel),
  ];
}
