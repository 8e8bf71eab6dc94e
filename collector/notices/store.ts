/** What is kept of notices: what happened and is yet to be told, who was told what and how it went, and what people want. */
import type { Note } from "../access/store.ts";
import type { ChannelKind, Sent } from "./channels/channel.ts";
import type { Notice } from "./notice.ts";
import type { Preferences } from "./preferences.ts";

export const EVENT_KINDS = ["flag", "case", "request", "inspection", "system"] as const;

/** Something that happened, put down in the transaction in which it did; gone once everybody has been found. */
export interface OutboxEvent {
  id: number;
  kind: (typeof EVENT_KINDS)[number];
  subject: string;
  /** what of the subject, by kind: a flag's severity, a case's event, a request's step */
  detail: string;
  atMs: number;
}

/**
 * shown: on screen. waiting: not sent yet, or to be tried again. sending: handed over at this moment. sent: taken.
 * refused, dead: never taken. unsure: the line broke while it was handed over. dropped: no longer wanted or permitted.
 */
export const DELIVERY_STATES = ["shown", "waiting", "sending", "sent", "refused", "dead", "unsure", "dropped"] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export interface NewDelivery {
  /** sign-in name, or `unit:` and the id of a unit */
  recipient: string;
  channel: string;
  /** epoch ms; null: on screen, which is at once */
  dueMs: number | null;
}

export interface Delivery {
  id: number;
  notice: Notice;
  recipient: string;
  channel: string;
  state: DeliveryState;
  dueMs: number;
  tries: number;
  /** when it was sent or given up, epoch ms */
  doneMs: number | null;
  /** on screen: when it was read */
  readMs: number | null;
}

export interface Try {
  atMs: number;
  result: Sent["result"] | "dropped" | "again";
  detail: string;
  /** masked */
  address: string | null;
}

export interface Address {
  account: string;
  /** email, sms */
  channel: Extract<ChannelKind, "email" | "sms">;
  address: string;
  /** null: the code has not been told back yet */
  confirmedMs: number | null;
  /** SHA-256 of the code, hexadecimal; null once it is used up */
  codeHash: string | null;
  codeUntilMs: number;
  codeTries: number;
  /** when codes were asked for, within the last hour */
  askedMs: readonly number[];
}

/** How the administrator has set a configured channel up. */
export interface ChannelSetting {
  enabled: boolean;
  /** of a group: whose group it is; it is told what that unit's people may see */
  unit: string | null;
  /** of a group: what it is told, and when */
  preferences: Preferences | null;
}

export interface DeliveryFilter {
  state?: DeliveryState | undefined;
  channel?: string | undefined;
  beforeId?: number | undefined;
}

export interface NoticeStore {
  /** What is yet to be told, oldest first. */
  outbox(limit: number): OutboxEvent[];
  /** Forgets what happened too long ago to be told. @returns how many */
  dropStale(beforeMs: number): number;
  /**
   * Keeps notices with their deliveries and takes the events out, in one transaction. What is there already stays as it
   * is: one delivery for an event, recipient and channel.
   * @returns the accounts that have something new on screen
   */
  fanOut(events: readonly number[], told: readonly { notice: Notice; deliveries: readonly NewDelivery[] }[]): string[];

  /** Deliveries to be sent by now, oldest first. */
  due(nowMs: number, limit: number): Delivery[];
  postpone(ids: readonly number[], dueMs: number): void;
  /** Puts down that these are handed over now, before they are. */
  begin(ids: readonly number[]): void;
  /** Puts down what became of them. @param retryMs when to try again; undefined: it is over */
  end(ids: readonly number[], state: DeliveryState, done: Try, retryMs: number | undefined): void;
  /** After a start: what was being handed over when the collector ended is unsure. @returns how many */
  interrupted(atMs: number): number;

  /** What somebody has on screen, newest first. */
  shown(account: string, limit: number, beforeId: number | undefined, unreadOnly: boolean): Delivery[];
  /** @param ids undefined: all up to and with the newest that was seen */
  markRead(account: string, atMs: number, ids: readonly number[] | undefined, untilId: number): void;

  preferences(account: string): Preferences | undefined;
  setPreferences(account: string, preferences: Preferences, note: Note): void;
  addresses(account: string): Address[];
  saveAddress(address: Address, note: Note | undefined): void;
  removeAddress(account: string, channel: string, note: Note): void;

  channels(): ReadonlyMap<string, ChannelSetting>;
  setChannel(id: string, setting: ChannelSetting, note: Note): void;
  deliveries(filter: DeliveryFilter, limit: number): Delivery[];
  delivery(id: number): Delivery | undefined;
  tries(delivery: number): Try[];
  /** Sends once more what was given up. */
  again(id: number, dueMs: number, done: Try, note: Note): void;
  counts(): Partial<Record<DeliveryState, number>>;
}
