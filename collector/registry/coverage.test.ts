/** Coverage counts what is registered against what was ever heard. */
import { expect, test } from "vitest";
import { testStation } from "../testing/stations.ts";
import { coverageOf, totalCoverage } from "./coverage.ts";
import type { StationEntry } from "./schema.ts";

const at = (id: string, part: Partial<StationEntry> = {}) => ({ ...testStation([], id), ...part });
const heard = {
  nozzles: new Set(["532801-0001\nN02", "532801-0009\nN01"]),
  tanks: new Set(["532801-0001\nT1", "532801-0001\nT2", "532801-0002\nT2"]),
  stations: new Map([
    ["532801-0001", 1_000],
    ["532801-0002", 999],
  ]),
};
const gatewaysOf = (station: string) => (station === "532822-0001" ? [] : [`gw-${station}`]);

test("stations, gateways, dispensers and tanks are counted by county; closed stations are not", () => {
  const stations = [
    at("532801-0001"),
    at("532801-0002"),
    at("532822-0001", { county: "勐海县" }),
    at("532801-0003", { status: "closed" }),
  ];
  const rows = coverageOf(stations, { gatewaysOf }, heard, 1_000);
  expect(rows).toEqual([
    {
      county: "景洪市",
      stations: 2,
      withGateway: 2,
      live: 1,
      dispensers: 2,
      dispensersCovered: 1,
      tanks: 4,
      tanksCovered: 3,
      complete: 1,
    },
    {
      county: "勐海县",
      stations: 1,
      withGateway: 0,
      live: 0,
      dispensers: 1,
      dispensersCovered: 0,
      tanks: 2,
      tanksCovered: 0,
      complete: 0,
    },
  ]);
  expect(totalCoverage(rows, "全州")).toMatchObject({
    county: "全州",
    stations: 3,
    tanks: 6,
    tanksCovered: 3,
    complete: 1,
  });
});
