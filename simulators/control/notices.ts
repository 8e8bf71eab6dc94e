/** Announces deliveries to whoever wants to know: an HTTP post, tried again until it is taken. */
import { formatTime } from "@forecourt/protocol/time.ts";

export interface Notice {
  station: string;
  tank: string;
  volumeCl: number;
  tanker: string;
}

export interface NoticeOutcome {
  outcome: "posted" | "failed" | "given-up";
  attempt: number;
  reason?: string;
}

/** The window in which the delivery is expected, in wall time: gateways and collectors live in wall time. */
const WINDOW_MS = { before: 5 * 60_000, after: 60 * 60_000 };
const RETRY_MS = [200, 500, 1_000, 2_000, 5_000];
const MOST_ATTEMPTS = 20;
const ANSWER_WITHIN_MS = 5_000;

export class NoticePoster {
  readonly #url: string;
  readonly #token: string | undefined;
  readonly #stopped = new AbortController();

  constructor(url: string, token: string | undefined) {
    this.#url = url;
    this.#token = token;
  }

  /** Posts one notice; `tell` hears of every attempt, and of giving up when the run stops first. */
  async post(notice: Notice, tell: (outcome: NoticeOutcome) => void): Promise<void> {
    const now = Date.now();
    const body = JSON.stringify({
      ...notice,
      expectedFrom: formatTime(now - WINDOW_MS.before),
      expectedUntil: formatTime(now + WINDOW_MS.after),
    });
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      const reason = await this.#attempt(body);
      if (reason === undefined) {
        tell({ outcome: "posted", attempt });
        return;
      }
      tell({ outcome: "failed", attempt, reason });
      if (attempt === MOST_ATTEMPTS || !(await this.#pause(RETRY_MS[attempt - 1] ?? RETRY_MS.at(-1)!))) {
        tell({ outcome: "given-up", attempt });
        return;
      }
    }
  }

  /** Ends all waiting at once. */
  stop(): void {
    this.#stopped.abort();
  }

  /** Undefined when the notice was taken, else why not. */
  async #attempt(body: string): Promise<string | undefined> {
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (this.#token !== undefined) headers.authorization = `Bearer ${this.#token}`;
    const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    try {
      const answer = await fetch(this.#url, { method: "POST", headers, body, signal });
      const text = await answer.text();
      return answer.ok ? undefined : `HTTP ${answer.status}: ${text.slice(0, 200)}`;
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
      return `${error instanceof Error ? error.message : String(error)}${cause}`;
    }
  }

  async #pause(ms: number): Promise<boolean> {
    if (this.#stopped.signal.aborted) return false;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#stopped.signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    });
    return !this.#stopped.signal.aborted;
  }
}
