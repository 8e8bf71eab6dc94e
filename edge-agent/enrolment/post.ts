/** One question to the collector's API, with limits, and an answer that is checked before anybody uses it. */
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";

export interface PostError {
  /** network: nobody answered, or could not now; refused: the collector said no, and why; answer: what came is not what was asked */
  code: "network" | "refused" | "answer";
  message: string;
  cure: string;
}

export interface PostOptions {
  url: URL;
  /** Bytes go as they are, anything else as JSON. */
  body: unknown;
  /** PEM of the authorities that may vouch for the server; undefined: those of the system */
  ca: string | undefined;
}

const TIMEOUT_MS = 15_000;
/** Too many questions, and trouble on the other side: the same question may be answered later. */
const BUSY = 429;
const SERVER_ERROR = 500;
const MAX_ANSWER_BYTES = 65_536;

/** Posts to the collector. @returns what was answered with success, as parsed JSON */
export function post({ url, body, ca }: PostOptions): Promise<Result<unknown, PostError>> {
  const isBytes = body instanceof Uint8Array;
  const bytes = isBytes ? body : Buffer.from(JSON.stringify(body), "utf8");
  const type = isBytes ? "application/octet-stream" : "application/json";
  const headers = { "content-type": type, "content-length": bytes.length };
  return new Promise((resolve) => {
    const unreachable = (message: string) =>
      resolve(fail({ code: "network", message, cure: `Check the network and the address ${url.origin}.` }));
    if (url.protocol !== "https:" && !isLoopback(url.hostname)) {
      const message = `${url.origin} is not encrypted: who listens on the way could use the code first`;
      return resolve(fail({ code: "refused", message, cure: "Use the collector's address with https://." }));
    }
    const request = url.protocol === "https:" ? httpsRequest : httpRequest;
    const options = { method: "POST", headers, timeout: TIMEOUT_MS, ...(ca === undefined ? {} : { ca }) };
    const asked = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length > MAX_ANSWER_BYTES) asked.destroy(new Error("the answer is too long"));
        else chunks.push(chunk);
      });
      // Once the answer has begun, a broken line is the answer's error and no longer the question's.
      response.on("error", (error) => unreachable(error.message));
      response.on("end", () => resolve(judged(response.statusCode ?? 0, Buffer.concat(chunks).toString("utf8"))));
    });
    asked.on("timeout", () => asked.destroy(new Error(`no answer within ${TIMEOUT_MS / 1_000} s`)));
    asked.on("error", (error) => unreachable(error.message));
    asked.end(bytes);
  });
}

/** Within one machine nobody listens on the way. */
function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function judged(status: number, text: string): Result<unknown, PostError> {
  const wrong = (message: string): Result<unknown, PostError> =>
    fail({ code: "answer", message, cure: "Check that the address is that of a collector." });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return wrong(`status ${status}, and no JSON`);
  }
  if (status === 200 || status === 201) return ok(value);
  const { detail, cure } = (value ?? {}) as { detail?: unknown; cure?: unknown };
  if (typeof detail !== "string") return wrong(`status ${status}`);
  if (status === BUSY || status >= SERVER_ERROR) {
    return fail({ code: "network", message: detail, cure: "Wait: it is tried again." });
  }
  return fail({ code: "refused", message: detail, cure: typeof cure === "string" ? cure : "Ask the operator." });
}
