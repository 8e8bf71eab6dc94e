/**
 * Deliveries, and the newest record of each device, strapping chart, gateway's health and command: rows from records,
 * and the questions that are asked of them.
 */
import type { JournalRecord, RecordOf } from "@forecourt/protocol/records/schema.ts";
import { parseTime } from "@forecourt/protocol/time.ts";
import type Database from "better-sqlite3";
import { type Kysely, sql } from "kysely";
import { type Reader, seesStation } from "../../access/reader.ts";
import type { SeenRecord } from "../../rules/rule.ts";
import type { DeliveryRow, LatestKind, LatestRecordRow, Queries } from "../queries.ts";
import type { LatestStatements, Place } from "./projections.ts";
import type { Tables } from "./tables.ts";

const LATEST_KINDS: readonly LatestKind[] = ["device", "chart", "health", "command"];

/** What a record of these kinds is the newest of: device, tank, gateway or command. */
export function subjectOf(record: JournalRecord): string | undefined {
  switch (record.kind) {
    case "device":
      return record.device;
    case "chart":
      return record.tank;
    case "health":
      return record.gateway;
    case "command":
      return record.command;
    default:
      return undefined;
  }
}

/** Writes the row of a delivery. */
export function prepareDelivery(raw: Database.Database): (place: Place, seen: SeenRecord) => void {
  const insert = raw.prepare("INSERT INTO delivery VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  return ({ station, gateway }, { record: r, atMs }) => {
    if (r.kind !== "delivery") return;
    // The schema admits the form of a time, not each its moment: then the record's own time stands in.
    const endedMs = parseTime(r.endedAt) ?? atMs;
    const startedMs = parseTime(r.startedAt) ?? endedMs;
    const states = [JSON.stringify(r.start), JSON.stringify(r.end)];
    const place = [station, endedMs, gateway, r.seq, startedMs, r.device, r.tank, r.basis, r.volumeCl];
    insert.run(...place, ...states, r.quality, r.reason);
  };
}

/** Keeps the newest record of each subject, without its raw frames. */
export function prepareLatestRecord(raw: Database.Database): LatestStatements {
  const replace = raw.prepare("INSERT OR REPLACE INTO latest_record VALUES (?, ?, ?, ?, ?, ?, ?)");
  const keep = ({ station, gateway }: Place, { record, atMs }: SeenRecord): void => {
    const subject = subjectOf(record);
    if (subject === undefined) return;
    const { raw: _, ...body } = record as JournalRecord & { raw?: unknown };
    replace.run(station, record.kind, subject, atMs, gateway, record.seq, JSON.stringify(body));
  };
  return Object.fromEntries(LATEST_KINDS.map((kind) => [kind, keep]));
}

/** Answers what is asked of deliveries and newest records. */
export function equipmentQueries(db: Kysely<Tables>): Pick<Queries, "deliveries" | "latestRecords"> {
  return {
    deliveries: async (reader, { station, tank, fromMs, untilMs }, { limit, before }) => {
      if (!seesStation(reader, station)) return [];
      let query = db
        .selectFrom("delivery as d")
        .innerJoin("gateway as g", "g.no", "d.gateway")
        .selectAll("d")
        .select("g.id as gateway")
        .where("d.station", "=", station);
      if (tank !== undefined) query = query.where("d.tank", "=", tank);
      if (fromMs !== undefined) query = query.where("d.ended_ms", ">=", fromMs);
      if (untilMs !== undefined) query = query.where("d.ended_ms", "<", untilMs);
      if (before !== undefined) {
        query = query.where(
          sql<boolean>`(d.ended_ms, g.id, d.seq) < (${before.atMs}, ${before.gateway}, ${before.seq})`,
        );
      }
      const rows = await query
        .orderBy("d.ended_ms", "desc")
        .orderBy("g.id", "desc")
        .orderBy("d.seq", "desc")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        gateway: row.gateway,
        seq: row.seq,
        station: row.station,
        device: row.device,
        tank: row.tank,
        basis: row.basis as DeliveryRow["basis"],
        startedMs: row.started_ms,
        endedMs: row.ended_ms,
        start: JSON.parse(row.start_state) as DeliveryRow["start"],
        end: JSON.parse(row.end_state) as DeliveryRow["end"],
        volumeCl: row.volume_cl,
        quality: row.quality,
        reason: row.reason,
      }));
    },
    latestRecords: async <Kind extends LatestKind>(reader: Reader, station: string, kind: Kind, limit: number) => {
      if (!seesStation(reader, station)) return [];
      const rows = await db
        .selectFrom("latest_record")
        .select(["at_ms", "body"])
        .where("station", "=", station)
        .where("kind", "=", kind)
        .orderBy("at_ms", "desc")
        .orderBy("subject")
        .limit(limit)
        .execute();
      return rows.map(
        (row): LatestRecordRow<Kind> => ({
          atMs: row.at_ms,
          record: JSON.parse(row.body) as Omit<RecordOf<Kind>, "raw">,
        }),
      );
    },
  };
}
