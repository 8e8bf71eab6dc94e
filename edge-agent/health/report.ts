/** What the gateway records about itself: that it started, lives, stops, and that its clock was set. */
import type { GatewayRecord, RecordBody } from "@forecourt/protocol/records/schema.ts";

export interface ReportSource {
  version: string;
  configSha256: string;
  /** Records that the collector has not acknowledged. */
  unacknowledged: () => number;
  monoMs: () => number;
}

/** Makes gateway records. */
export function reporter(source: ReportSource) {
  return (event: GatewayRecord["event"], details: { reason?: string; stepMs?: number } = {}): RecordBody => ({
    kind: "gateway",
    event,
    version: source.version,
    configSha256: source.configSha256,
    reason: details.reason ?? null,
    stepMs: details.stepMs ?? null,
    unacknowledged: source.unacknowledged(),
    rssKb: Math.round(process.memoryUsage.rss() / 1024),
    uptimeMs: Math.round(source.monoMs()),
  });
}
