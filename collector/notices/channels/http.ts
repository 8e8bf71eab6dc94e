/** Posts JSON to an address that the administrator configured, and tells what surely failed from what may have arrived. */
import { inShort, type Sent } from "./channel.ts";

const WITHIN_MS = 10_000;
const MOST_ANSWER = 16_384;
/** The receiver was never reached: nothing of the message has left, or nobody could read it. */
const NEVER_REACHED =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT|ERR_TLS|ERR_SSL|SELF_SIGNED|UNABLE_TO_|EPROTO/;

/** @param url never in what is answered: it may hold a key */
export async function post(url: string, body: string, headers: Record<string, string>): Promise<Sent> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      // Sent on to another place it would be another's.
      redirect: "manual",
      headers: { "content-type": "application/json; charset=utf-8", ...headers },
      body,
      signal: AbortSignal.timeout(WITHIN_MS),
    });
  } catch (error) {
    return faultOf(error as Error);
  }
  const text = await response.text().then(
    (all) => all.slice(0, MOST_ANSWER),
    () => "",
  );
  const detail = inShort(`HTTP ${response.status} ${text}`);
  // Robots answer 200 and say in the body that they refused.
  const code = errorCode(text);
  return { result: response.ok && (code === undefined || code === 0) ? "taken" : "not-taken", detail };
}

function faultOf(error: Error): Sent {
  const cause = error.cause as (Error & { code?: string }) | undefined;
  const said = cause?.code ?? cause?.message ?? error.name;
  return { result: NEVER_REACHED.test(said) ? "not-taken" : "unsure", detail: inShort(said) };
}

function errorCode(text: string): number | undefined {
  try {
    const { errcode } = JSON.parse(text) as { errcode?: unknown };
    return typeof errcode === "number" ? errcode : undefined;
  } catch {
    return undefined;
  }
}
