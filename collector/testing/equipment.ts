/** Builders of the records that say how things stand: deliveries, charts, identities of devices, health, commands. */
import type { RecordBody } from "@forecourt/protocol/records/schema.ts";
import { formatTime } from "@forecourt/protocol/time.ts";

type Body<Kind extends RecordBody["kind"]> = Extract<RecordBody, { kind: Kind }>;

const RAW = ["0103000A"];

/** A delivery of 5 000 L that took half an hour. @param endedMs epoch ms */
export function delivery(endedMs: number, changes: Partial<Body<"delivery">> = {}): Body<"delivery"> {
  const moment = { levelUm: 1_000_000, waterLevelUm: 0, temperatureMc: 21_000, volumeCl: 1_000_000 };
  return {
    kind: "delivery",
    device: "gauge-1",
    tank: "T1",
    basis: "gauge-report",
    startedAt: formatTime(endedMs - 1_800_000),
    endedAt: formatTime(endedMs),
    deviceStartedAt: null,
    deviceEndedAt: null,
    start: moment,
    end: { ...moment, levelUm: 1_400_000, volumeCl: 1_500_000 },
    volumeCl: 500_000,
    quality: "good",
    reason: null,
    raw: RAW,
    ...changes,
  };
}

export function device(changes: Partial<Body<"device">> = {}): Body<"device"> {
  return {
    kind: "device",
    device: "gauge-1",
    cause: "first",
    model: "X1",
    serial: "A-77",
    software: "1.2",
    parts: [{ name: "T1", serial: "P-1", model: null }],
    deviceClock: null,
    clockOffsetMs: null,
    quality: "good",
    reason: null,
    raw: RAW,
    ...changes,
  };
}

export function chart(changes: Partial<Body<"chart">> = {}): Body<"chart"> {
  return {
    kind: "chart",
    device: "gauge-1",
    tank: "T1",
    cause: "first",
    points: [
      { levelUm: 0, volumeCl: 0 },
      { levelUm: 2_400_000, volumeCl: 3_000_000 },
    ],
    chartSha256: "a".repeat(64),
    previousChartSha256: null,
    deviceChangedAt: null,
    quality: "good",
    reason: null,
    raw: RAW,
    ...changes,
  };
}

export function health(changes: Partial<Body<"health">> = {}): Body<"health"> {
  return {
    kind: "health",
    cause: "heartbeat",
    mains: "on",
    batteryPercent: 100,
    cabinet: "closed",
    temperatureMc: 30_000,
    clockSource: "time-daemon",
    clockOffsetMs: 3,
    diskFreeKb: 1_000_000,
    diskState: "good",
    memoryFreeKb: 500_000,
    journalRecords: 10,
    sentKb: 20,
    budgetKb: null,
    lines: [],
    ...changes,
  };
}

export function command(changes: Partial<Body<"command">> = {}): Body<"command"> {
  return {
    kind: "command",
    command: "cmd-1",
    name: "read-now",
    outcome: "accepted",
    reason: null,
    configSha256: null,
    ...changes,
  };
}
