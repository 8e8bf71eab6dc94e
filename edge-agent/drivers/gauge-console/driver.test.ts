/** The console driver against scripted answers: the frames of protocol/gauge-console/vectors.json and others like them. */
import { encodeActiveAlarms } from "@forecourt/protocol/gauge-console/alarms.ts";
import { encodeChartAudit, encodeChartByStep, encodeFiftyPointChart } from "@forecourt/protocol/gauge-console/chart.ts";
import { encodeDeliveries } from "@forecourt/protocol/gauge-console/deliveries.ts";
import { decodeCommand, encodeNotSupported, encodeReply } from "@forecourt/protocol/gauge-console/frame.ts";
import {
  encodeClock,
  encodeProbes,
  encodeReferenceTemperature,
  encodeSoftware,
  encodeUnits,
} from "@forecourt/protocol/gauge-console/identity.ts";
import { encodeInventory } from "@forecourt/protocol/gauge-console/inventory.ts";
import vectors from "@forecourt/protocol/gauge-console/vectors.json" with { type: "json" };
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Driver } from "../driver.ts";
import type { Observation } from "../observation.ts";
import { ScriptedLine } from "../scripted-line.test-support.ts";
import { type GaugeConsole, gaugeConsoleDriver } from "./driver.ts";

const NOW = "2026-11-24T02:28";

function consoleDriver(more: Partial<GaugeConsole> = {}): Driver {
  return gaugeConsoleDriver({
    device: "gauge-1",
    tanks: new Map([
      [1, "T1"],
      [2, "T2"],
    ]),
    intervalMs: 60_000,
    deliveryIntervalMs: 300_000,
    identityIntervalMs: 86_400_000,
    answerTimeoutMs: 15_000,
    securityCode: null,
    units: "metric",
    ...more,
  });
}

/** A console that knows these functions, by code and tank (`20100`) or by code alone. */
function consoleLine(data: Record<string, string>): ScriptedLine {
  return new ScriptedLine((request) => {
    const command = decodeCommand(request);
    if (!command.ok) return [];
    const { code, device } = command.value;
    const text = data[`${code}${String(device).padStart(2, "0")}`] ?? data[code];
    return [text === undefined ? encodeNotSupported() : encodeReply({ code, device, data: text })];
  });
}

/** Every poll once, in the order in which a start makes them. */
async function start(driver: Driver, line: ScriptedLine): Promise<Observation[]> {
  const seen: Observation[] = [];
  for (const poll of driver.polls) {
    const read = await driver.read(line, poll);
    if (read.ok) seen.push(...read.value);
  }
  return seen;
}

const vector = (name: string) => vectors.vectors.find((one) => one.name === name)!.text;
const dataOf = (text: string) => text.slice(6, -6);
const twoTanks = dataOf(vector("inventory of two tanks, the second without any value"));

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

const side = (at: string, volume: number, height: number) => ({
  at,
  volume,
  correctedVolume: volume,
  waterHeight: 0,
  temperature: 20,
  height,
});

test("a delivery is reported with the console's own stamps and its own clock", async () => {
  const text = encodeDeliveries({
    at: NOW,
    tanks: [
      {
        tank: 1,
        product: "1",
        deliveries: [{ start: side("2026-11-24T01:05", 5000, 600), end: side("2026-11-24T01:40", 15_000, 1500) }],
      },
    ],
  });
  const seen = await start(consoleDriver(), consoleLine({ "20201": text }));
  expect(seen).toMatchObject([
    {
      point: "delivery",
      tank: "T1",
      deviceNow: NOW,
      deviceStartedAt: "2026-11-24T01:05",
      deviceEndedAt: "2026-11-24T01:40",
      start: { volumeCl: 500_000, levelUm: 600_000 },
      end: { volumeCl: 1_500_000, temperatureMc: 20_000 },
      volumeCl: 1_000_000,
      quality: "good",
    },
  ]);
});

describe("charts", () => {
  const points = [
    { height: 2000, volume: 20_000 },
    { height: 1000, volume: 9_000 },
  ];
  const chart = { at: NOW, tanks: [{ tank: 1, points }] };
  const audit = {
    at: NOW,
    tank: 1,
    capacity: 20_000,
    consoleSerial: "TLS350-004217",
    probeSerial: "123456",
    office: "",
    changes: ["2025-01-02T03:04", "2026-05-06T07:08"],
  };

  test("a chart of fifty points comes with the time of its last change", async () => {
    const line = consoleLine({ "21601": encodeFiftyPointChart(chart), "21801": encodeChartAudit(audit) });
    expect(await start(consoleDriver(), line)).toMatchObject([
      {
        point: "chart",
        tank: "T1",
        points: [
          { levelUm: 1_000_000, volumeCl: 900_000 },
          { levelUm: 2_000_000, volumeCl: 2_000_000 },
        ],
        deviceChangedAt: "2026-05-06T07:08",
        quality: "good",
      },
    ]);
  });

  test("a console without the fifty points is asked for the chart by step", async () => {
    const line = consoleLine({ "21101": encodeChartByStep(chart) });
    expect(await start(consoleDriver(), line)).toMatchObject([{ point: "chart", deviceChangedAt: null }]);
  });
});

test("who the console is, is stated once all of it was asked", async () => {
  const line = consoleLine({
    "902": encodeSoftware({ at: NOW, text: "SOFTWARE# 346016-100-B" }),
    A01: encodeProbes({
      at: NOW,
      probes: [
        { tank: 1, product: "1", type: "03", circuitCode: "C000", length: 2500, serial: "123456", dateCode: "0412" },
      ],
    }),
    "501": encodeClock(NOW),
  });
  expect(await start(consoleDriver(), line)).toMatchObject([
    {
      point: "device",
      software: "SOFTWARE# 346016-100-B",
      parts: [{ name: "T1", serial: "123456", model: "03 C000 0412" }],
      deviceClock: NOW,
    },
  ]);
});

describe("how often things are asked", () => {
  test("what is not supported is asked again the next day, after it was refused twice", async () => {
    const driver = consoleDriver();
    const line = consoleLine({});
    const alarms = driver.polls.find(({ key }) => key === "activeAlarms")!;
    expect(await driver.read(line, alarms)).toEqual({ ok: true, value: [] });
    expect(alarms.intervalMs).toBe(60_000);
    await driver.read(line, alarms);
    expect(alarms.intervalMs).toBe(86_400_000);
    await driver.read(consoleLine({ "10100": encodeActiveAlarms({ at: NOW, alarms: [] }) }), alarms);
    expect(alarms.intervalMs).toBe(60_000);
  });

  test("a daily report that went unanswered is asked again after a minute", async () => {
    const driver = consoleDriver();
    const software = driver.polls.find(({ key }) => key === "software")!;
    await driver.read(new ScriptedLine(() => []), software);
    expect(software.intervalMs).toBe(60_000);
  });

  test("the security code goes before the function, when there is one", async () => {
    const line = consoleLine({});
    const driver = consoleDriver({ securityCode: "123456" });
    await driver.read(line, driver.polls[0]!);
    expect(Buffer.from(line.requests[0]!).toString("latin1")).toBe("\x01123456i50E00");
  });
});

test("whatever a line brings, no wrong value and no crash comes of it", async () => {
  const whole = encodeReply({ code: "201", device: 0, data: twoTanks });
  const junk = fc.uint8Array({ maxLength: 120 });
  const damaged = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(([place, flip]) => {
    const bytes = whole.slice();
    bytes[place % whole.length]! ^= flip;
    return bytes;
  });
  const driver = consoleDriver();
  const poll = driver.polls.find(({ key }) => key === "inventory")!;
  const pieces = fc.array(
    fc.oneof(junk, damaged, fc.constant(encodeReply({ code: "202", device: 0, data: twoTanks }))),
    {
      maxLength: 4,
    },
  );
  await fc.assert(
    fc.asyncProperty(pieces, fc.boolean(), async (before, answers) => {
      const read = await driver.read(new ScriptedLine(() => (answers ? [...before, whole] : before)), poll);
      // A damaged frame can only swallow the beginning of what follows it.
      if (read.ok) expect(read.value).toMatchObject([{ levelUm: 1_234_500 }, { levelUm: null }]);
      else expect(answers && before.length === 0).toBe(false);
    }),
    { numRuns: 2_000 },
  );
});
