/** Records for tests and benchmarks of the journal, each told from all others by its number. */
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import type { RecordBody, RecordHeader } from "@forecourt/protocol/records/schema.ts";

/** A sale that ends at a total of `number` 0.01 L; the raw frames are as long as real ones. */
export function numberedSale(nozzle: string, number: number): RecordBody {
  const lastFuelling = { dayOfMonth: 24, hour: 9, minute: 30, volumeCl: 4_000, amountFen: 30_800, unitPriceFen: 770 };
  return {
    ...{ kind: "sale", device: "tax-1", nozzle, volumeCl: 4_000, amountFen: 30_800, unitPriceFen: 770, count: 1 },
    ...{ basis: "total-and-last-fuelling", beforeVolumeCl: Math.max(0, number - 4_000), beforeAmountFen: 0 },
    ...{ totalVolumeCl: number, totalAmountFen: 30_800, lastFuelling, quality: "good", reason: null },
    raw: [
      "BB1C89010000012345670000089ABCDEF0112233445566778899AA5C",
      "BB1A86010924093000004000000030800000077000000000005F",
    ],
  } as RecordBody;
}

/** A tank's level that may be thinned. */
export function mereLevel(tank: string, levelUm: number): RecordBody {
  return {
    ...{ kind: "tank", device: "gauge-1", tank, cause: "changed", levelUm, waterLevelUm: 0, temperatureMc: 15_000 },
    ...{ volumeCl: levelUm, standardVolumeCl: null, waterVolumeCl: null, ullageCl: null, alarms: [] },
    ...{ quality: "good", reason: null, raw: ["010308000003E80000000A5F3C"] },
  } as RecordBody;
}

/** A record of the gateway about itself. */
export function aboutGateway(event: string, details: object): RecordBody {
  return {
    ...{ kind: "gateway", event, version: "0.1.0", configSha256: "0".repeat(64), reason: null, stepMs: null },
    ...{
      outageMs: null,
      previousSeq: null,
      previousHash: null,
      thinned: null,
      unacknowledged: 0,
      rssKb: 1,
      uptimeMs: 1,
    },
    ...details,
  } as RecordBody;
}

/** What is stamped on them. */
export const numberedStamp: Omit<RecordHeader, "seq"> = {
  gateway: "gw-1" as GatewayId,
  at: "2026-11-24T09:00:00.000+08:00",
  boot: "boot-1",
  monoMs: 1,
  clock: "trusted",
};
