/** The map's layers over the API: parts of files, tiles of another server, and nothing that is not a layer's. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readLayers } from "../map/layers.ts";
import { INVENTED_AREA, onePixel, pictureArchive } from "../testing/map-files.ts";
import { runCollector, SIGNED, type TestCollector, until } from "../testing/running.ts";
import { testRegistry, testStation } from "../testing/stations.ts";

let folder: string;
let collector: TestCollector;
let tiles: Server;
const asked: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "map-"));
  writeFileSync(join(folder, "base.pmtiles"), pictureArchive());
  writeFileSync(join(folder, "counties.geojson"), JSON.stringify(INVENTED_AREA));
  tiles = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (request.url?.startsWith("/7/")) return response.writeHead(404).end();
    if (request.url?.startsWith("/8/")) return response.writeHead(200, { "content-type": "text/html" }).end("<html>");
    if (request.url?.startsWith("/9/")) return response.writeHead(302, { location: "http://elsewhere.invalid/" }).end();
    return response.writeHead(200, { "content-type": "image/png" }).end(onePixel());
  });
  await new Promise<void>((resolve) => tiles.listen(0, "127.0.0.1", resolve));
  const { port } = tiles.address() as AddressInfo;
  const layers = [
    { name: "底图", pmtiles: "base.pmtiles" },
    { name: "县界", geojson: "counties.geojson", system: "gcj02" as const },
    { name: "内网", wmts: `http://127.0.0.1:${port}/{z}/{y}/{x}`, maxZoom: 10 },
  ];
  const map = readLayers({ layers }, (path) => join(folder, path)).layers;
  const station = { ...testStation(), location: { longitudeUdeg: 100_796_400, latitudeUdeg: 22_004_700 } };
  collector = await runCollector(testRegistry(station), { map });
}, 60_000);
afterAll(async () => {
  await collector.remove();
  tiles.close();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (path: string, headers = {}) =>
  fetch(`${collector.http}/api/v1${path}`, { headers: { ...SIGNED, ...headers } });

it("names the layers from the bottom to the top, and never where their files lie or whom the tiles come from", async () => {
  const text = await (await ask("/map")).text();
  expect(JSON.parse(text)).toMatchObject({
    system: "wgs84",
    layers: [
      { number: 0, kind: "picture-tiles", maxZoom: 0 },
      { number: 1, kind: "geojson", system: "gcj02" },
      { number: 2, kind: "wmts", minZoom: 0, maxZoom: 10 },
    ],
  });
  expect(text).not.toContain(folder);
  expect(text).not.toContain("127.0.0.1");
});

it("tells where a station stands, in WGS-84, with the system in which it was told", async () => {
  const { items } = (await (await ask("/stations")).json()) as { items: { location: object }[] };
  expect(items[0]?.location).toEqual({ longitudeUdeg: 100_796_400, latitudeUdeg: 22_004_700, system: "wgs84" });
});

describe("a file", () => {
  it("is given in the parts that are asked for", async () => {
    const part = await ask("/map/layers/0/file", { range: "bytes=0-6" });
    expect([part.status, await part.text()]).toEqual([206, "PMTiles"]);
    expect(part.headers.get("content-range")).toBe(`bytes 0-6/${pictureArchive().length}`);
    expect((await ask("/map/layers/0/file", { range: "bytes=99999-" })).status).toBe(416);
  });

  it("is not sent again when it is still the same", async () => {
    const first = await ask("/map/layers/1/file");
    expect(await first.json()).toEqual(INVENTED_AREA);
    const again = await ask("/map/layers/1/file", { "if-none-match": first.headers.get("etag") });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  it.each(["/map/layers/2/file", "/map/layers/7/file"])("is not there: %s", async (path) => {
    expect((await ask(path)).status).toBe(404);
  });

  it.each([
    "/map/layers/..%2f..%2fcollector.key/file",
    "/map/layers/0/..%2f..%2f..%2fetc%2fpasswd",
    "/map/layers/-1/file",
  ])("cannot be reached by a path: %s", async (path) => {
    const answer = await ask(path);
    expect([400, 404]).toContain(answer.status);
    expect(await answer.text()).not.toContain("PRIVATE");
  });
});

describe("a tile of another server", () => {
  it("is fetched by the collector", async () => {
    const tile = await ask("/map/layers/2/tiles/6/49/27");
    expect([tile.status, tile.headers.get("content-type")]).toEqual([200, "image/png"]);
    expect(Buffer.from(await tile.arrayBuffer())).toEqual(onePixel());
    expect(asked.at(-1)).toBe("/6/27/49");
    expect(tile.headers.get("cache-control")).toContain("private");
  });

  it.each([
    ["that is not there is empty", 7, 204],
    ["that is no picture is not passed on", 8, 503],
    ["that lies elsewhere is not followed", 9, 503],
    ["beyond the zooms is not asked for", 11, 404],
  ])("%s", async (_what, zoom, status) => {
    const before = asked.length;
    expect((await ask(`/map/layers/2/tiles/${zoom}/1/1`)).status).toBe(status);
    if (zoom === 11) expect(asked).toHaveLength(before);
  });
});

it("leaves no line in the audit trail for pieces of the map, and one for the map itself", async () => {
  await ask("/map");
  await ask("/map/layers/1/file");
  const told = async () => await (await ask("/audit?limit=100")).text();
  await until(async () => (await told()).includes("/api/v1/map"));
  expect(await told()).not.toContain("/map/layers");
});
