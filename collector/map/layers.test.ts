/** The map section of the configuration, and what is said when a layer cannot be used. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "../config/config.ts";
import { INVENTED_AREA, pictureArchive } from "../testing/map-files.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "map-"));
  writeFileSync(join(folder, "base.pmtiles"), pictureArchive());
  writeFileSync(join(folder, "old.pmtiles"), Buffer.concat([Buffer.from("PMTiles\u0002"), Buffer.alloc(200)]));
  writeFileSync(join(folder, "counties.geojson"), JSON.stringify(INVENTED_AREA));
  writeFileSync(join(folder, "metres.geojson"), JSON.stringify({ ...INVENTED_AREA, crs: crs("EPSG::3857") }));
  writeFileSync(join(folder, "notes.txt"), "no map at all");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const crs = (name: string) => ({ type: "name", properties: { name: `urn:ogc:def:crs:${name}` } });

function load(...layers: object[]) {
  const file = join(folder, "collector.yaml");
  const content = {
    ...{ collector: { keyFile: "./key" }, database: "./db", broker: { port: 0 } },
    ...{ http: { host: "127.0.0.1", port: 0 }, noticesToken: "a-token-for-tests-only", map: { layers } },
  };
  writeFileSync(file, JSON.stringify(content));
  return loadConfig(file);
}

it("takes archives, GeoJSON and tile servers, and reads from an archive what it holds", () => {
  const loaded = load(
    { name: "底图", pmtiles: "./base.pmtiles", system: "gcj02", attribution: "审图号" },
    { name: "县界", geojson: "counties.geojson" },
    { name: "内网", wmts: "http://gis.internal/{z}/{y}/{x}.png", system: "gcj02", maxZoom: 16 },
  );
  expect(loaded.ok && loaded.value.map).toMatchObject([
    { kind: "pmtiles", file: join(folder, "base.pmtiles"), head: { tiles: "picture", minZoom: 0, maxZoom: 0 } },
    { kind: "geojson", system: "wgs84", attribution: null },
    { kind: "wmts", minZoom: 0, maxZoom: 16 },
  ]);
});

describe("a layer that cannot be used is named with its place and a cure:", () => {
  it.each([
    ["a file that is missing", { pmtiles: "gone.pmtiles" }, "map.layers[0].pmtiles", /ENOENT/],
    ["a file that is no archive", { pmtiles: "notes.txt" }, "map.layers[0].pmtiles", /no PMTiles archive/],
    ["an archive of before", { pmtiles: "old.pmtiles" }, "map.layers[0].pmtiles", /version 2/],
    ["a file that is no GeoJSON", { geojson: "notes.txt" }, "map.layers[0].geojson", /JSON/],
    ["GeoJSON in metres", { geojson: "metres.geojson" }, "map.layers[0].geojson", /not in degrees/],
    ["an address without its places", { wmts: "http://gis.internal/{z}" }, "map.layers[0].wmts", /\{x\}, \{y\}/],
    ["an address that is none", { wmts: "file:///{z}/{x}/{y}" }, "map.layers[0].wmts", /no http address/],
    [
      "zooms the wrong way round",
      { wmts: "http://a/{z}/{x}/{y}", minZoom: 9, maxZoom: 3 },
      "map.layers[0].minZoom",
      /above/,
    ],
    ["no source", {}, "map.layers[0]", /no source/],
    ["two sources", { pmtiles: "a", geojson: "b" }, "map.layers[0]", /2 sources/],
    ["a system that tiles cannot have", { pmtiles: "base.pmtiles", system: "bd09" }, "map.layers[0].system", /bd09/],
  ])("%s", (_what, source, field, message) => {
    const loaded = load({ name: "图层", ...source });
    expect(loaded.ok).toBe(false);
    const found = loaded.ok ? undefined : loaded.error.find((one) => one.field === field);
    expect(found?.message).toMatch(message);
    expect(found?.line).toBeGreaterThan(0);
    expect(found?.cure).not.toBe("");
  });

  it("tiles of two systems, which cannot lie on each other", () => {
    const loaded = load(
      { name: "一", pmtiles: "base.pmtiles" },
      { name: "二", pmtiles: "base.pmtiles", system: "gcj02" },
    );
    expect(loaded.ok ? [] : loaded.error.map(({ field }) => field)).toEqual(["map.layers[1].system"]);
  });
});
