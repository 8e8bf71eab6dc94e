/** Hands what gateways send to whoever takes its channel, whatever broker it came through. */
import { parseTopic, type UpChannel } from "@forecourt/protocol/topics.ts";
import type { UpMessage } from "./transport.ts";

type Taker = (message: UpMessage) => void;

export class Channels {
  readonly #all: Taker[] = [];
  readonly #one = new Map<string, Taker>();

  /** Takes every message, but for those of channels that someone else takes. */
  onMessage(taker: Taker): void {
    this.#all.push(taker);
  }

  /** Takes the messages of one channel; nobody else gets them. */
  onChannel(channel: UpChannel, taker: Taker): void {
    this.#one.set(channel, taker);
  }

  /**
   * A message came through the built-in broker.
   * @param done tells the broker to go on. Not at once: it would go on with the next message that waits within that call,
   *   and so on, one deeper for each, until a storm of thousands is deeper than the stack.
   */
  take({ topic, payload }: { topic: string; payload: string | Buffer }, done: () => void): void {
    this.hand(topic, typeof payload === "string" ? Buffer.from(payload) : payload);
    setImmediate(done);
  }

  /** A message came; one on a topic that is none of ours is dropped. */
  hand(topic: string, payload: Buffer): void {
    const place = parseTopic(topic);
    if (place?.direction !== "up") return;
    const { gateway, channel } = place;
    const taker = this.#one.get(channel);
    for (const take of taker === undefined ? this.#all : [taker]) take({ gateway, channel, payload });
  }
}
