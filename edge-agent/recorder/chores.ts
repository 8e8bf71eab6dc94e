/**
 * What a tax device is asked besides its grand totals, one question at a time and only while it is idle: who it is,
 * which disturbs its display, and its day and month totals, which can wait. Pure.
 *
 * The port does not say that a nozzle is in use. It shows in totals that are being confirmed, in a sale just made, and
 * in questions that stay unanswered, because a device may keep silent while it fuels (tax-port.md 1.8).
 */
import { taxPortPoll } from "../drivers/tax-port/driver.ts";
import type { Want } from "../lines/reporter.ts";
import type { PeriodTotals } from "./periods.ts";

/** Unanswered questions in a row that may mean a nozzle in use: a single lost frame does not. */
const UNANSWERED = 2;
/** Totals are asked for from a device that never seems idle after this; its identity never is. */
const LONGEST_WAIT_MS = 1_800_000;
/** Who a device is, is asked this often (tax-port.md 1.10). */
const INFORMATION_MS = 86_400_000;
/** A question of which nothing was heard for so long was lost with its line: it is asked again. */
const LOST_MS = 120_000;

export interface ChoresOptions {
  device: string;
  nozzles: readonly string[];
  /** A device counts as idle when so long no sign of use was seen. */
  idleMs: number;
}

export class Chores {
  readonly #options: ChoresOptions;
  readonly #periods: PeriodTotals;
  readonly #information = new Set<string>();
  #informationAt: number;
  #usedAt = Number.NEGATIVE_INFINITY;
  #unanswered = 0;
  #asked: { key: string; at: number } | null = null;

  /** @param now monotonic milliseconds, as everywhere here */
  constructor(options: ChoresOptions, periods: PeriodTotals, now: number) {
    this.#options = options;
    this.#periods = periods;
    this.#informationAt = now;
  }

  /** Who the device is, is to be asked for these nozzles. */
  askInformation(nozzles: readonly string[], now: number): void {
    for (const nozzle of nozzles) this.#information.add(nozzle);
    this.#informationAt = now;
  }

  /** A sale was made, or the device was silent until now: a nozzle may be in use. */
  used(now: number): void {
    this.#usedAt = now;
  }

  /** A poll was answered, or not. */
  polled(key: string, answered: boolean, now: number): void {
    if (this.#asked?.key === key) this.#asked = null;
    this.#unanswered = answered ? 0 : this.#unanswered + 1;
    if (this.#unanswered >= UNANSWERED) this.#usedAt = now;
  }

  /** @param isDeciding whether a total of the device is being confirmed. @returns what to ask now: one poll or none */
  next(now: number, isDeciding: boolean): Want[] {
    if (this.#asked !== null && now - this.#asked.at < LOST_MS) return [];
    const { device, nozzles, idleMs } = this.#options;
    if (now - this.#informationAt >= INFORMATION_MS) this.askInformation(nozzles, now);
    const isIdle = !isDeciding && now - this.#usedAt >= idleMs;
    const [nozzle] = this.#information;
    if (isIdle && nozzle !== undefined) {
      this.#information.delete(nozzle);
      return this.#ask({ device, key: taxPortPoll.information(nozzle) }, now);
    }
    const question = this.#periods.next(now);
    if (question === undefined || (!isIdle && now - question.since < LONGEST_WAIT_MS)) return [];
    const { scope, period } = question;
    return this.#ask({ device, key: taxPortPoll.periodTotal(scope, question.nozzle), argument: period }, now);
  }

  #ask(want: Want, now: number): Want[] {
    this.#asked = { key: want.key, at: now };
    return [want];
  }
}
