/** The whole log walked in a thread of its own: it is read for minutes when it is years long, and work goes on meanwhile. */
import { Worker } from "node:worker_threads";
import type { AuditHead, AuditProblem } from "./chain.ts";

/** What a walk comes to. */
export type Verified = { ok: true; head: AuditHead } | { ok: false; problem: AuditProblem };

/** What the thread is given. */
export interface Walk {
  database: string;
  /** the newest head that was signed */
  head: AuditHead | undefined;
}

export class Verification {
  readonly #database: string;
  #running: Promise<Verified> | undefined;

  /** @param database file of the database */
  constructor(database: string) {
    this.#database = database;
  }

  /**
   * Walks the log as it stands. Who asks while a walk is under way is given its result.
   * @param head the newest head that was signed; entries after it are fine
   * @throws Error when the database cannot be read
   */
  verify(head: AuditHead | undefined): Promise<Verified> {
    this.#running ??= walk({ database: this.#database, head }).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }
}

function walk(workerData: Walk): Promise<Verified> {
  const worker = new Worker(new URL("./verification-thread.ts", import.meta.url), { workerData, execArgv: [] });
  return new Promise<Verified>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("the walk along the audit log ended without a result")));
  });
}
