/** The console driver beyond inventories: deliveries, charts, identity, how often it asks, and whatever a line brings. */
import { encodeActiveAlarms } from "@forecourt/protocol/gauge-console/alarms.ts";
import { encodeChartAudit, encodeChartByStep, encodeFiftyPointChart } from "@forecourt/protocol/gauge-console/chart.ts";
import { encodeDeliveries } from "@forecourt/protocol/gauge-console/deliveries.ts";
import { encodeReply } from "@forecourt/protocol/gauge-console/frame.ts";
import { encodeClock, encodeProbes, encodeSoftware } from "@forecourt/protocol/gauge-console/identity.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ScriptedLine } from "../scripted-line.test-support.ts";
import { consoleDriver, consoleLine, NOW, start, twoTanks } from "./console.test-support.ts";

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
