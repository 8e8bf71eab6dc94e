/** The hot path: a batch becomes rows in one transaction. Statements are written by hand and prepared once. */
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import { GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";
import type Database from "better-sqlite3";
import { limits } from "../../limits.ts";
import type { SeenRecord } from "../../rules/rule.ts";
import type { AcceptedBatch, IngestStore, Position, RefusedEnvelope } from "../store.ts";
import { BulkInsert } from "./bulk.ts";
import { Projections } from "./projections.ts";

interface GatewayPosition {
  no: number;
  seq: number;
  hash: Buffer;
}

/** Prepares everything that a batch needs. */
export function sqliteIngest(raw: Database.Database): IngestStore {
  const position = raw.prepare<[string], GatewayPosition>("SELECT no, seq, hash FROM gateway WHERE id = ?");
  const hashAt = raw.prepare<[string, number], { hash: Buffer }>(
    "SELECT record.hash FROM record JOIN gateway ON gateway.no = record.gateway WHERE gateway.id = ? AND record.seq = ?",
  );
  const thinned = raw.prepare<[string, number, number]>(
    "SELECT 1 FROM thinned JOIN gateway ON gateway.no = thinned.gateway WHERE id = ? AND from_seq <= ? AND to_seq >= ?",
  );
  const input = raw.prepare("INSERT INTO input (station, kind, at_ms, body) VALUES (?, ?, ?, ?)");
  const write = batchWriter(raw, input);
  const writeRefused = refusedWriter(raw, input);
  const heard = raw.prepare("UPDATE gateway SET heard_ms = max(heard_ms, ?) WHERE id = ?");
  const hello = raw.transaction((gateway: string, station: string, atMs: number): number => {
    heard.run(atMs, gateway);
    return Number(input.run(station, "hello", atMs, JSON.stringify({ gateway })).lastInsertRowid);
  });
  return {
    position: async (gateway: GatewayId): Promise<Position> => position.get(gateway) ?? { seq: 0, hash: GENESIS_HASH },
    hashAt: async (gateway, seq) => hashAt.get(gateway, seq)?.hash,
    isThinned: async (gateway, seq) => thinned.get(gateway, seq, seq) !== undefined,
    commit: async (batches) => write(batches),
    refuse: async (refused, tellRules) => writeRefused(refused, tellRules),
    hello: async (gateway, station, atMs) => hello(gateway, station, atMs),
  };
}

function batchWriter(
  raw: Database.Database,
  input: Database.Statement,
): (batches: readonly AcceptedBatch[]) => number[] {
  const gatewayOf = raw.prepare<[string, string, Buffer, number], { no: number }>(
    `INSERT INTO gateway (id, station, seq, hash, heard_ms) VALUES (?, ?, 0, ?, ?)
     ON CONFLICT (id) DO UPDATE SET station = excluded.station RETURNING no`,
  );
  const advance = raw.prepare(
    `UPDATE gateway SET seq = ?, hash = ?, heard_ms = max(heard_ms, ?), last_record_ms = ?,
       version = coalesce(?, version), unacknowledged = coalesce(?, unacknowledged) WHERE no = ?`,
  );
  const envelope = raw.prepare("INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?)");
  const record = new BulkInsert(raw, "record", 6);
  const projections = new Projections(raw);
  const writeBatch = (batch: AcceptedBatch): number => {
    const { station, receivedMs, lines, records } = batch;
    const first = lines[0];
    const last = lines[lines.length - 1];
    if (first === undefined || last === undefined) throw new Error("an accepted batch holds at least one line");
    record.clear();
    const gateway = gatewayOf.get(batch.gateway, station, GENESIS_HASH, receivedMs)!.no;
    const id = Number(input.run(station, "batch", receivedMs, null).lastInsertRowid);
    envelope.run(id, gateway, first.seq, lines.length, receivedMs, batch.envelope);
    for (let index = 0; index < lines.length; index += 1) {
      const { seq, line, hash } = lines[index]!;
      const seen = records[index]!;
      record.add([gateway, seq, seen.record.kind, seen.atMs, line, hash]);
    }
    record.flush();
    projections.write({ station, gateway }, records);
    const about = aboutGateway(records);
    const lastMs = records[records.length - 1]!.atMs;
    advance.run(last.seq, last.hash, receivedMs, lastMs, about.version, about.unacknowledged, gateway);
    return id;
  };
  return raw.transaction((batches: readonly AcceptedBatch[]) => batches.map(writeBatch));
}

/** What the gateway last said about itself in these records. */
function aboutGateway(records: readonly SeenRecord[]): { version: string | null; unacknowledged: number | null } {
  for (let index = records.length - 1; index >= 0; index -= 1) {
    const { record } = records[index]!;
    if (record.kind === "gateway") return { version: record.version, unacknowledged: record.unacknowledged };
  }
  return { version: null, unacknowledged: null };
}

function refusedWriter(
  raw: Database.Database,
  input: Database.Statement,
): (refused: RefusedEnvelope, tellRules: boolean) => number | undefined {
  const again = raw.prepare("UPDATE refused SET times = times + 1, last_ms = ? WHERE gateway = ? AND sha256 = ?");
  const keep = raw.prepare(
    `INSERT INTO refused (gateway, sha256, code, message, first_ms, last_ms, times, bytes, envelope)
     VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?)`,
  );
  const prune = raw.prepare("DELETE FROM refused WHERE id <= ?");
  return raw.transaction(({ gateway, station, atMs, envelope, refused }: RefusedEnvelope, tellRules: boolean) => {
    if (again.run(atMs, gateway, refused.envelopeSha256).changes > 0) return undefined;
    const kept = envelope.subarray(0, limits.refused.bytes);
    const { code, message, envelopeSha256 } = refused;
    const row = keep.run(gateway, envelopeSha256, code, message, atMs, atMs, envelope.byteLength, kept);
    prune.run(Number(row.lastInsertRowid) - limits.refused.rows);
    if (!tellRules || station === null) return undefined;
    return Number(input.run(station, "refused", atMs, JSON.stringify({ gateway, refused })).lastInsertRowid);
  });
}
