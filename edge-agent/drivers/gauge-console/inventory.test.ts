/** What the console driver makes of inventories: the frames of protocol/gauge-console/vectors.json and others like them. */
import { encodeActiveAlarms } from "@forecourt/protocol/gauge-console/alarms.ts";
import { encodeReferenceTemperature, encodeUnits } from "@forecourt/protocol/gauge-console/identity.ts";
import { encodeInventory } from "@forecourt/protocol/gauge-console/inventory.ts";
import { describe, expect, test } from "vitest";
import { ScriptedLine } from "../scripted-line.test-support.ts";
import { consoleDriver, consoleLine, NOW, start, twoTanks } from "./console.test-support.ts";

describe("inventory", () => {
  test("a dead tank beside a living one is missing, and the living one is read", async () => {
    const [living, dead] = await start(consoleDriver(), consoleLine({ "20100": twoTanks }));
    expect(living).toMatchObject({
      point: "tank",
      tank: "T1",
      levelUm: 1_234_500,
      waterLevelUm: 12_000,
      temperatureMc: 21_500,
      volumeCl: 1_505_575,
      waterVolumeCl: 5_550,
      ullageCl: 1_494_425,
      quality: "good",
      reason: null,
    });
    expect(dead).toMatchObject({ tank: "T2", levelUm: null, volumeCl: null, quality: "missing" });
    expect(dead).toMatchObject({ reason: "the console has no value for level, volume" });
  });

  test("a tank that the console does not report is missing", async () => {
    const line = consoleLine({ "20100": twoTanks });
    const seen = await start(consoleDriver({ tanks: new Map([[7, "T7"]]) }), line);
    expect(seen).toMatchObject([{ tank: "T7", quality: "missing", reason: "the console reports no such tank" }]);
  });

  test("a corrected volume is a standard volume only when it refers to 20 °C", async () => {
    const at = async (celsius: number) => {
      const line = consoleLine({ "20100": twoTanks, "50E00": encodeReferenceTemperature(NOW, celsius) });
      const [tank] = await start(consoleDriver(), line);
      return (tank as { standardVolumeCl: number | null }).standardVolumeCl;
    };
    expect(await at(20)).toBe(1_498_000);
    expect(await at(15.56)).toBeNull();
  });

  test("the console's own units decide what a number means", async () => {
    const text = encodeInventory({
      at: NOW,
      tanks: [
        {
          tank: 1,
          product: "1",
          status: 0,
          volume: 1000,
          correctedVolume: null,
          ullage: 500,
          height: 50,
          waterHeight: 0,
          temperature: 68,
          waterVolume: 0,
        },
      ],
    });
    const tanks = new Map([[1, "T1"]]);
    const read = (more: Record<string, string>) =>
      start(consoleDriver({ units: null, tanks }), consoleLine({ "20100": text, ...more }));
    expect(await read({ "51700": encodeUnits(NOW, "us") })).toMatchObject([
      { volumeCl: 378_541, levelUm: 1_270_000, temperatureMc: 20_000, quality: "good" },
    ]);
    expect(await read({ "51700": encodeUnits(NOW, "metric") })).toMatchObject([
      { volumeCl: 100_000, levelUm: 50_000, quality: "good" },
    ]);
    expect(await read({ "51700": encodeUnits(NOW, "imperial") })).toMatchObject([
      { volumeCl: null, quality: "missing" },
    ]);
    expect(await read({})).toMatchObject([{ volumeCl: 100_000, quality: "unconfirmed" }]);
  });

  test("status bits and alarms are the tank's alarms; what ails the console ails every tank", async () => {
    const alarms = encodeActiveAlarms({
      at: NOW,
      alarms: [
        { category: 2, type: 3, device: 1 },
        { category: 1, type: 4, device: 0 },
        { category: 3, type: 2, device: 1 },
      ],
    });
    const delivering = twoTanks.replace("0110000", "0110001");
    const [first, second] = await start(consoleDriver(), consoleLine({ "20100": delivering, "10100": alarms }));
    expect(first).toMatchObject({ alarms: ["delivery", "water-high", "console-battery-off"] });
    expect(second).toMatchObject({ alarms: ["console-battery-off"] });
  });

  test("a height that the console marks as invalid is out of range", async () => {
    const line = consoleLine({ "20100": twoTanks.replace("0110000", "0110004") });
    expect(await start(consoleDriver(), line)).toMatchObject([{ tank: "T1", quality: "out-of-range" }, { tank: "T2" }]);
  });

  test("a console without inventory refuses, which is a sign of life; silence is none", async () => {
    const driver = consoleDriver();
    const poll = driver.polls.find(({ key }) => key === "inventory")!;
    expect(await driver.read(consoleLine({}), poll)).toMatchObject({ ok: false, error: { code: "refused" } });
    expect(await driver.read(new ScriptedLine(() => []), poll)).toMatchObject({
      ok: false,
      error: { code: "timeout" },
    });
  });
});
