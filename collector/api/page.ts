/** Serves the page's files, compressed where the browser takes it; every path that is not a file is the page itself, which then finds its own way. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Api } from "./context.ts";
import { notFound } from "./problem.ts";

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Forecourt</title>
<h1>Forecourt</h1><p>页面尚未构建。The page has not been built yet: run <code>npx vite build collector/web</code>,
then start the collector again. The API answers below <a href="/api/v1/stations">/api/v1</a>.</p></html>`;

/** What a file of the page is called: nothing else is looked for on the disk. */
const FILE = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/;

/** @param folder the built page */
export async function servePage(api: Api, folder: string): Promise<void> {
  const isBuilt = existsSync(join(folder, "index.html"));
  const pageOrNothing = (request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split("?")[0] ?? "/";
    const isPage = request.method === "GET" && !path.startsWith("/api/") && !/\.[a-z0-9]+$/i.test(path);
    if (!isPage) return notFound(reply, `there is nothing at ${path.slice(0, 200)}`);
    return isBuilt ? reply.sendFile("index.html") : reply.type("text/html; charset=utf-8").send(NOT_BUILT);
  };
  api.setNotFoundHandler(pageOrNothing);
  if (!isBuilt) return;
  await api.register(fastifyStatic, {
    ...{ root: folder, serve: false, etag: true, preCompressed: true, cacheControl: false },
    // What is named by its content never changes; the rest is asked for each time, and seldom sent again.
    setHeaders: (reply, path) => {
      reply.header("cache-control", path.includes("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
  const open = { schema: { hide: true }, config: { public: true } } as const;
  api.get("/", open, (_request, reply) => reply.sendFile("index.html"));
  api.get("/*", open, (request, reply) => {
    const path = (request.params as { "*": string })["*"];
    return isFile(folder, path) ? reply.sendFile(path) : pageOrNothing(request, reply);
  });
}

function isFile(folder: string, path: string): boolean {
  return FILE.test(path) && statSync(join(folder, path), { throwIfNoEntry: false })?.isFile() === true;
}
