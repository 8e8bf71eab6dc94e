/** Hands what happens to the pages that are open. Each page has a bounded queue; one that falls behind is cut off. */
import { limits } from "../limits.ts";

export interface LiveEvent {
  name: "sale" | "tank" | "seal" | "flag" | "station" | "provisional" | "notice";
  station: string;
  /** of a notice: whose it is */
  account?: string;
  data: unknown;
}

export class LiveClient {
  readonly #wants: (event: LiveEvent) => boolean;
  readonly #queue: LiveEvent[] = [];
  #wake: (() => void) | undefined;
  #closed = false;

  /** @param wants which events it asked for and may hear */
  constructor(wants: (event: LiveEvent) => boolean) {
    this.#wants = wants;
  }

  /** Adds an event if the page wants it. @returns false when the page is too far behind */
  offer(event: LiveEvent): boolean {
    if (this.#closed || !this.#wants(event)) return true;
    if (this.#queue.length >= limits.live.queuedEvents) return false;
    this.#queue.push(event);
    this.#wake?.();
    return true;
  }

  /** Ends {@link events}; what is queued is dropped. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** The events as they come, until the client is closed. */
  async *events(): AsyncGenerator<LiveEvent> {
    while (!this.#closed) {
      const next = this.#queue.shift();
      if (next !== undefined) {
        yield next;
        continue;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}

export class LiveHub {
  readonly #clients = new Set<LiveClient>();

  /** Whether anybody listens: without listeners nothing needs to be computed. */
  get isHeard(): boolean {
    return this.#clients.size > 0;
  }

  /** Open streams. */
  get size(): number {
    return this.#clients.size;
  }

  /** Opens a page's queue. @returns undefined when too many pages are open */
  open(wants: (event: LiveEvent) => boolean): LiveClient | undefined {
    if (this.#clients.size >= limits.live.clients) return undefined;
    const client = new LiveClient(wants);
    this.#clients.add(client);
    return client;
  }

  /** Ends a page's queue. */
  close(client: LiveClient): void {
    this.#clients.delete(client);
    client.close();
  }

  /** Ends all queues. */
  closeAll(): void {
    for (const client of [...this.#clients]) this.close(client);
  }

  /** Tells every page. One that is too far behind is cut off: it connects again and reads everything anew. */
  publish(event: LiveEvent): void {
    for (const client of this.#clients) if (!client.offer(event)) this.close(client);
  }
}
