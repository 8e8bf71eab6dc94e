/**
 * Signed updates for gateways, as files that can be fetched in parts. Anybody may have them: what a bundle is worth is
 * proved by the update authority's signature, on the gateway.
 */
import { join } from "node:path";
import { BUNDLE_FILE_PATTERN } from "@forecourt/protocol/update/version.ts";
import { Type } from "typebox";
import { limits } from "../../limits.ts";
import type { Api } from "../context.ts";
import { sendPart } from "../file-part.ts";
import { notFound } from "../problem.ts";
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
    const { file } = request.params;
    const { headers } = request;
    const path = join(folder, file);
    const sent = sendPart(reply, { path, headers, type: "application/octet-stream", cache: "no-cache" });
    return sent ?? notFound(reply, `there is no bundle ${file}`);
  });
}
