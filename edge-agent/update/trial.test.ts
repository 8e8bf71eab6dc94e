import { describe, expect, test } from "vitest";
import type { Observation } from "../drivers/observation.ts";
import { StationWatch } from "./station-watch.ts";
import { missingSigns } from "./trial.ts";

const total = (volumeCl: number) =>
  ({ point: "grand-total", device: "tax-1", nozzle: "N01", volumeCl, amountFen: 0, raw: [] }) as unknown as Observation;
const level = (levelUm: number) =>
  ({ point: "tank", device: "gauge-1", tank: "T1", levelUm, quality: "good", raw: [] }) as unknown as Observation;
const LATER_MS = 60_000;

describe("a station counts as in use", () => {
  test("after the start, until half a minute has passed without a sign of it", () => {
    const watch = new StationWatch(["tax-1"], 0);
    expect([watch.inUse(29_999), watch.inUse(30_000)]).toEqual([true, false]);
  });

  test("after a total has moved", () => {
    const watch = new StationWatch(["tax-1"], 0);
    watch.observed(total(100), LATER_MS);
    expect(watch.inUse(LATER_MS)).toBe(false);
    watch.observed(total(150), LATER_MS + 1);
    expect([watch.inUse(LATER_MS + 1), watch.inUse(2 * LATER_MS)]).toEqual([true, false]);
  });

  test("while a tank falls, however slowly, and not while its level wavers or it is filled", () => {
    const watch = new StationWatch(["tax-1"], 0);
    for (const levelUm of [1_000_000, 999_800, 1_000_100, 1_000_400]) watch.observed(level(levelUm), LATER_MS);
    expect(watch.inUse(LATER_MS)).toBe(false);
    for (const levelUm of [1_000_200, 1_000_000, 999_800]) watch.observed(level(levelUm), LATER_MS);
    expect(watch.inUse(LATER_MS)).toBe(true);
  });

  test("while a tax port has fallen silent, which it may do when it fuels, but not when it is off", () => {
    const watch = new StationWatch(["tax-1"], 0);
    watch.failed("tax-1", LATER_MS);
    expect(watch.inUse(LATER_MS)).toBe(false);
    watch.failed("tax-1", LATER_MS + 1);
    expect(watch.inUse(LATER_MS + 1)).toBe(true);
    expect(watch.inUse(LATER_MS + 700_000)).toBe(false);
    watch.observed(total(1), LATER_MS + 2);
    expect(watch.inUse(LATER_MS + 3)).toBe(false);
  });

  test("never, where there is no tax port", () => {
    expect(new StationWatch([], 0).inUse(0)).toBe(false);
  });
});

test("a device that answers nothing that can be used is not being read", () => {
  const watch = new StationWatch(["tax-1"], 0);
  watch.observed(level(1), 1);
  watch.observed({ ...level(1), device: "gauge-2", quality: "missing" } as Observation, 1);
  watch.failed("tax-1", 1);
  expect([watch.devicesRead(1), watch.devicesRead(400_000)]).toEqual([["gauge-1"], []]);
});

test("a version stays when it reads what was read before, reaches the collector and can read its journal", () => {
  const well = { wanted: ["tax-1"], read: ["gauge-1", "tax-1"], isReached: true, isJournalReadable: true };
  expect(missingSigns(well)).toEqual([]);
  expect(missingSigns({ ...well, read: ["gauge-1"] })).toEqual(["not read: tax-1"]);
  expect(missingSigns({ ...well, isReached: false })).toEqual(["the collector was not reached"]);
  expect(missingSigns({ ...well, isJournalReadable: false })).toEqual(["the journal cannot be read"]);
});
