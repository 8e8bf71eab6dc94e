/** One queue a gateway: its messages are taken strictly in order, and no gateway can fill the memory or starve another. */
import type { Logger } from "pino";
import { limits } from "../limits.ts";
import type { UpMessage } from "./transport.ts";

interface Queue {
  waiting: UpMessage[];
  bytes: number;
  running: boolean;
}

export class GatewayQueues {
  readonly #take: (messages: readonly UpMessage[]) => Promise<void>;
  readonly #log: Logger;
  readonly #queues = new Map<string, Queue>();
  #bytes = 0;
  #stopped = false;
  readonly #running = new Set<Promise<void>>();

  constructor(take: (messages: readonly UpMessage[]) => Promise<void>, log: Logger) {
    this.#take = take;
    this.#log = log;
  }

  /** Adds a message, or drops it when the queue is full: the gateway is not answered and sends it again. */
  add(message: UpMessage): void {
    if (this.#stopped) return;
    const { gateway, payload } = message;
    const queue = this.#queues.get(gateway) ?? { waiting: [], bytes: 0, running: false };
    const { queuedMessages, queuedBytes, queuedBytesAltogether } = limits.inbox;
    if (
      queue.waiting.length >= queuedMessages ||
      queue.bytes + payload.length > queuedBytes ||
      this.#bytes + payload.length > queuedBytesAltogether
    ) {
      this.#log.warn({ event: "overload", gateway, waiting: queue.waiting.length }, "a message was not taken");
      return;
    }
    queue.waiting.push(message);
    queue.bytes += payload.length;
    this.#bytes += payload.length;
    this.#queues.set(gateway, queue);
    if (!queue.running) this.#start(gateway, queue);
  }

  /** Lets running messages end, for a limited time, and drops the waiting ones. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const queue of this.#queues.values()) queue.waiting = [];
    const deadline = AbortSignal.timeout(limits.inbox.stopMs);
    const late = new Promise<void>((resolve) => deadline.addEventListener("abort", () => resolve()));
    await Promise.race([Promise.all(this.#running), late]);
  }

  #start(gateway: string, queue: Queue): void {
    queue.running = true;
    const run = this.#run(gateway, queue).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  async #run(gateway: string, queue: Queue): Promise<void> {
    // What came in the same packet of the network is taken in the same turn.
    await nextTurn();
    while (queue.waiting.length > 0) {
      const messages = queue.waiting.splice(0, limits.inbox.messagesAtOnce);
      for (const { payload } of messages) {
        queue.bytes -= payload.length;
        this.#bytes -= payload.length;
      }
      try {
        await this.#take(messages);
      } catch (error) {
        // The inbox answers for its errors itself: this one is a bug, and must not stop the queue.
        this.#log.error({ event: "inbox-error", gateway, err: error }, "messages could not be worked off");
      }
      // Others get their turn in between.
      await nextTurn();
    }
    queue.running = false;
    this.#queues.delete(gateway);
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
