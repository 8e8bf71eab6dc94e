/** Speaks to a box's own API, as its page does: signs in with the PIN, sends answers, reads views. */
import type { CommissionView, LiveView } from "@forecourt/protocol/commission/live.ts";
import type { Trouble } from "@forecourt/protocol/commission/state.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";

/** The box does the long things by itself: no question takes longer. */
const DEADLINE_MS = 20_000;
const OWN_HEADER = { "x-forecourt-box": "terminal" };

export class BoxClient {
  readonly #base: string;
  #cookie = "";

  /** @param base for example `http://192.168.1.50:8088` */
  constructor(base: string) {
    this.#base = base.replace(/\/$/, "");
  }

  /** Signs in. */
  async signIn(pin: string): Promise<Result<void, Trouble>> {
    const answer = await this.#ask("POST", "/api/session", { pin });
    if (!answer.ok) return answer;
    const [cookie] = answer.value.headers.getSetCookie();
    this.#cookie = cookie?.split(";")[0] ?? "";
    return ok(undefined);
  }

  view(): Promise<Result<CommissionView, Trouble>> {
    return this.#json("GET", "/api/commission");
  }

  live(): Promise<Result<LiveView, Trouble>> {
    return this.#json("GET", "/api/live");
  }

  /** Sends what was answered at a step. @param step as in the API, for example `lines` */
  put(step: string, body: unknown): Promise<Result<CommissionView, Trouble>> {
    return this.#json("PUT", `/api/commission/${step}`, body);
  }

  /** Sends a photo. @param of what it shows */
  async photo(bytes: Uint8Array, type: "image/jpeg" | "image/png", of: string): Promise<Result<void, Trouble>> {
    const answer = await this.#ask("POST", `/api/commission/photos?of=${encodeURIComponent(of)}`, bytes, type);
    return answer.ok ? ok(undefined) : answer;
  }

  async #json<T>(method: string, path: string, body?: unknown): Promise<Result<T, Trouble>> {
    const answer = await this.#ask(method, path, body);
    return answer.ok ? ok((await answer.value.json()) as T) : answer;
  }

  async #ask(
    method: string,
    path: string,
    body?: unknown,
    type = "application/json",
  ): Promise<Result<Response, Trouble>> {
    const content = body === undefined ? {} : { body: body instanceof Uint8Array ? body : JSON.stringify(body) };
    try {
      const response = await fetch(`${this.#base}${path}`, {
        method,
        ...(content as { body?: string }),
        headers: { ...OWN_HEADER, cookie: this.#cookie, ...(body === undefined ? {} : { "content-type": type }) },
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      if (response.ok) return ok(response);
      const said = (await response.json().catch(() => ({}))) as { error?: Trouble };
      const unknown = { code: "answer", message: `status ${response.status}`, cure: `is ${this.#base} a box?` };
      return fail(said.error ?? unknown);
    } catch (error) {
      const { message, cause } = error as Error;
      const why = cause instanceof Error ? cause.message : message;
      return fail({
        code: "network",
        message: why,
        cure: `is this computer in the box's network, and is ${this.#base} its address?`,
      });
    }
  }
}
