/**
 * When tax ports and gateways were heard again after a silence. What a port tells first, it tells of the silence: a
 * single fuelling that it remembers was sold while nobody looked, though its record comes afterwards.
 */
import type { GatewayRecord, LinkRecord, SaleRecord } from "@forecourt/protocol/records/schema.ts";

/** Epoch ms. JSON. */
export interface Returns {
  /** when the gateway's program last started, by gateway */
  startedMs: Record<string, number>;
  /** when the device last came back, by device */
  upMs: Record<string, number>;
}

/** A port is read within seconds of its return, and no fuelling begins and ends within a minute of it. */
const JUST_BACK_MS = 60_000;

export function startReturns(): Returns {
  return { startedMs: {}, upMs: {} };
}

export function noteStart({ startedMs }: Returns, { event, gateway }: GatewayRecord, atMs: number): void {
  if (event === "start") startedMs[gateway] = atMs;
}

export function noteUp({ upMs }: Returns, { device, state }: LinkRecord, atMs: number): void {
  if (device !== null && state === "up") upMs[device] = atMs;
}

/** How long a device has been heard again, ms; infinite when it was never silent, or the moment lies before its return. */
export function sinceReturnMs(
  { startedMs, upMs }: Returns,
  { gateway, device }: Pick<SaleRecord, "gateway" | "device">,
  atMs: number,
): number {
  const since = Math.max(startedMs[gateway] ?? Number.NEGATIVE_INFINITY, upMs[device] ?? Number.NEGATIVE_INFINITY);
  return atMs < since ? Number.POSITIVE_INFINITY : atMs - since;
}

/**
 * From which total on a sale was seen, 0.01 L. What the gateway could not tell apart was sold unseen, all of it, and so
 * was what a port tells as soon as it is back.
 */
export function seenFromCl(returns: Returns, sale: SaleRecord, atMs: number): number {
  const isOfSilence = sale.count === null || sinceReturnMs(returns, sale, atMs) <= JUST_BACK_MS;
  return isOfSilence ? sale.totalVolumeCl : sale.beforeVolumeCl;
}
