/** Sends a file, or the part of it that is asked for (RFC 9110, 14). */
import { createReadStream, statSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import type { FastifyReply } from "fastify";
import { problem } from "./problem.ts";

/**
 * Sends a file of the collector's own choosing: the path is never made from what was asked.
 * @param headers of the request
 * @returns undefined when there is no such file
 */
export function sendPart(
  reply: FastifyReply,
  { path, headers, type, cache }: { path: string; headers: IncomingHttpHeaders; type: string; cache: string },
): FastifyReply | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() !== true) return undefined;
  const { size: bytes, mtimeMs } = found;
  const tag = `"${bytes.toString(36)}-${Math.trunc(mtimeMs).toString(36)}"`;
  reply.header("etag", tag).header("cache-control", cache);
  if (headers["if-none-match"] === tag && headers.range === undefined) return reply.code(304).send();
  const part = rangeOf(headers.range, bytes);
  if (part === "beyond") {
    const detail = `the file has ${bytes} bytes`;
    return problem(reply.header("content-range", `bytes */${bytes}`), { status: 416, title: "Range", detail });
  }
  reply.type(type).header("accept-ranges", "bytes");
  if (part === undefined) return reply.header("content-length", bytes).send(createReadStream(path));
  const { from, to } = part;
  reply
    .code(206)
    .header("content-range", `bytes ${from}-${to}/${bytes}`)
    .header("content-length", to - from + 1);
  return reply.send(createReadStream(path, { start: from, end: to }));
}

/**
 * The bytes that a request asks for: one range with a beginning (RFC 9110, 14.1.2).
 * @returns undefined for the whole file
 */
export function rangeOf(
  header: string | undefined,
  bytes: number,
): { from: number; to: number } | "beyond" | undefined {
  const match = /^bytes=(\d{1,12})-(\d{0,12})$/.exec(header ?? "");
  if (match === null) return undefined;
  const from = Number(match[1]);
  const to = match[2] === "" ? bytes - 1 : Math.min(Number(match[2]), bytes - 1);
  return from > to ? "beyond" : { from, to };
}
