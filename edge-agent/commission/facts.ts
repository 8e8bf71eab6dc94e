/**
 * What the journal of a new box knows of its first hours: the first total of each nozzle, the first level of each tank,
 * who each device is, the sales that prove the nozzles, and the collector's receipts. Read-only, beside a running agent.
 */
import { existsSync } from "node:fs";
import { ReceiptSchema } from "@forecourt/protocol/batch/answer.ts";
import type { Tested } from "@forecourt/protocol/commission/state.ts";
import type {
  IdentityRecord,
  JournalRecord,
  RecordOf,
  SaleRecord,
  SealRecord,
  TankRecord,
  TotalRecord,
} from "@forecourt/protocol/records/schema.ts";
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { journalFile } from "../journal/replace.ts";
import { openTables, prepareAll } from "../journal/tables.ts";

export interface Facts {
  totals: Map<string, TotalRecord>;
  identities: Map<string, IdentityRecord>;
  tanks: Map<string, TankRecord>;
  seals: Map<string, SealRecord>;
  devices: Map<string, RecordOf<"device">>;
}

const ReceiptMessageSchema = Type.Object({ answer: ReceiptSchema, signature: Type.String({ maxLength: 200 }) });
const receiptMessage = Compile(ReceiptMessageSchema);

/** Records of an installation's first hours: what is looked for comes early. */
const FIRST_RECORDS = 20_000;
const SALES_AT_ONCE = 500;

type Db = ReturnType<typeof openTables>;

/** The first statement of each kind about each thing. @returns empty maps when there is no journal yet */
export function firstFacts(stateDir: string): Facts {
  const facts: Facts = {
    ...{ totals: new Map(), identities: new Map(), tanks: new Map(), seals: new Map(), devices: new Map() },
  };
  withJournal(stateDir, (db) => {
    for (const { line } of prepareAll(db).from.iterate(1, FIRST_RECORDS))
      note(facts, JSON.parse(line) as JournalRecord);
  });
  return facts;
}

function note(facts: Facts, record: JournalRecord): void {
  const first = <T>(map: Map<string, T>, key: string, value: T) => {
    if (!map.has(key)) map.set(key, value);
  };
  if (record.kind === "total" && record.scope === "grand") first(facts.totals, record.nozzle, record);
  if (record.kind === "identity") {
    first(facts.identities, record.nozzle, record);
    first(facts.identities, record.device, record);
  }
  if (record.kind === "tank" && record.quality === "good") first(facts.tanks, record.tank, record);
  if (record.kind === "seal") first(facts.seals, record.seal, record);
  if (record.kind === "device") first(facts.devices, record.device, record);
}

/** How far a look for sales has come, so that the next one reads only what is new. */
export interface SalesSeen {
  seq: number;
  tested: Tested[];
}

/**
 * The first sale of each nozzle, with the receipt that covers it when the collector has sent one.
 * @param seen what an earlier look told; a look that begins has `seq` where the journal stood (sales before are no test)
 */
export function testSales(stateDir: string, seen: SalesSeen): SalesSeen {
  const sales = new Map(seen.tested.map((one) => [one.nozzle, one]));
  let { seq } = seen;
  withJournal(stateDir, (db) => {
    const statements = prepareAll(db);
    const head = statements.head.get()?.seq ?? 0;
    const rows = db
      .prepare<[number, number, number], { line: string; hash: Buffer }>(
        `SELECT line, hash FROM entry WHERE seq > ? AND seq <= ? AND line LIKE '%"kind":"sale"%' ORDER BY seq LIMIT ?`,
      )
      .all(seq, head, SALES_AT_ONCE);
    for (const { line, hash } of rows) {
      const record = JSON.parse(line) as JournalRecord;
      if (record.kind !== "sale") continue;
      seq = record.seq;
      if (!sales.has(record.nozzle)) {
        sales.set(record.nozzle, { nozzle: record.nozzle, sale: saleOf(record, hash), receipt: null });
      }
    }
    if (rows.length < SALES_AT_ONCE) seq = head;
    const receipt = receiptOf(statements.receipt.get()?.message);
    for (const [nozzle, one] of sales) {
      if (one.receipt === null && receipt !== null && receipt.seq >= one.sale.seq) {
        sales.set(nozzle, { ...one, receipt });
      }
    }
  });
  return { seq, tested: [...sales.values()] };
}

function saleOf({ seq, volumeCl, amountFen, at }: SaleRecord, hash: Buffer): Tested["sale"] {
  return { seq, hash: hash.toString("hex"), volumeCl, amountFen, at };
}

/** A stored receipt; its signature was checked when it came (uplink). */
function receiptOf(message: Uint8Array | undefined): Tested["receipt"] {
  if (message === undefined) return null;
  const value: unknown = JSON.parse(Buffer.from(message).toString("utf8"));
  if (!receiptMessage.Check(value)) return null;
  const { answer, signature }: Static<typeof ReceiptMessageSchema> = value;
  return { seq: answer.seq, hash: answer.hash, at: answer.at, signature };
}

/** Where the journal of a state folder stands; 0 when there is none. */
export function journalSeq(stateDir: string): number {
  let seq = 0;
  withJournal(stateDir, (db) => {
    seq = prepareAll(db).head.get()?.seq ?? 0;
  });
  return seq;
}

function withJournal(stateDir: string, look: (db: Db) => void): void {
  const file = journalFile(stateDir);
  if (!existsSync(file)) return;
  const db = openTables(file, { mustExist: true, readonly: true });
  try {
    look(db);
  } finally {
    db.close();
  }
}
