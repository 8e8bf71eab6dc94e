/** Records and folders for tests of the journal. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import type { RecordBody } from "@forecourt/protocol/records/schema.ts";
import type { Stamp } from "./journal.ts";

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
