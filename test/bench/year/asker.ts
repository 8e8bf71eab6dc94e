/** A person who is signed in, and asks what a page would ask. */
import type { DemoPerson } from "../../rig/people.ts";

export class Asker {
  readonly #url: string;
  readonly #headers: Record<string, string>;

  private constructor(url: string, headers: Record<string, string>) {
    this.#url = url;
    this.#headers = headers;
  }

  /** @throws Error when the person cannot sign in */
  static async signIn(url: string, { login, password }: DemoPerson): Promise<Asker> {
    const answer = await fetch(`${url}/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ login, password }),
    });
    if (!answer.ok) throw new Error(`${login} could not sign in: ${answer.status}`);
    const { csrf } = (await answer.json()) as { csrf: string };
    const cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    return new Asker(url, { cookie, "x-forecourt-csrf": csrf });
  }

  /** @throws Error when the API refuses */
  async ask<Answer>(path: string): Promise<Answer> {
    const answer = await fetch(`${this.#url}${path}`, { headers: this.#headers });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Answer;
  }

  /** @throws Error when the API refuses */
  async send(path: string, body: object): Promise<void> {
    const headers = { ...this.#headers, "content-type": "application/json" };
    const answer = await fetch(`${this.#url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }

  /** Opens a page: asks all of its questions at once. @returns ms until the last answer was read */
  async open(paths: readonly string[]): Promise<number> {
    const began = performance.now();
    await Promise.all(paths.map((path) => this.ask(path)));
    return performance.now() - began;
  }
}
