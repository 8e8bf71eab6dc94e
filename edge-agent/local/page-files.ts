/** Serves the page: a handful of files as they stand, without a build step, from the box alone. */
import { readdirSync, readFileSync } from "node:fs";
import type { FastifyInstance } from "fastify";

const FOLDER = new URL("./page/", import.meta.url);
const TYPES: Record<string, string> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** Adds a route for each file of the page. */
export function pageFiles(app: FastifyInstance): void {
  for (const name of readdirSync(FOLDER)) {
    const type = TYPES[name.split(".").at(-1) ?? ""];
    if (type === undefined) continue;
    const content = readFileSync(new URL(name, FOLDER));
    app.get(name === "index.html" ? "/" : `/${name}`, (_request, reply) => reply.type(type).send(content));
  }
}
