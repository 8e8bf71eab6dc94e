/** Files the median prices of each county with its stations, when they have changed. */
import type { Logger } from "pino";
import { limits } from "../limits.ts";
import type { FilingStore } from "../store/store.ts";
import { areaPrices } from "./area-prices.ts";
import type { SeenFiling } from "./filings.ts";

export interface AreaPriceParts {
  store: Pick<FilingStore, "pricesInForce">;
  countyOf: (station: string) => string | undefined;
  /** keeps a filing and tells the rules */
  file: (filing: SeenFiling) => Promise<unknown>;
  /** epoch ms */
  now: () => number;
  log: Pick<Logger, "error">;
}

export class AreaPriceKeeper {
  readonly #parts: AreaPriceParts;
  #dueMs = Number.NEGATIVE_INFINITY;
  #working: Promise<void> | undefined;

  constructor(parts: AreaPriceParts) {
    this.#parts = parts;
  }

  /** Looks whether prices have changed, now and then; a second call while one is under way waits for it. */
  tick(): Promise<void> {
    const nowMs = this.#parts.now();
    if (this.#working === undefined && nowMs < this.#dueMs) return Promise.resolve();
    this.#dueMs = nowMs + limits.rules.areaPricesMs;
    this.#working ??= this.#work(nowMs)
      .catch((error: Error) => this.#parts.log.error({ err: error }, "area prices could not be filed"))
      .finally(() => {
        this.#working = undefined;
      });
    return this.#working;
  }

  /** Waits for what is under way. */
  async stop(): Promise<void> {
    await this.#working;
  }

  async #work(nowMs: number): Promise<void> {
    const { store, countyOf, file } = this.#parts;
    for (const filing of areaPrices(await store.pricesInForce(nowMs), countyOf, nowMs)) await file(filing);
  }
}
