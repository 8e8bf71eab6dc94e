/** Fetching tiles of somebody else's server: bounded in number, in size and in what is taken for a picture. */
import { describe, expect, it } from "vitest";
import { limits } from "../limits.ts";
import { TileServer } from "./tile-server.ts";

const PLACE = { z: 6, x: 49, y: 27 };
const ADDRESS = "http://gis.internal/{z}/{x}/{y}";
const answers = (body: string | null, type: string, status = 200) =>
  new TileServer(async () => new Response(body, { status, headers: { "content-type": type } }));

describe("a tile", () => {
  it.each([
    ["a page in place of a picture", "<html>", "text/html"],
    ["a picture that may carry scripts", "<svg/>", "image/svg+xml"],
    ["a picture that is too large", "x".repeat(limits.map.tileBytes + 1), "image/png"],
  ])("is not taken when it is %s", async (_what, body, type) => {
    const tile = await answers(body, type).tile(ADDRESS, PLACE);
    expect(tile).toMatchObject({ ok: false, error: { code: "failed" } });
  });

  it("is missing where the server has none, and failed where the server is away", async () => {
    expect(await answers(null, "", 404).tile(ADDRESS, PLACE)).toMatchObject({ error: { code: "missing" } });
    const away = new TileServer(() => Promise.reject(new Error("ECONNREFUSED")));
    expect(await away.tile(ADDRESS, PLACE)).toMatchObject({ error: { code: "failed", message: "ECONNREFUSED" } });
  });

  it("waits its turn elsewhere when too many are under way, and there is room again when they are done", async () => {
    const waiting: (() => void)[] = [];
    const server = new TileServer(
      () =>
        new Promise((resolve) =>
          waiting.push(() => resolve(new Response("x", { headers: { "content-type": "image/png" } }))),
        ),
    );
    const first = Array.from({ length: limits.map.tilesAtOnce }, () => server.tile(ADDRESS, PLACE));
    expect(await server.tile(ADDRESS, PLACE)).toMatchObject({ error: { code: "busy" } });
    for (const answer of waiting.splice(0)) answer();
    for (const tile of await Promise.all(first)) expect(tile).toMatchObject({ ok: true, value: { type: "image/png" } });
    const next = server.tile(ADDRESS, PLACE);
    waiting[0]?.();
    expect(await next).toMatchObject({ ok: true });
  });
});
