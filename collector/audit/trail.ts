/**
 * Who looked at what, on its way into the audit log. A look does not wait for the disk: it stands in a queue that is
 * written many at a time, in order. When the queue is full answers wait, so that nothing is shown unrecorded.
 */
import type { Logger } from "pino";
import { limits } from "../limits.ts";
import type { AuditEntry } from "./chain.ts";
import type { HeadKeeper } from "./head-keeper.ts";

type Note = Omit<AuditEntry, "seq">;

export interface TrailParts {
  /** Appends in one transaction, on disk when it returns. */
  append: (notes: readonly Note[]) => void;
  keeper: Pick<HeadKeeper, "sign">;
  log: Pick<Logger, "error">;
}

export class Trail {
  readonly #parts: TrailParts;
  #queue: Note[] = [];
  #room: (() => void)[] = [];
  /** the disk refused the last time */
  #failing = false;
  #flushing: NodeJS.Timeout | undefined;
  readonly #signing: NodeJS.Timeout;

  constructor(parts: TrailParts) {
    this.#parts = parts;
    this.#signing = setInterval(() => this.#sign(), limits.audit.checkpointMs).unref();
  }

  /** Notes that wait to be written. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Puts a note into the queue; resolves at once while there is room. */
  async add(note: Note): Promise<void> {
    while (this.#queue.length >= limits.audit.queued) {
      this.#flushing ??= setTimeout(() => this.flush(), limits.audit.flushMs);
      await new Promise<void>((resolve) => this.#room.push(resolve));
    }
    this.#queue.push(note);
    this.#flushing ??= setTimeout(() => this.flush(), limits.audit.flushMs);
  }

  /** Puts a note on disk at once. @returns false when the disk refuses: what it tells of must not happen then */
  async record(note: Note): Promise<boolean> {
    if (!this.isWritable()) return false;
    await this.add(note);
    return this.flush();
  }

  /** Whether notes reach the disk: when they did not last time, they are tried again first. */
  isWritable(): boolean {
    return !this.#failing || this.flush();
  }

  /** Writes what is queued. When the disk refuses, it stays queued and is tried again. @returns whether it is written */
  flush(): boolean {
    clearTimeout(this.#flushing);
    this.#flushing = undefined;
    if (this.#queue.length === 0) return true;
    try {
      this.#parts.append(this.#queue);
    } catch (error) {
      this.#parts.log.error({ err: error, waiting: this.#queue.length }, "the audit log could not be written");
      this.#failing = true;
      this.#flushing = setTimeout(() => this.flush(), limits.audit.flushMs);
      return false;
    }
    this.#failing = false;
    this.#queue = [];
    const waiting = this.#room;
    this.#room = [];
    for (const go of waiting) go();
    return true;
  }

  /** Writes and signs what is left. */
  async stop(): Promise<void> {
    clearInterval(this.#signing);
    this.flush();
    clearTimeout(this.#flushing);
    await this.#parts.keeper.sign();
  }

  #sign(): void {
    this.#parts.keeper.sign().catch((error: Error) => {
      this.#parts.log.error({ err: error }, "the audit log's head could not be signed");
    });
  }
}
