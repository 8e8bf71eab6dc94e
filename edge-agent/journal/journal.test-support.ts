/** Records and folders for tests of the journal. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import type { GatewayRecord, RecordBody } from "@forecourt/protocol/records/schema.ts";
import type { Journal, Stamp, Stamped } from "./journal.ts";
import type { Break } from "./start.ts";

export const stamp: Stamp = {
  gateway: "gw-1" as GatewayId,
  at: "2026-11-24T09:00:00.000+08:00",
  boot: "boot-1",
  monoMs: 1,
  clock: "trusted",
};

/** A grand total of a nozzle. */
export function totalOf(nozzle: string, volumeCl: number): RecordBody {
  return {
    kind: "total",
    device: "tax-1",
    nozzle,
    scope: "grand",
    period: null,
    cause: "heartbeat",
    volumeCl,
    amountFen: 0,
    previousVolumeCl: null,
    previousAmountFen: null,
    quality: "good",
    reason: null,
    raw: ["89"],
  };
}

/** A sale that ends at this total. */
export function saleOf(nozzle: string, totalVolumeCl: number): RecordBody {
  return {
    kind: "sale",
    device: "tax-1",
    nozzle,
    volumeCl: 1,
    amountFen: 8,
    unitPriceFen: 800,
    count: 1,
    basis: "total-and-last-fuelling",
    beforeVolumeCl: totalVolumeCl - 1,
    beforeAmountFen: 0,
    totalVolumeCl,
    totalAmountFen: 8,
    lastFuelling: null,
    quality: "good",
    reason: null,
    raw: ["89"],
  };
}

/** The path of a journal that does not exist yet, in a folder of its own. */
export function freshJournalFile(): string {
  return join(mkdtempSync(join(tmpdir(), "forecourt-journal-")), "journal.db");
}

/** The record with which a new chain begins. */
export function breakRecord({ reason, previousSeq, previousHash }: Break): Stamped {
  return { body: gatewayOf("journal-replaced", { reason, previousSeq, previousHash }), stamp };
}

/** A tank's level without alarm, unless told otherwise. */
export function levelOf(tank: string, levelUm: number, changes: Partial<RecordBody> = {}): RecordBody {
  return {
    ...{ kind: "tank", device: "gauge-1", tank, cause: "changed", levelUm, waterLevelUm: 0, temperatureMc: 15_000 },
    ...{ volumeCl: levelUm, standardVolumeCl: null, waterVolumeCl: null, ullageCl: null, alarms: [] },
    ...{ quality: "good", reason: null, raw: ["00"] },
    ...changes,
  } as RecordBody;
}

/** A record of the gateway about itself. */
export function gatewayOf(event: GatewayRecord["event"], details: Partial<GatewayRecord> = {}): RecordBody {
  return {
    ...{ kind: "gateway", event, version: "0.1.0", configSha256: "0".repeat(64), reason: null, stepMs: null },
    ...{ outageMs: null, previousSeq: null, previousHash: null, thinned: null },
    ...{ unacknowledged: 0, rssKb: 1, uptimeMs: 1 },
    ...details,
  } as RecordBody;
}

/** A journal whose disk refuses while it is told to. */
export class RefusingJournal {
  readonly journal: Journal;
  /** SQLite's code, while it refuses. */
  refuses: string | undefined;

  constructor(journal: Journal) {
    const refuse = () => {
      if (this.refuses !== undefined) throw Object.assign(new Error(this.refuses), { code: this.refuses });
    };
    this.journal = Object.create(journal, {
      appendAll: {
        value: (records: readonly Stamped[]) => {
          refuse();
          return journal.appendAll(records);
        },
      },
    }) as Journal;
  }
}
