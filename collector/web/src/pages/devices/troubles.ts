/** What of a gateway needs a look, worst first. Pure. */
import type { GatewayView } from "../../../../api/device-schemas.ts";
import type { Tone } from "../../parts/marks.tsx";

export const TROUBLES = [
  "silent",
  "deviceDown",
  "configNotApproved",
  "power",
  "disk",
  "cabinet",
  "certificate",
  "backlog",
  "clock",
] as const;
export type TroubleKind = (typeof TROUBLES)[number];

export interface Trouble {
  kind: TroubleKind;
  tone: Extract<Tone, "bad" | "warn">;
}

/** Certificates renew themselves at half life: one that ends so soon has failed to. */
const CERTIFICATE_MS = 14 * 86_400_000;
/** A minute of a busy station: more than that, and it lags behind. */
const BACKLOG = 200;
/** The regulation's clocks may differ by some seconds; a minute is a fault. */
const CLOCK_MS = 60_000;

/** @param nowMs epoch ms */
export function troublesOf(gateway: GatewayView, nowMs: number): Trouble[] {
  const { health, certificateUntil, unacknowledged } = gateway;
  const until = certificateUntil === null ? Number.POSITIVE_INFINITY : Date.parse(certificateUntil);
  const holds: Record<TroubleKind, boolean> = {
    silent: gateway.state === "silent",
    deviceDown: gateway.devices.some(({ link }) => link === "down"),
    configNotApproved: gateway.configSha256 !== null && gateway.configApprovedBy === null,
    power: health?.mains === "lost",
    disk: health !== null && ["full", "read-only", "thinning"].includes(health.diskState),
    cabinet: health?.cabinet === "open",
    certificate: until - nowMs < CERTIFICATE_MS,
    backlog: (unacknowledged ?? 0) > BACKLOG,
    clock: Math.abs(health?.clockOffsetMs ?? 0) > CLOCK_MS,
  };
  return TROUBLES.filter((kind) => holds[kind]).map((kind) => ({ kind, tone: WORST.has(kind) ? "bad" : "warn" }));
}

const WORST: ReadonlySet<TroubleKind> = new Set(["silent", "deviceDown", "configNotApproved"]);
