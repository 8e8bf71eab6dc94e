/** Serves the control page: a handful of files as they stand, without a build step. */
import { readFileSync } from "node:fs";
import type { FastifyInstance } from "fastify";

const FILES = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/style.css": ["style.css", "text/css; charset=utf-8"],
  "/page.js": ["page.js", "text/javascript; charset=utf-8"],
  "/view.js": ["view.js", "text/javascript; charset=utf-8"],
  "/forms.js": ["forms.js", "text/javascript; charset=utf-8"],
  "/words.js": ["words.js", "text/javascript; charset=utf-8"],
} as const;
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:";

/** Adds the page's routes. */
export function pageRoutes(app: FastifyInstance): void {
  for (const [path, [file, type]] of Object.entries(FILES)) {
    const content = readFileSync(new URL(`./page/${file}`, import.meta.url));
    app.get(path, (_request, reply) =>
      reply.header("content-type", type).header("content-security-policy", POLICY).send(content),
    );
  }
}
