/**
 * The keeper of notices: finds out whom an event concerns, and sends what is due. An event goes to a person and channel
 * once: before a message leaves, that is put down; one of which it is not known whether it arrived is not sent again.
 */
import type { Logger } from "pino";
import { limits } from "../limits.ts";
import type { Channel, Sent } from "./channels/channel.ts";
import { type Draft, type Notice, seesNotice } from "./notice.ts";
import { channelsFor, SCREEN } from "./preferences.ts";
import type { Recipient, Recipients } from "./recipients.ts";
import type { Delivery, DeliveryState, NewDelivery, NoticeStore, OutboxEvent } from "./store.ts";
import { afterQuiet, dueMs, retryAfterMs } from "./timing.ts";
import { masked } from "./words.ts";

export interface NoticeKeeperParts {
  store: NoticeStore;
  recipients: Pick<Recipients, "all" | "of">;
  channels: ReadonlyMap<string, Channel>;
  /** What an event tells; undefined: nothing, or its subject is gone. */
  describe: (event: OutboxEvent) => Promise<Draft | undefined>;
  /** Tells the open pages of an account that there is something new. */
  onShown: (account: string) => void;
  /** epoch ms */
  now: () => number;
  newId: () => string;
  log: Pick<Logger, "info" | "warn" | "error">;
}

const RESULT_STATES: Record<Sent["result"], DeliveryState> = {
  taken: "sent",
  refused: "refused",
  unsure: "unsure",
  "not-taken": "dead",
};

export class NoticeKeeper {
  readonly #parts: NoticeKeeperParts;
  /** channels that were spoken over a moment ago, or failed, with when they may be used again, epoch ms */
  readonly #resting = new Map<string, number>();
  #working: Promise<void> | undefined;

  constructor(parts: NoticeKeeperParts) {
    this.#parts = parts;
  }

  /** After a start, before anything is sent. */
  start(): void {
    const { store, now, log } = this.#parts;
    const unsure = store.interrupted(now());
    if (unsure > 0) log.warn({ event: "notices-unsure", unsure }, "it is not known whether some notices were sent");
  }

  /** Works off what has happened and what is due; one run at a time. */
  tick(): Promise<void> {
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
    return this.#working;
  }

  /** Waits for the message that is being sent. */
  async stop(): Promise<void> {
    await this.#working;
  }

  async #work(): Promise<void> {
    try {
      await this.#fanOut();
      await this.#send();
    } catch (error) {
      // What was not told stays in the outbox, what was not sent stays due.
      this.#parts.log.error({ event: "notices", err: error }, "notices could not be worked off");
    }
  }

  async #fanOut(): Promise<void> {
    const { store, now, describe, recipients, onShown, newId } = this.#parts;
    if (store.outbox(1).length === 0) return;
    store.dropStale(now() - limits.notices.staleMs);
    const events = store.outbox(limits.notices.eventsAtOnce);
    if (events.length === 0) return;
    const everybody = recipients.all();
    const told: { notice: Notice; deliveries: NewDelivery[] }[] = [];
    for (const event of events) {
      const draft = await describe(event);
      if (draft === undefined) continue;
      const deliveries = everybody.flatMap((one) => deliveriesTo(one, draft, now()));
      told.push({ notice: { ...draft.notice, id: newId() }, deliveries });
    }
    for (const account of store.fanOut(
      events.map(({ id }) => id),
      told,
    )) {
      onShown(account);
    }
  }

  async #send(): Promise<void> {
    const { store, now } = this.#parts;
    const due = store.due(now(), limits.notices.dueAtOnce);
    for (const [first, ...others] of gathered(due)) {
      if (first === undefined || (this.#resting.get(first.channel) ?? 0) > now()) continue;
      await this.#sendTogether([first, ...others]);
    }
  }

  /** Deliveries to one recipient on one channel, as one message. */
  async #sendTogether(deliveries: readonly [Delivery, ...Delivery[]]): Promise<void> {
    const { store, channels, recipients, now } = this.#parts;
    const [{ channel: name, recipient: who }] = deliveries;
    const channel = channels.get(name);
    const recipient = recipients.of(who, name);
    const address = recipient?.reachable.get(name);
    const able = channel !== undefined && recipient !== undefined && address !== undefined;
    const sorted = Map.groupBy(deliveries, (one) => (able ? this.#fate(recipient, one) : "drop"));
    const dropped = sorted.get("drop") ?? [];
    if (dropped.length > 0) {
      const detail = able ? "no longer permitted" : "the recipient or the channel is closed";
      store.end(ids(dropped), "dropped", { atMs: now(), result: "dropped", detail, address: null }, undefined);
    }
    const wanted = sorted.get("send") ?? [];
    if (!able || wanted.length === 0) return;
    store.begin(ids(wanted));
    const content = { notices: wanted.map(({ notice }) => notice), language: recipient.preferences.language };
    const id = `${wanted[0]!.id}-${wanted.at(-1)!.id}`;
    const sent = await channel.send({ id, to: address, content, atMs: now() });
    this.#putDown(wanted, sent, channel, address);
  }

  /** Whether a delivery is sent now, waits for the end of quiet hours, or is no longer the recipient's to have. */
  #fate({ reader, preferences }: Recipient, { id, notice }: Delivery): "send" | "wait" | "drop" {
    const { store, now } = this.#parts;
    if (!seesNotice(reader, notice)) return "drop";
    const quietUntilMs = afterQuiet(preferences, notice.urgent, now());
    if (quietUntilMs <= now()) return "send";
    store.postpone([id], quietUntilMs);
    return "wait";
  }

  #putDown(wanted: readonly Delivery[], { result, detail }: Sent, channel: Channel, address: string | null): void {
    const { store, now, log } = this.#parts;
    const atMs = now();
    const done = { atMs, result, detail, address: address === null ? null : masked(address) };
    for (const one of wanted) {
      const afterMs = result === "not-taken" ? retryAfterMs(one.tries + 1) : undefined;
      store.end([one.id], RESULT_STATES[result], done, afterMs === undefined ? undefined : atMs + afterMs);
    }
    const { failed, robots } = limits.notices.restMs;
    const isRobot = channel.kind === "dingtalk" || channel.kind === "wecom";
    if (result === "not-taken") {
      this.#resting.set(channel.id, atMs + failed);
      log.warn({ event: "notice-not-taken", channel: channel.id, detail }, "a notice was not taken");
    } else if (isRobot) this.#resting.set(channel.id, atMs + robots);
  }
}

/** What one recipient gets of an event, by channel. */
function deliveriesTo({ id, reader, preferences, reachable }: Recipient, draft: Draft, nowMs: number): NewDelivery[] {
  const { notice, concern } = draft;
  if (!seesNotice(reader, notice)) return [];
  return channelsFor(preferences, notice, concern(reader))
    .filter((channel) => (channel === SCREEN ? reader.kind === "person" : reachable.has(channel)))
    .map((channel) => {
      const out = channel === SCREEN ? null : dueMs(preferences, notice.urgent, nowMs);
      return { recipient: id, channel, dueMs: out };
    });
}

/** By recipient and channel, in the order in which they are due. */
function gathered(due: readonly Delivery[]): Delivery[][] {
  return [...Map.groupBy(due, ({ recipient, channel }) => `${channel} ${recipient}`).values()];
}

const ids = (deliveries: readonly Delivery[]): number[] => deliveries.map(({ id }) => id);
