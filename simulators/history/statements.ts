/** What the gateway says about itself and about the gauge's identity. */
import type { Scenario } from "../scenario/scenario.ts";
import { VERSION } from "../version.ts";
import { Words } from "./frames.ts";
import type { Body } from "./line.ts";

/** Resident memory that a gateway reports; the histories have no box. */
const RSS_KB = 90_000;

/** What a gateway record says beyond its event. */
export interface GatewayDetails {
  reason?: string;
  outageMs?: number;
  stepMs?: number;
  previousSeq?: number;
  previousHash?: string;
}

/** A gateway record. */
export function gatewayStatement(event: string, of: GatewayDetails & { uptimeMs: number; configSha256: string }): Body {
  return {
    kind: "gateway",
    event,
    version: VERSION,
    configSha256: of.configSha256,
    reason: of.reason ?? null,
    stepMs: of.stepMs ?? null,
    outageMs: of.outageMs ?? null,
    previousSeq: of.previousSeq ?? null,
    previousHash: of.previousHash ?? null,
    thinned: null,
    unacknowledged: 0,
    rssKb: RSS_KB,
    uptimeMs: of.uptimeMs,
  };
}

/** The health record of a start, or of a door that was opened or closed. */
export function health(journalRecords: number, cause: "first" | "changed", cabinetOpen: boolean): Body {
  return {
    kind: "health",
    cause,
    mains: "on",
    batteryPercent: null,
    cabinet: cabinetOpen ? "open" : "closed",
    temperatureMc: null,
    clockSource: "time-daemon",
    clockOffsetMs: 0,
    diskFreeKb: null,
    diskState: "good",
    memoryFreeKb: null,
    journalRecords,
    sentKb: 0,
    budgetKb: null,
    lines: [],
  };
}

/** Who the gauge says it is. */
export function gaugeIdentity(scenario: Scenario, gateway: string, cause: "first" | "daily"): Body {
  return {
    kind: "device",
    device: scenario.gauge?.device ?? "",
    cause,
    model: null,
    serial: `FG-${gateway.slice(-4)}`,
    software: "1.0",
    parts: scenario.tanks.map(({ tank, probe }) => ({ model: null, name: tank, serial: `FP-${probe}` })),
    deviceClock: null,
    clockOffsetMs: null,
    quality: "good",
    reason: null,
    raw: new Words([scenario.tanks.length]),
  };
}
