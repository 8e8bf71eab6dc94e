/** A person who is signed in to a collector, with what their browser would send along. */
import { PASSWORD } from "./people.ts";

export interface SignedIn {
  cookie: string;
  csrf: string;
  /** Asks the API as this person; changes carry the session's token. */
  ask: (method: string, path: string, body?: unknown, type?: string) => Promise<Response>;
}

/** Signs in over the API. @throws Error when that is refused */
export async function signInTo(http: string, login: string, password = PASSWORD): Promise<SignedIn> {
  const answer = await fetch(`${http}/api/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ login, password }),
  });
  if (!answer.ok) throw new Error(`${login}: ${answer.status} ${await answer.text()}`);
  const { csrf } = (await answer.json()) as { csrf: string };
  const cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const ask = (method: string, path: string, body?: unknown, type = "application/json") => {
    const typed: Record<string, string> = body === undefined ? {} : { "content-type": type };
    const headers = { ...typed, cookie, "x-forecourt-csrf": csrf };
    return fetch(`${http}${path}`, {
      method,
      headers,
      ...(body === undefined
        ? {}
        : { body: Buffer.isBuffer(body) || typeof body === "string" ? body : JSON.stringify(body) }),
    });
  };
  return { cookie, csrf, ask };
}
