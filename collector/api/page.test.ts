/** The page's files as the collector sends them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { fastify } from "fastify";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Api } from "./context.ts";
import { servePage } from "./page.ts";

let folder: string;
const api = fastify();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "page-"));
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), "<p>page</p>");
  writeFileSync(join(folder, "assets", "main-abc.js"), "plain();");
  writeFileSync(join(folder, "assets", "main-abc.js.gz"), gzipSync("packed();"));
  await servePage(api as unknown as Api, folder);
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (url: string, encoding: string) => api.inject({ url, headers: { "accept-encoding": encoding } });

it("sends a file compressed to whoever takes it so, and tells caches that there are two", async () => {
  const packed = await ask("/assets/main-abc.js", "gzip, deflate");
  expect(packed.headers).toMatchObject({
    "content-encoding": "gzip",
    "content-type": expect.stringContaining("javascript"),
  });
  expect(gunzipSync(packed.rawPayload).toString()).toBe("packed();");
  expect(packed.headers.vary).toMatch(/accept-encoding/i);
  const plain = await ask("/assets/main-abc.js", "identity");
  expect([plain.headers["content-encoding"], plain.body]).toEqual([undefined, "plain();"]);
});

it("lets what is named by its content be kept, and the page itself be asked for again", async () => {
  expect((await ask("/assets/main-abc.js", "gzip")).headers["cache-control"]).toContain("immutable");
  expect((await ask("/", "gzip")).headers["cache-control"]).toBe("no-cache");
  expect((await ask("/stations/532801-0001", "gzip")).body).toBe("<p>page</p>");
});

it("gives nothing beside its folder", async () => {
  for (const url of ["/assets/../../etc/passwd.js", "/assets/%2e%2e/%2e%2e/secret.js", "/gone.js"]) {
    expect((await ask(url, "gzip")).statusCode, url).toBe(404);
  }
});
