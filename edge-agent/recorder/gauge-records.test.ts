/** What a gauge reports of deliveries, its charts and itself: each kept once, and stated again when it should be. */
import type { RecordBody, RecordOf } from "@forecourt/protocol/records/schema.ts";
import { describe, expect, test } from "vitest";
import type { ChartObservation, DeliveryObservation, DeviceObservation } from "../drivers/observation.ts";
import { ChartRecorder } from "./charts.ts";
import { DeliveryReports } from "./delivery-reports.ts";
import { DeviceRecorder } from "./devices.ts";
import { MORNING_MS } from "./gauge.test-support.ts";
import type { Outcome } from "./outcome.ts";
import { expectValid } from "./sales.test-support.ts";

const HOUR_MS = 3_600_000;
const header = { seq: 1, gateway: "gw-1", at: "2026-11-24T10:00:00.000+08:00", boot: "boot-1", monoMs: 0 };

function valid({ records }: Outcome): RecordBody[] {
  expectValid(records);
  return records;
}

function known<Kind extends "delivery" | "chart" | "device">(records: RecordBody[]): RecordOf<Kind> {
  return { ...records[0], ...header, clock: "trusted" } as RecordOf<Kind>;
}

describe("a delivery that the gauge reports", () => {
  const moment = { levelUm: 1, waterLevelUm: 0, temperatureMc: 20_000, volumeCl: 100_000 };
  const report = (more: Partial<DeliveryObservation> = {}): DeliveryObservation => ({
    point: "delivery",
    device: "gauge-1",
    tank: "T1",
    deviceNow: "2026-11-24T09:30",
    deviceStartedAt: "2026-11-24T08:30",
    deviceEndedAt: "2026-11-24T09:00",
    start: moment,
    end: { ...moment, volumeCl: 1_100_000 },
    volumeCl: 1_000_000,
    quality: "good",
    reason: null,
    raw: ["01"],
    ...more,
  });

  test("is kept once, on our clock: the gauge's is half an hour slow", () => {
    const reports = new DeliveryReports(new Map());
    expect(valid(reports.delivery(report(), MORNING_MS))).toMatchObject([
      {
        basis: "gauge-report",
        startedAt: "2026-11-24T09:00:00.000+08:00",
        endedAt: "2026-11-24T09:30:00.000+08:00",
        deviceStartedAt: "2026-11-24T08:30",
        deviceEndedAt: "2026-11-24T09:00",
        volumeCl: 1_000_000,
        quality: "good",
      },
    ]);
    expect(reports.delivery(report({ deviceNow: "2026-11-24T09:35" }), MORNING_MS + 300_000).records).toEqual([]);
  });

  test("is not kept again after a restart, nor are those before it; a later one is", () => {
    const records = valid(new DeliveryReports(new Map()).delivery(report(), MORNING_MS));
    const reports = new DeliveryReports(new Map([["T1", known<"delivery">(records)]]));
    const earlier = { deviceStartedAt: "2026-11-23T20:00", deviceEndedAt: "2026-11-23T20:30" };
    const later = { deviceStartedAt: "2026-11-24T09:05", deviceEndedAt: "2026-11-24T09:25" };
    const seen = [{}, earlier, later].map((one) => reports.delivery(report(one), MORNING_MS).records.length);
    expect(seen).toEqual([0, 0, 1]);
  });

  test("is old at first contact when it is older than a day", () => {
    const reports = new DeliveryReports(new Map());
    const old = { deviceStartedAt: "2026-11-20T08:00", deviceEndedAt: "2026-11-20T08:30" };
    expect(reports.delivery(report(old), MORNING_MS).records).toEqual([]);
    expect(reports.delivery(report({ ...old, deviceNow: "2026-11-24T09:35" }), MORNING_MS).records).toEqual([]);
  });

  test("is kept even when the gauge's clock was set back in between", () => {
    const reports = new DeliveryReports(new Map());
    reports.delivery(report(), MORNING_MS);
    const back = {
      deviceNow: "2026-11-10T10:00",
      deviceStartedAt: "2026-11-10T09:00",
      deviceEndedAt: "2026-11-10T09:30",
    };
    expect(valid(reports.delivery(report(back), MORNING_MS + HOUR_MS))).toMatchObject([
      { startedAt: "2026-11-24T10:00:00.000+08:00", deviceStartedAt: "2026-11-10T09:00" },
    ]);
  });

  test("without an end is not over; without the gauge's clock its stamps are taken as they are, unconfirmed", () => {
    const reports = new DeliveryReports(new Map());
    expect(reports.delivery(report({ deviceEndedAt: null }), MORNING_MS).records).toEqual([]);
    expect(valid(reports.delivery(report({ deviceNow: null }), MORNING_MS))).toMatchObject([
      { startedAt: "2026-11-24T08:30:00.000+08:00", quality: "unconfirmed" },
    ]);
  });
});

describe("a chart", () => {
  const chart = (more: Partial<ChartObservation> = {}): ChartObservation => ({
    point: "chart",
    device: "gauge-1",
    tank: "T1",
    points: [
      { levelUm: 0, volumeCl: 0 },
      { levelUm: 2_000_000, volumeCl: 3_000_000 },
    ],
    deviceChangedAt: null,
    quality: "good",
    reason: null,
    raw: ["01"],
    ...more,
  });
  const moved = { points: [{ levelUm: 2_000_000, volumeCl: 2_900_000 }] };

  test("is kept the first time, when a point changed, and daily", () => {
    const charts = new ChartRecorder(new Map());
    const [first] = valid(charts.chart(chart(), 0));
    expect(first).toMatchObject({ cause: "first", previousChartSha256: null });
    expect(charts.chart(chart(), HOUR_MS).records).toEqual([]);
    const { chartSha256 } = first as { chartSha256: string };
    expect(valid(charts.chart(chart(moved), 2 * HOUR_MS))).toMatchObject([
      { cause: "changed", previousChartSha256: chartSha256 },
    ]);
    expect(valid(charts.chart(chart(moved), 26 * HOUR_MS))).toMatchObject([{ cause: "daily" }]);
  });

  test("is kept when only the gauge says that it was changed", () => {
    const charts = new ChartRecorder(new Map());
    charts.chart(chart(), 0);
    expect(charts.chart(chart({ deviceChangedAt: "2026-11-24T02:00" }), 1).records).toMatchObject([
      { cause: "changed" },
    ]);
  });

  test("is held against the journal after a restart, and stated after a silence of its own gauge", () => {
    const record = known<"chart">(valid(new ChartRecorder(new Map()).chart(chart(), 0)));
    const charts = new ChartRecorder(new Map([["T1", record]]));
    expect(charts.chart(chart(), 1).records).toEqual([]);
    charts.afterSilence("gauge-2");
    expect(charts.chart(chart(), 2).records).toEqual([]);
    charts.afterSilence("gauge-1");
    expect(charts.chart(chart(), 3).records).toMatchObject([{ cause: "after-silence" }]);
    expect(charts.chart(chart(moved), 4).records).toMatchObject([{ cause: "changed" }]);
  });

  test("of a thousand points fits into a record", () => {
    const points = Array.from({ length: 1_024 }, (_, index) => ({
      levelUm: index * 2_500,
      volumeCl: index * 5_000_000,
    }));
    const raw = Array.from({ length: 8 }, () => "AB".repeat(1_024));
    const [record] = valid(new ChartRecorder(new Map()).chart(chart({ points, raw }), 0));
    expect(JSON.stringify(record).length).toBeLessThan(20_000);
    expect((record as { points: unknown[] }).points.at(-1)).toEqual(points.at(-1));
  });
});

describe("a device", () => {
  const device = (more: Partial<DeviceObservation> = {}): DeviceObservation => ({
    point: "device",
    device: "gauge-1",
    model: null,
    serial: "TLS350-004217",
    software: "SOFTWARE# 346016-100-B",
    parts: [{ name: "T1", serial: "123456", model: "03 C000 0412" }],
    deviceClock: "2026-11-24T10:00",
    quality: "good",
    reason: null,
    raw: ["01"],
    ...more,
  });

  test("is kept the first time, with how far its clock is off to half a minute", () => {
    const devices = new DeviceRecorder(new Map());
    expect(valid(devices.device(device(), 0, MORNING_MS + 20_000))).toMatchObject([
      { cause: "first", clockOffsetMs: 10_000, serial: "TLS350-004217" },
    ]);
  });

  test.each([
    ["another probe", { parts: [{ name: "T1", serial: "999999", model: "03 C000 0412" }] }],
    ["other software", { software: "SOFTWARE# 346016-100-C" }],
    ["a clock that was set", { deviceClock: "2026-11-24T11:00" }],
  ])("is kept again with %s", (_name, more) => {
    const devices = new DeviceRecorder(new Map());
    devices.device(device(), 0, MORNING_MS);
    expect(devices.device(device(), 1, MORNING_MS + 40_000).records).toEqual([]);
    expect(valid(devices.device(device(more), 2, MORNING_MS))).toMatchObject([{ cause: "changed" }]);
  });

  test("is stated daily and after a silence", () => {
    const devices = new DeviceRecorder(new Map());
    devices.device(device(), 0, MORNING_MS);
    const later = { deviceClock: "2026-11-25T10:00" };
    expect(devices.device(device(later), 24 * HOUR_MS, MORNING_MS + 24 * HOUR_MS).records).toMatchObject([
      { cause: "daily" },
    ]);
    devices.afterSilence("gauge-1");
    expect(devices.device(device(later), 24 * HOUR_MS, MORNING_MS + 24 * HOUR_MS).records).toMatchObject([
      { cause: "after-silence" },
    ]);
  });
});
