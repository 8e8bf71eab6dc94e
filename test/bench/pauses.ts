/** How long a line idles on our side: from the last bytes of an answer to the next request. What it idles besides is the device's. */
import type { LineTap } from "@forecourt/edge-agent/lines/exchange.ts";
import { median } from "./row.ts";

export class Pauses {
  readonly #pausesMs: number[] = [];
  #heardAt: number | undefined;

  readonly tap: LineTap = (seen) => {
    if (seen.way === "in") this.#heardAt = performance.now();
    if (seen.way !== "out" || this.#heardAt === undefined) return;
    this.#pausesMs.push(performance.now() - this.#heardAt);
    this.#heardAt = undefined;
  };

  /** Half of the pauses were no longer, in milliseconds. */
  get text(): string {
    return `${median(this.#pausesMs).toFixed(2)} ms between answer and next request (median)`;
  }
}
