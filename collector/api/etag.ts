/** ETags: who asks again with `if-none-match` is told that nothing has changed instead of everything anew. */
import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";

/** Adds the hook. What the API says is nobody else's to keep. */
export function addEtags(api: Pick<FastifyInstance, "addHook">): void {
  api.addHook("onSend", async (request, reply, payload) => {
    if (!request.url.startsWith("/api/")) return payload;
    // What says nothing of anybody, such as a picture of the map, may say that it can be kept.
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
    if (request.method !== "GET" || reply.statusCode !== 200 || typeof payload !== "string") return payload;
    // A route may have one that means more, such as the version that a change must name.
    if (reply.hasHeader("etag")) return payload;
    const tag = `"${createHash("sha256").update(payload, "utf8").digest("base64url").slice(0, 27)}"`;
    reply.header("etag", tag);
    if (!matches(request.headers["if-none-match"], tag)) return payload;
    reply.code(304).removeHeader("content-type").removeHeader("content-length");
    return null;
  });
}

function matches(header: string | undefined, tag: string): boolean {
  return (header ?? "").split(",").some((one) => one.trim().replace(/^W\//, "") === tag);
}
