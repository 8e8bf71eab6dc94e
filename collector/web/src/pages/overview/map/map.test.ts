/** What the map computes: places, marks, grid, tiles, and the two systems of coordinates. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type StationSummary, StationSummarySchema } from "../../../../../api/schemas.ts";
import { geojsonPath } from "./geojson-path.ts";
import { INKS, vectorLayers } from "./gl-style.ts";
import { degreesLabel, graticule } from "./graticule.ts";
import type { Geojson } from "./map-data.ts";
import { countyLabels, marksOf, nextMark, type Placed } from "./marks.ts";
import { type Camera, fitted, lngLatAt, pushed, worldPoint, zoomed } from "./mercator.ts";
import { drawnGeojson, drawnPlace } from "./systems.ts";
import { tilesOf } from "./tiles.ts";

/** An invented area and a line across it. */
const INVENTED_AREA = {
  type: "FeatureCollection" as const,
  features: [
    {
      type: "Feature" as const,
      geometry: {
        type: "Polygon" as const,
        coordinates: [
          [
            [100, 21],
            [101, 21],
            [101.5, 22],
            [100.5, 22.5],
            [100, 21],
          ],
        ],
      },
    },
    {
      type: "Feature" as const,
      geometry: {
        type: "LineString" as const,
        coordinates: [
          [100, 22],
          [102, 21.8],
        ],
      },
    },
  ],
};
const SIZE = { width: 900, height: 460 };
const place = fc.record({
  lng: fc.double({ min: 70, max: 140, noNaN: true }),
  lat: fc.double({ min: -60, max: 60, noNaN: true }),
});
const anyCamera = fc.tuple(place, fc.double({ min: 3, max: 17, noNaN: true })).map(([at, zoom]) => ({ ...at, zoom }));

const example = (StationSummarySchema as unknown as { examples: [StationSummary] }).examples[0];

function station(id: string, changes: Partial<StationSummary> = {}): StationSummary {
  return {
    ...example,
    id,
    openFlags: { high: 0, medium: 0, notice: 0 },
    ...changes,
  };
}

describe("places", () => {
  it("come back from the picture as they went in", () => {
    fc.assert(
      fc.property(anyCamera, (camera) => {
        const back = lngLatAt(worldPoint(camera, camera.zoom), camera.zoom);
        expect(back.lng).toBeCloseTo(camera.lng, 8);
        expect(back.lat).toBeCloseTo(camera.lat, 8);
      }),
    );
  });

  it("stay under the pointer while the map is enlarged", () => {
    fc.assert(
      fc.property(
        anyCamera,
        fc.integer({ min: -400, max: 400 }),
        fc.integer({ min: -200, max: 200 }),
        (camera, x, y) => {
          const under = (one: Camera) => {
            const middle = worldPoint(one, one.zoom);
            return lngLatAt({ x: middle.x + x, y: middle.y + y }, one.zoom);
          };
          const after = zoomed(camera, 0.7, { x, y });
          expect(under(after).lng).toBeCloseTo(under(camera).lng, 6);
          expect(under(after).lat).toBeCloseTo(under(camera).lat, 6);
        },
      ),
    );
  });

  it("go with the map when it is pushed", () => {
    const camera = { lng: 100.8, lat: 22, zoom: 9 };
    const after = pushed(camera, { x: 30, y: -12 });
    const moved = worldPoint(camera, 9);
    const now = worldPoint(after, 9);
    expect([moved.x - now.x, moved.y - now.y]).toEqual([expect.closeTo(30, 6), expect.closeTo(-12, 6)]);
  });

  it("are all in the view at first", () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 30 }), (places) => {
        const camera = fitted(places, SIZE, 50);
        const middle = worldPoint(camera, camera.zoom);
        // A span wider than the view at the least zoom cannot fit.
        fc.pre(camera.zoom > 2);
        for (const one of places) {
          const at = worldPoint(one, camera.zoom);
          expect(Math.abs(at.x - middle.x)).toBeLessThanOrEqual(SIZE.width / 2 - 49);
          expect(Math.abs(at.y - middle.y)).toBeLessThanOrEqual(SIZE.height / 2 - 49);
        }
      }),
    );
  });
});

describe("systems of coordinates", () => {
  const told = { longitudeUdeg: 100_797_000, latitudeUdeg: 22_002_000 };
  const metres = (a: { lng: number; lat: number }, b: { lng: number; lat: number }) =>
    Math.hypot((a.lng - b.lng) * Math.cos((a.lat * Math.PI) / 180), a.lat - b.lat) * 111_320;

  it("a station on a map in GCJ-02 is drawn over 200 m beside its place in WGS-84", () => {
    const shift = metres(drawnPlace(told, "gcj02"), drawnPlace(told, "wgs84"));
    expect(shift).toBeGreaterThan(200);
    expect(shift).toBeLessThan(800);
  });

  it("a boundary in the other system is shifted as the stations are, and the file is left as it was", () => {
    const before = structuredClone(INVENTED_AREA);
    const shifted = drawnGeojson(INVENTED_AREA, "wgs84", "gcj02");
    const [lng, lat] = shifted.features[1]!.geometry.coordinates[0] as unknown as [number, number];
    const expected = drawnPlace({ longitudeUdeg: 100_000_000, latitudeUdeg: 22_000_000 }, "gcj02");
    expect(metres({ lng, lat }, expected)).toBeLessThan(0.1);
    expect(INVENTED_AREA).toEqual(before);
    expect(drawnGeojson(INVENTED_AREA, "gcj02", "gcj02")).toBe(INVENTED_AREA);
  });
});

describe("marks", () => {
  const at = (id: string, lng: number, changes: Partial<StationSummary> = {}): Placed => {
    return { station: station(id, changes), place: { lng, lat: 22 } };
  };
  const west = at("532801-0001", 100.8);
  const near = at("532801-0002", 100.801, { state: "silent", openFlags: { high: 2, medium: 0, notice: 0 } });
  const east = at("532801-0003", 101.5);

  it("gather what would lie on each other, and show the worst of it", () => {
    const marks = marksOf([west, near, east], 9);
    expect(marks.map(({ stations }) => stations.map(({ id }) => id).sort())).toEqual(
      expect.arrayContaining([["532801-0001", "532801-0002"], ["532801-0003"]]),
    );
    const both = marks.find(({ stations }) => stations.length === 2);
    expect(both).toMatchObject({ key: "532801-0002", state: "silent", severity: "high" });
    expect(marks.at(-1)).toBe(both);
    expect(marksOf([west, near, east], 16)).toHaveLength(3);
  });

  it("lose no station, wherever they stand", () => {
    fc.assert(
      fc.property(fc.array(place, { maxLength: 60 }), fc.integer({ min: 3, max: 15 }), (places, zoom) => {
        const stations = places.map((one, index) => ({ station: station(`532801-${1000 + index}`), place: one }));
        const ids = marksOf(stations, zoom).flatMap((mark) => mark.stations.map(({ id }) => id));
        expect(ids.sort()).toEqual(stations.map((one) => one.station.id).sort());
      }),
    );
  });

  it("follow each other by the arrow keys, nearest ahead first", () => {
    const marks = marksOf([west, east, at("532801-0004", 101.1)], 10);
    const byId = (id: string) => marks.find(({ key }) => key === id)!;
    expect(nextMark(marks, byId("532801-0001"), "right")?.key).toBe("532801-0004");
    expect(nextMark(marks, byId("532801-0003"), "right")).toBeUndefined();
    expect(nextMark(marks, byId("532801-0003"), "left")?.key).toBe("532801-0004");
  });

  it("of a county stand around its name", () => {
    expect(countyLabels([west, east])).toEqual([
      { county: "景洪市", place: { lng: expect.closeTo(101.15, 9), lat: 22 } },
    ]);
  });
});

describe("the ground", () => {
  it("has lines at round degrees that are neither crowded nor missing", () => {
    fc.assert(
      fc.property(anyCamera, (camera) => {
        const meridians = graticule(camera, SIZE).filter(({ kind }) => kind === "meridian");
        const gaps = meridians.slice(1).map(({ at }, index) => at - meridians[index]!.at);
        for (const gap of gaps) expect(gap).toBeGreaterThan(100);
        for (const { at } of meridians) expect(at).toBeGreaterThanOrEqual(-1);
      }),
    );
    expect(graticule({ lng: 100.8, lat: 22, zoom: 8 }, SIZE).map(degreesLabel)).toContain("22°N");
  });

  it("is covered by tiles that lie edge to edge", () => {
    const tiles = tilesOf({ lng: 100.8, lat: 22, zoom: 8.4 }, SIZE, 0, 18);
    expect(tiles[0]?.z).toBe(9);
    for (const edge of ["left", "top"] as const) {
      expect(Math.min(...tiles.map((tile) => tile[edge]))).toBeLessThanOrEqual(0);
    }
    expect(Math.max(...tiles.map((tile) => tile.left + tile.edge))).toBeGreaterThanOrEqual(SIZE.width);
    expect(tilesOf({ lng: 100.8, lat: 22, zoom: 15 }, SIZE, 0, 10)[0]?.z).toBe(10);
  });

  it("draws areas closed and lines open", () => {
    const { areas, lines } = geojsonPath(INVENTED_AREA as Geojson);
    expect(areas).toMatch(/^M[\d.]+ [\d.]+(L[\d.]+ [\d.]+){4}Z$/);
    expect(lines).toMatch(/^M[\d.]+ [\d.]+L[\d.]+ [\d.]+$/);
  });

  it("writes no words and draws no houses of an operator's tiles, since both want files from elsewhere", () => {
    const drawn = ["water", "roads", "boundaries", "buildings", "poi", "place_label"].map((name) => [
      name,
      vectorLayers("layer 0", name, INKS.light).map(({ type }) => type),
    ]);
    expect(Object.fromEntries(drawn)).toEqual({
      ...{ water: ["fill", "line"], roads: ["line"], boundaries: ["fill", "line"] },
      ...{ buildings: [], poi: [], place_label: [] },
    });
  });
});
