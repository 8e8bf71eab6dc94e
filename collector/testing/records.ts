/** Builders of record bodies: a plausible record, of which a test changes only what it is about. */
import type {
  CommandRecord,
  GatewayRecord,
  HealthRecord,
  IdentityRecord,
  JournalRecord,
  LinkRecord,
  RecordHeader,
  SaleRecord,
  SealRecord,
  TankRecord,
  TotalRecord,
} from "@forecourt/protocol/records/schema.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { SeenRecord } from "../rules/rule.ts";

type Body<R> = Omit<R, keyof RecordHeader>;

const RAW = ["BB0489FF00"];
export const NOON_MS = Date.parse("2026-03-02T12:00:00+08:00");

/** A sale of 20 L at 7.70, that follows a total of `beforeVolumeCl`. */
export function sale(changes: Partial<Body<SaleRecord>> = {}): Body<SaleRecord> {
  const volumeCl = changes.volumeCl ?? 2_000;
  const amountFen = changes.amountFen ?? Math.round((volumeCl * 770) / 100);
  const beforeVolumeCl = changes.beforeVolumeCl ?? 1_000_000;
  const beforeAmountFen = changes.beforeAmountFen ?? 7_700_000;
  return {
    kind: "sale",
    device: "tax-1",
    nozzle: "N01",
    volumeCl,
    amountFen,
    unitPriceFen: 770,
    count: 1,
    basis: "total-and-last-fuelling",
    beforeVolumeCl,
    beforeAmountFen,
    totalVolumeCl: beforeVolumeCl + volumeCl,
    totalAmountFen: beforeAmountFen + amountFen,
    lastFuelling: { dayOfMonth: 2, hour: 12, minute: 0, volumeCl, amountFen, unitPriceFen: 770 },
    quality: "good",
    reason: null,
    raw: RAW,
    ...changes,
  };
}

export function total(volumeCl: number, changes: Partial<Body<TotalRecord>> = {}): Body<TotalRecord> {
  return {
    kind: "total",
    device: "tax-1",
    nozzle: "N01",
    scope: "grand",
    period: null,
    cause: "heartbeat",
    volumeCl,
    amountFen: volumeCl * 7,
    previousVolumeCl: null,
    previousAmountFen: null,
    quality: "good",
    reason: null,
    raw: RAW,
    ...changes,
  };
}

export function identity(changes: Partial<Body<IdentityRecord>> = {}): Body<IdentityRecord> {
  return {
    kind: "identity",
    device: "tax-1",
    nozzle: "N01",
    cause: "daily",
    initialised: true,
    factorySerial: "4001900123",
    gunCode: "01",
    taxpayerId: "91532801MA6K0000XX",
    oilCode: "1020",
    deviceTime: null,
    previousFactorySerial: null,
    quality: "good",
    reason: null,
    raw: RAW,
    ...changes,
  };
}

export function tank(volumeCl: number | null, changes: Partial<Body<TankRecord>> = {}): Body<TankRecord> {
  return {
    kind: "tank",
    device: "gauge-1",
    tank: "T1",
    cause: "changed",
    levelUm: 1_200_000,
    waterLevelUm: 0,
    temperatureMc: 22_000,
    volumeCl,
    standardVolumeCl: null,
    waterVolumeCl: 0,
    ullageCl: 500_000,
    alarms: [],
    quality: "good",
    reason: null,
    raw: RAW,
    ...changes,
  };
}

export function seal(changes: Partial<Body<SealRecord>> = {}): Body<SealRecord> {
  return {
    kind: "seal",
    device: "seals-1",
    seal: "S01",
    cause: "changed",
    state: "sealed",
    previousState: null,
    tamperCount: 0,
    openCount: 0,
    batteryPercent: 90,
    serial: "A001",
    quality: "good",
    reason: null,
    raw: RAW,
    ...changes,
  };
}

export function link(state: "up" | "down", changes: Partial<Body<LinkRecord>> = {}): Body<LinkRecord> {
  return {
    kind: "link",
    line: "line-1",
    device: "tax-1",
    state,
    reason: state === "up" ? "answers again" : "no answer",
    downMs: null,
    statistics: { requests: 10, answers: 9, timeouts: 1, badFrames: 0, noiseBytes: 0 },
    ...changes,
  };
}

export function gateway(changes: Partial<Body<GatewayRecord>> = {}): Body<GatewayRecord> {
  return {
    kind: "gateway",
    event: "heartbeat",
    version: "0.1.0",
    configSha256: "0".repeat(64),
    reason: null,
    stepMs: null,
    outageMs: null,
    previousSeq: null,
    previousHash: null,
    thinned: null,
    unacknowledged: 0,
    rssKb: 80_000,
    uptimeMs: 60_000,
    ...changes,
  };
}

/** A record as rules see it. */
export function seen(body: object, seq: number, atMs: number, by = "gw-532801-0001"): SeenRecord {
  const header = { seq, gateway: by, at: formatTime(atMs), boot: "boot-0001", monoMs: 0, clock: "trusted" };
  return { record: { ...body, ...header } as JournalRecord, atMs };
}

export function health(changes: Partial<Body<HealthRecord>> = {}): Body<HealthRecord> {
  return {
    kind: "health",
    cause: "heartbeat",
    mains: "on",
    batteryPercent: null,
    cabinet: "closed",
    temperatureMc: 35_000,
    clockSource: "time-daemon",
    clockOffsetMs: 0,
    diskFreeKb: 1_000_000,
    diskState: "good",
    memoryFreeKb: 500_000,
    journalRecords: 1_000,
    sentKb: 10,
    budgetKb: null,
    lines: [],
    ...changes,
  };
}

export function command(changes: Partial<Body<CommandRecord>> = {}): Body<CommandRecord> {
  return {
    kind: "command",
    command: "C-1",
    name: "apply-configuration",
    outcome: "accepted",
    reason: null,
    configSha256: null,
    ...changes,
  };
}
