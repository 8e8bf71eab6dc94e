/** Puts together the evidence file of a flag from what is stored. */
import type { Evidence } from "@forecourt/protocol/evidence/evidence.ts";
import type { GatewayId, StationId } from "@forecourt/protocol/ids.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { FlagRow } from "../rules/flag.ts";

export interface EvidenceSource {
  flag(id: string): FlagRow | undefined;
  /** Envelopes that hold any of these records, in order. */
  envelopes(gateway: string, fromSeq: number, toSeq: number): Uint8Array[];
  /** Whether some of these records were removed by policy. */
  isThinned(gateway: string, fromSeq: number, toSeq: number): boolean;
  /** base64 SPKI; undefined when the gateway is not known any more */
  publicKey(gateway: string): string | undefined;
}

/**
 * @param nowMs epoch ms
 * @returns the file's content, or why there can be none
 */
export function buildEvidence(id: string, source: EvidenceSource, nowMs: number): Result<Evidence, string> {
  const flag = source.flag(id);
  if (flag === undefined) return fail(`there is no flag ${id}`);
  if (flag.evidence.length === 0) return fail(`flag ${id} rests on silence: no record proves it`);
  const gone = flag.evidence.find(({ gateway, fromSeq, toSeq }) => source.isThinned(gateway, fromSeq, toSeq));
  if (gone !== undefined) {
    const which = `records ${gone.fromSeq} to ${gone.toSeq} of ${gone.gateway}`;
    return fail(`${which} were thinned by policy when their time was over: see retention in the audit log`);
  }
  const gateways = [...new Set(flag.evidence.map(({ gateway }) => gateway))];
  const keys = gateways.map((gateway) => ({ gateway: gateway as GatewayId, publicKey: source.publicKey(gateway) }));
  const unknown = keys.find(({ publicKey }) => publicKey === undefined);
  if (unknown !== undefined) return fail(`the public key of ${unknown.gateway} is not known`);
  const envelopes = new Set<string>();
  for (const { gateway, fromSeq, toSeq } of flag.evidence) {
    for (const envelope of source.envelopes(gateway, fromSeq, toSeq)) {
      envelopes.add(Buffer.from(envelope).toString("base64"));
    }
  }
  const { rule, station, subject, severity, figures, threshold, text } = flag;
  return ok({
    format: "forecourt-evidence-v1",
    madeAt: formatTime(nowMs),
    flag: {
      ...{ id, rule, station: station as StationId, subject, severity, figures, threshold, text },
      from: formatTime(flag.fromMs),
      until: formatTime(flag.untilMs),
    },
    ranges: flag.evidence.map((range) => ({ ...range, gateway: range.gateway as GatewayId })),
    gateways: keys.map(({ gateway, publicKey }) => ({ gateway, publicKey: publicKey! })),
    envelopes: [...envelopes],
  });
}
