/** Which tank and seal readings are kept, and what becomes of them when their gauge falls silent. */
import type { TankRecord } from "@forecourt/protocol/records/schema.ts";
import { describe, expect, test } from "vitest";
import type { SealObservation } from "../drivers/observation.ts";
import { reading } from "./gauge.test-support.ts";
import { expectValid } from "./sales.test-support.ts";
import { SealRecorder } from "./seals.ts";
import { TankRecorder } from "./tanks.ts";

const options = {
  levelDeadBandUm: 1_000,
  waterDeadBandUm: 2_000,
  temperatureDeadBandMc: 500,
  volumeDeadBandCl: 5_000,
  heartbeatMs: 300_000,
};

function tanks(more: Partial<typeof options> = {}, known = new Map<string, TankRecord>()): TankRecorder {
  return new TankRecorder(() => ({ ...options, ...more }), 0, known);
}

function causes(recorder: TankRecorder, readings: Parameters<typeof reading>[0][], everyMs = 5_000): string[] {
  return readings.flatMap((one, index) => {
    const { records } = recorder.tank(reading(one), index * everyMs, false);
    expectValid(records);
    return records.map((record) => (record.kind === "tank" ? record.cause : record.kind));
  });
}

describe("a tank reading is kept", () => {
  test("the first time, and not again while nothing moves", () => {
    expect(causes(tanks(), [{}, {}, { levelUm: 1_500_999 }])).toEqual(["first"]);
  });

  test.each([
    ["the level", { levelUm: 1_501_000 }],
    ["the water", { waterLevelUm: 12_000 }],
    ["the temperature", { temperatureMc: 19_500 }],
    ["the volume, of a gauge without a level", { volumeCl: 1_495_000 }],
    ["the quality", { quality: "out-of-range", reason: "level: out-of-range" }],
    ["whether there is a value", { levelUm: null }],
  ] as const)("when %s moves by its dead band", (_name, moved) => {
    expect(causes(tanks(), [{}, moved])).toEqual(["first", "changed"]);
  });

  test("against the last kept reading, so that a slow drift is not lost", () => {
    const drift = [0, 400, 800, 1_200].map((um) => ({ levelUm: 1_500_000 + um }));
    expect(causes(tanks(), drift)).toEqual(["first", "changed"]);
  });

  test("when an alarm comes or goes", () => {
    expect(causes(tanks(), [{}, { alarms: ["leak"] }, { alarms: ["leak"] }, {}])).toEqual(["first", "alarm", "alarm"]);
  });

  test("when its heartbeat is due", () => {
    expect(causes(tanks(), [{}, {}, {}], 300_000)).toEqual(["first", "heartbeat", "heartbeat"]);
  });

  test("when the tank is quiet, which says more than that it moved; but an alarm goes first", () => {
    const recorder = tanks();
    recorder.tank(reading(), 0, false);
    const kept = (one: Parameters<typeof reading>[0]) => recorder.tank(reading(one), 1_000, true).records;
    expect(kept({})).toMatchObject([{ cause: "quiet" }]);
    expect(kept({ levelUm: 1_400_000 })).toMatchObject([{ cause: "quiet" }]);
    expect(kept({ alarms: ["leak"] })).toMatchObject([{ cause: "alarm" }]);
  });

  test("by the dead bands of its own tank", () => {
    const recorder = new TankRecorder(
      (tank) => ({ ...options, levelDeadBandUm: tank === "T2" ? 100 : 1_000 }),
      0,
      new Map(),
    );
    for (const tank of ["T1", "T2"]) recorder.tank(reading({ tank }), 0, false);
    const moved = ["T1", "T2"].flatMap(
      (tank) => recorder.tank(reading({ tank, levelUm: 1_500_500 }), 1, false).records,
    );
    expect(moved).toMatchObject([{ tank: "T2", cause: "changed" }]);
  });
});

describe("a silent gauge", () => {
  test("makes its tanks stale once, with what they held last, and they come back", () => {
    const recorder = tanks();
    recorder.tank(reading(), 0, false);
    recorder.tank(reading({ levelUm: 1_500_400 }), 5_000, false);
    const { records } = recorder.silent("gauge-1", "gauge-1 has fallen silent", 20_000);
    expectValid(records);
    expect(records).toMatchObject([
      { cause: "changed", levelUm: 1_500_400, quality: "stale", reason: "gauge-1 has fallen silent" },
    ]);
    expect(recorder.silent("gauge-1", "still silent", 30_000).records).toEqual([]);
    expect(recorder.tank(reading(), 40_000, false).records).toMatchObject([{ cause: "changed", quality: "good" }]);
  });

  test("of which the journal alone knows makes its tanks stale too; another gauge's tanks are left alone", () => {
    const before = tanks();
    const [record] = before.tank(reading(), 0, false).records;
    const header = { seq: 1, gateway: "gw-1", at: "2026-11-24T10:00:00.000+08:00", boot: "boot-1", monoMs: 0 };
    const known = new Map([["T1", { ...record, ...header, clock: "trusted" } as TankRecord]]);
    const recorder = tanks({}, known);
    expect(recorder.silent("gauge-2", "silent", 1_000).records).toEqual([]);
    const { records } = recorder.silent("gauge-1", "silent", 1_000);
    expectValid(records);
    expect(records).toMatchObject([{ tank: "T1", levelUm: 1_500_000, quality: "stale" }]);
  });

  test("makes its seals stale once, in the state they had", () => {
    const seal: SealObservation = {
      point: "seal",
      device: "seals-1",
      seal: "S01",
      state: "sealed",
      tamperCount: 0,
      openCount: 2,
      batteryPercent: 80,
      serial: "SL01",
      quality: "good",
      reason: null,
      raw: ["01"],
    };
    const recorder = new SealRecorder(() => ({ heartbeatMs: 3_600_000, batteryDeadBandPercent: 5 }), 0, new Map());
    expect(recorder.seal(seal, 0).records).toMatchObject([{ cause: "first", previousState: null }]);
    expect(recorder.seal({ ...seal, batteryPercent: 76 }, 1).records).toEqual([]);
    const { records } = recorder.silent("seals-1", "silent", 2);
    expectValid(records);
    expect(records).toMatchObject([{ state: "sealed", previousState: "sealed", quality: "stale" }]);
    expect(recorder.silent("seals-1", "silent", 3).records).toEqual([]);
    expect(recorder.seal({ ...seal, state: "cut" }, 4).records).toMatchObject([
      { cause: "changed", state: "cut", previousState: "sealed", quality: "good" },
    ]);
  });

  test("a seal that is another one by its serial number is kept, though it was never opened", () => {
    const seal: SealObservation = {
      ...{ point: "seal", device: "seals-1", seal: "S01", state: "sealed", tamperCount: 0, openCount: 0 },
      ...{ batteryPercent: 80, serial: "SL01", quality: "good", reason: null, raw: ["01"] },
    };
    const recorder = new SealRecorder(() => ({ heartbeatMs: 3_600_000, batteryDeadBandPercent: 5 }), 0, new Map());
    recorder.seal(seal, 0);
    const { records } = recorder.seal({ ...seal, serial: "SL77" }, 1);
    expectValid(records);
    expect(records).toMatchObject([{ cause: "changed", state: "sealed", serial: "SL77" }]);
  });
});
