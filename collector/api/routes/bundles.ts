/**
 * Signed updates for gateways, as files that can be fetched in parts. Anybody may have them: what a bundle is worth is
 * proved by the update authority's signature, on the gateway.
 */
import { createReadStream, statSync } from "node:fs";
import { join } from "node:path";
import { BUNDLE_FILE_PATTERN } from "@forecourt/protocol/update/version.ts";
import { Type } from "typebox";
import { limits } from "../../limits.ts";
import type { Api } from "../context.ts";
import { notFound, problem } from "../problem.ts";
import { ProblemSchema } from "../schemas.ts";

const config = { public: true, rateLimit: { max: limits.updates.partsPerMinute, timeWindow: "1 minute" } } as const;

/** @param folder where the bundles lie */
export function bundleRoutes(api: Api, folder: string): void {
  const schema = {
    summary: "A part of a signed update (Range: bytes=FROM-TO), or a whole manifest",
    params: Type.Object({ file: Type.String({ pattern: BUNDLE_FILE_PATTERN }) }),
    response: { 200: Type.Unknown(), 206: Type.Unknown(), 404: ProblemSchema, 416: ProblemSchema },
  };
  api.get("/bundles/:file", { schema, config }, async (request, reply) => {
    const path = join(folder, request.params.file);
    const bytes = sizeOf(path);
    if (bytes === undefined) return notFound(reply, `there is no bundle ${request.params.file}`);
    const range = rangeOf(request.headers.range, bytes);
    if (range === "beyond") {
      const detail = `the file has ${bytes} bytes`;
      return problem(reply.header("content-range", `bytes */${bytes}`), { status: 416, title: "Range", detail });
    }
    reply.type("application/octet-stream").header("accept-ranges", "bytes").header("cache-control", "no-cache");
    if (range === undefined) return reply.header("content-length", bytes).send(createReadStream(path));
    const { from, to } = range;
    reply
      .code(206)
      .header("content-range", `bytes ${from}-${to}/${bytes}`)
      .header("content-length", to - from + 1);
    return reply.send(createReadStream(path, { start: from, end: to }));
  });
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

function sizeOf(path: string): number | undefined {
  try {
    const found = statSync(path);
    return found.isFile() ? found.size : undefined;
  } catch {
    return undefined;
  }
}
