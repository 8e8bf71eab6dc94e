/**
 * Tells of cases whose term ends soon, is over, or has long been over: each once in a state, in the case's history, from
 * where notices are made. Two working days after the end whoever stands above is asked to step in.
 */
import type { CaseEvent, CaseRow, CaseStore } from "./store.ts";

export interface DeadlineParts {
  store: Pick<CaseStore, "whole" | "step" | "toRemind" | "toEscalate" | "toSupervise">;
  /** The end of the working day that lies `days` working days after a moment, epoch ms. */
  dueAfter: (fromMs: number, days: number) => number;
  /** Signs the audit log's head. */
  sign: () => Promise<void>;
  /** epoch ms */
  now: () => number;
}

const AT_ONCE = 100;
/** Working days after the end of a term. */
const SUPERVISED_AFTER_DAYS = 2;
const DAY_MS = 86_400_000;

export class Deadlines {
  readonly #parts: DeadlineParts;

  constructor(parts: DeadlineParts) {
    this.#parts = parts;
  }

  /** @returns the cases that were told of as overdue */
  async tell(): Promise<CaseRow[]> {
    const { store, now, dueAfter, sign } = this.#parts;
    const nowMs = now();
    const reminded = await this.#each(await store.toRemind(nowMs, AT_ONCE), "reminded");
    const escalated = await this.#each(await store.toEscalate(nowMs, AT_ONCE), "escalated");
    // Two working days are two days at least.
    const long = await store.toSupervise(nowMs - SUPERVISED_AFTER_DAYS * DAY_MS, AT_ONCE);
    const over = long.filter(({ dueMs }) => dueMs !== null && dueAfter(dueMs, SUPERVISED_AFTER_DAYS) < nowMs);
    const supervised = await this.#each(over, "supervised");
    if (reminded.length + escalated.length + supervised.length > 0) await sign();
    return escalated;
  }

  async #each(rows: readonly CaseRow[], step: "reminded" | "escalated" | "supervised"): Promise<CaseRow[]> {
    const { store, now } = this.#parts;
    const told: CaseRow[] = [];
    for (const row of rows) {
      const atMs = now();
      const whole = await store.whole(row.id);
      const event: Omit<CaseEvent, "seq"> = {
        ...{ atMs, who: "collector", department: null, step, text: null, detail: { state: row.state } },
      };
      const change = { [`${step}Ms`]: atMs };
      if (await store.step(row.id, whole?.events.length ?? 0, event, change)) told.push(row);
    }
    return told;
  }
}
