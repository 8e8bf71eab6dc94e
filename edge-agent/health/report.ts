/** What the gateway records about itself: that it started, lives, stops, and that its clock was set. */
import type { GatewayRecord, RecordBody } from "@forecourt/protocol/records/schema.ts";

export interface ReportSource {
  version: string;
  configSha256: string;
  /** Records that the collector has not acknowledged. */
  unacknowledged: () => number;
  monoMs: () => number;
}

/** What a gateway record says beyond its event; what is left out is null in the record. */
export type GatewayDetails = Partial<
  Pick<GatewayRecord, "reason" | "stepMs" | "outageMs" | "previousSeq" | "previousHash" | "thinned">
>;

/** Makes gateway records. */
export function reporter(source: ReportSource) {
  return (event: GatewayRecord["event"], details: GatewayDetails = {}): RecordBody => ({
    kind: "gateway",
    event,
    version: source.version,
    configSha256: source.configSha256,
    reason: details.reason ?? null,
    stepMs: details.stepMs ?? null,
    outageMs: details.outageMs ?? null,
    previousSeq: details.previousSeq ?? null,
    previousHash: details.previousHash ?? null,
    thinned: details.thinned ?? null,
    unacknowledged: source.unacknowledged(),
    rssKb: Math.round(process.memoryUsage.rss() / 1024),
    uptimeMs: Math.round(source.monoMs()),
  });
}
