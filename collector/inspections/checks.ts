/**
 * What is looked at in a station every day by itself (Article 8(3): automatic monitoring, then a person's review): each
 * check is good, warns, is bad, or cannot be told; what cannot be told is never good. Pure.
 */
import type { RecordOf } from "@forecourt/protocol/records/schema.ts";

export const CHECKS = [
  "gateway",
  "clock",
  "chain",
  "tax-ports",
  "gauges",
  "seals",
  "backlog",
  "certificate",
  "disk",
] as const;
export type CheckName = (typeof CHECKS)[number];

/** In order of gravity; none: there is nothing of the kind to be checked. */
export const CHECK_STATES = ["none", "good", "warn", "unknown", "bad"] as const;
export type CheckState = (typeof CHECK_STATES)[number];

export interface CheckResult {
  check: CheckName;
  state: CheckState;
  /** what is not good: names of gateways, devices, tanks, seals */
  subjects: string[];
  /** the worst figure that was seen, in the unit that the check names; null where there is none */
  figure: number | null;
}

export interface GatewayFacts {
  id: string;
  /** epoch ms; null: never */
  heardMs: number | null;
  unacknowledged: number | null;
  /** end of its certificate of our authority; null: none was issued */
  certificateUntilMs: number | null;
  health: Pick<RecordOf<"health">, "clockSource" | "clockOffsetMs" | "diskState"> | null;
  healthMs: number | null;
}

export interface StationFacts {
  gateways: readonly GatewayFacts[];
  /** devices that the registry names, each as its link stands; null: nothing is known of it */
  taxPorts: readonly { device: string; link: "up" | "down" | null }[];
  tanks: readonly { tank: string; quality: string | null; atMs: number | null }[];
  seals: readonly { seal: string; state: string | null; batteryPercent: number | null }[];
  /** open flags that say that a chain is broken or a key copied */
  chainFlags: number;
  /** batches refused in the last day */
  refused: number;
}

/** Past these a check is not good. Ours, except where a source is named. */
export const INSPECTION_LIMITS = {
  /** as on the screens: a gateway says something every minute */
  silentMs: 180_000,
  /** a health record has a heartbeat of an hour at most */
  healthMs: 2 * 3_600_000,
  clockWarnMs: 2_000,
  clockBadMs: 60_000,
  /** a level has a heartbeat of minutes */
  levelMs: 2 * 3_600_000,
  batteryWarnPercent: 20,
  /** records: some minutes of a busy station, and some hours */
  backlogWarn: 1_000,
  backlogBad: 20_000,
  /** a certificate of 90 days is renewed at half its life: with so few days left that has not worked */
  certificateWarnDays: 30,
  certificateBadDays: 7,
} as const;

const DAY_MS = 86_400_000;
const GONE = ["offline", "unknown"];
const WHOLE = ["sealed", "not-installed"];

/** @param nowMs epoch ms */
export function checkStation(facts: StationFacts, nowMs: number): CheckResult[] {
  const { gateways, taxPorts, tanks, seals } = facts;
  return [
    worstOf("gateway", gateways, ({ id, heardMs }) => one(id, online(heardMs, nowMs))),
    worstOf("clock", gateways, (gateway) => clock(gateway, nowMs)),
    chain(facts),
    worstOf("tax-ports", taxPorts, ({ device, link }) =>
      one(device, link === null ? "unknown" : link === "up" ? "good" : "bad"),
    ),
    worstOf("gauges", tanks, ({ tank, quality, atMs }) => one(tank, level(quality, atMs, nowMs))),
    worstOf("seals", seals, ({ seal, state, batteryPercent }) => one(seal, sealState(state, batteryPercent))),
    worstOf("backlog", gateways, ({ id, unacknowledged }) => {
      const { backlogWarn, backlogBad } = INSPECTION_LIMITS;
      return one(id, graded(unacknowledged, backlogWarn, backlogBad), unacknowledged);
    }),
    worstOf("certificate", gateways, (gateway) => certificate(gateway, nowMs)),
    worstOf("disk", gateways, (gateway) => one(gateway.id, disk(gateway, nowMs))),
  ];
}

/** The gravest of some states. */
export function gravest(states: readonly CheckState[]): CheckState {
  return CHECK_STATES[Math.max(0, ...states.map((state) => CHECK_STATES.indexOf(state)))] ?? "none";
}

interface Seen {
  subject: string;
  state: CheckState;
  figure: number | null;
}

const one = (subject: string, state: CheckState, figure: number | null = null): Seen => ({ subject, state, figure });

function worstOf<Thing>(check: CheckName, things: readonly Thing[], look: (thing: Thing) => Seen): CheckResult {
  const seen = things.map(look);
  const state = gravest(seen.map((one) => one.state));
  const figures = seen.map(({ figure }) => figure).filter((figure) => figure !== null);
  // Few days left are worse, and so is much of anything else.
  const figure = figures.length === 0 ? null : check === "certificate" ? Math.min(...figures) : Math.max(...figures);
  const subjects = seen.filter((one) => one.state !== "good" && one.state !== "none").map(({ subject }) => subject);
  return { check, state, subjects, figure };
}

function online(heardMs: number | null, nowMs: number): CheckState {
  return heardMs !== null && nowMs - heardMs <= INSPECTION_LIMITS.silentMs ? "good" : "bad";
}

function clock(gateway: GatewayFacts, nowMs: number): Seen {
  const health = fresh(gateway, nowMs);
  if (health?.clockOffsetMs == null) return one(gateway.id, "unknown");
  const offMs = Math.abs(health.clockOffsetMs);
  const state = graded(offMs, INSPECTION_LIMITS.clockWarnMs, INSPECTION_LIMITS.clockBadMs);
  return one(gateway.id, state === "good" && health.clockSource === "none" ? "warn" : state, offMs);
}

function chain({ chainFlags, refused, gateways }: StationFacts): CheckResult {
  const state = gateways.length === 0 ? "none" : chainFlags > 0 ? "bad" : refused > 0 ? "warn" : "good";
  return { check: "chain", state, subjects: [], figure: chainFlags + refused };
}

function level(quality: string | null, atMs: number | null, nowMs: number): CheckState {
  if (quality === null || atMs === null) return "unknown";
  return quality === "good" && nowMs - atMs <= INSPECTION_LIMITS.levelMs ? "good" : "bad";
}

function sealState(state: string | null, batteryPercent: number | null): CheckState {
  if (state === null) return "unknown";
  if (GONE.includes(state)) return "bad";
  const isLow = batteryPercent !== null && batteryPercent <= INSPECTION_LIMITS.batteryWarnPercent;
  return isLow || !WHOLE.includes(state) ? "warn" : "good";
}

function certificate({ id, certificateUntilMs }: GatewayFacts, nowMs: number): Seen {
  if (certificateUntilMs === null) return one(id, "none");
  const days = Math.floor((certificateUntilMs - nowMs) / DAY_MS);
  const { certificateBadDays, certificateWarnDays } = INSPECTION_LIMITS;
  return one(id, days < certificateBadDays ? "bad" : days < certificateWarnDays ? "warn" : "good", days);
}

function disk(gateway: GatewayFacts, nowMs: number): CheckState {
  const state = fresh(gateway, nowMs)?.diskState ?? "unknown";
  if (state === "unknown") return "unknown";
  return state === "good" ? "good" : state === "thinning" ? "warn" : "bad";
}

/** What a gateway said of itself, unless that is too long ago. */
function fresh({ health, healthMs }: GatewayFacts, nowMs: number): GatewayFacts["health"] {
  return healthMs !== null && nowMs - healthMs <= INSPECTION_LIMITS.healthMs ? health : null;
}

function graded(value: number | null, warn: number, bad: number): CheckState {
  if (value === null) return "unknown";
  return value > bad ? "bad" : value > warn ? "warn" : "good";
}
