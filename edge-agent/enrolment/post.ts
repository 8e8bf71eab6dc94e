/** One JSON question to the collector's API, with limits, and an answer that is checked before anybody uses it. */
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";

export interface PostError {
  /** network: nobody answered; refused: the collector said no, and why; answer: what came is not what was asked */
  code: "network" | "refused" | "answer";
  message: string;
  cure: string;
}

export interface PostOptions {
  url: URL;
  body: unknown;
  /** PEM of the authorities that may vouch for the server; undefined: those of the system */
  ca: string | undefined;
}

const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 65_536;

/** Posts JSON. @returns what was answered with status 200, as parsed JSON */
export function postJson({ url, body, ca }: PostOptions): Promise<Result<unknown, PostError>> {
  const text = JSON.stringify(body);
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
  return new Promise((resolve) => {
    const unreachable = (message: string) =>
      resolve(fail({ code: "network", message, cure: `Check the network and the address ${url.origin}.` }));
    const request = url.protocol === "https:" ? httpsRequest : httpRequest;
    const options = { method: "POST", headers, timeout: TIMEOUT_MS, ...(ca === undefined ? {} : { ca }) };
    const asked = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) asked.destroy(new Error("the answer is too long"));
        else chunks.push(chunk);
      });
      response.on("end", () => resolve(judged(response.statusCode ?? 0, Buffer.concat(chunks).toString("utf8"))));
    });
    asked.on("timeout", () => asked.destroy(new Error(`no answer within ${TIMEOUT_MS / 1_000} s`)));
    asked.on("error", (error) => unreachable(error.message));
    asked.end(text);
  });
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
  if (status === 200) return ok(value);
  const { detail, cure } = (value ?? {}) as { detail?: unknown; cure?: unknown };
  if (typeof detail !== "string") return wrong(`status ${status}`);
  return fail({ code: "refused", message: detail, cure: typeof cure === "string" ? cure : "Ask the operator." });
}
