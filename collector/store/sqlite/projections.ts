/** Turns records into the rows that are asked for: sales, tank levels, and the latest state of everything. */
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import type Database from "better-sqlite3";
import type { SeenRecord } from "../../rules/rule.ts";
import { BulkInsert } from "./bulk.ts";
import { prepareDelivery, prepareLatestRecord, subjectOf } from "./equipment.ts";
import { prepareProgram } from "./trust.ts";

const TANK_INTO = `(station, tank, at_ms, gateway, seq, level_um, water_level_um, temperature_mc, volume_cl, ullage_cl,
  alarms, quality, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

export interface Place {
  station: string;
  /** number of the gateway in the database */
  gateway: number;
}

/** Prepared statements for the rows of one record. */
export class Projections {
  readonly #sale: BulkInsert;
  readonly #tank: BulkInsert;
  readonly #delivery: (place: Place, seen: SeenRecord) => void;
  readonly #program: (place: Place, seen: SeenRecord) => void;
  readonly #latest: LatestStatements;

  constructor(raw: Database.Database) {
    this.#sale = new BulkInsert(raw, "sale", 14);
    this.#tank = new BulkInsert(raw, "tank_level", 13);
    this.#delivery = prepareDelivery(raw);
    this.#program = prepareProgram(raw);
    this.#latest = { ...prepareLatest(raw), ...prepareLatestRecord(raw) };
  }

  /** Writes the rows of a batch; of latest states only the last one in the batch. */
  write({ station, gateway }: Place, records: readonly SeenRecord[]): void {
    const latest = new LatestOfBatch();
    this.#sale.clear();
    this.#tank.clear();
    for (const seen of records) {
      const { record, atMs } = seen;
      if (record.kind === "sale") {
        this.#sale.add([
          station,
          atMs,
          gateway,
          record.seq,
          record.device,
          record.nozzle,
          record.volumeCl,
          record.amountFen,
          record.unitPriceFen,
          record.count,
          record.totalVolumeCl,
          record.totalAmountFen,
          record.quality,
          record.reason,
        ]);
      } else if (record.kind === "delivery") {
        this.#delivery({ station, gateway }, seen);
      } else if (record.kind === "gateway") {
        this.#program({ station, gateway }, seen);
      } else if (record.kind === "tank") {
        this.#tank.add(tankRow({ station, gateway }, record, atMs));
      }
      latest.note(seen);
    }
    this.#sale.flush();
    this.#tank.flush();
    for (const seen of latest.inOrder()) this.#latest[seen.record.kind]?.({ station, gateway }, seen);
  }
}

/** The last record of each nozzle, tank, seal, device and line in a batch. */
class LatestOfBatch {
  /** by kind and name: names alone would mix a nozzle's sales with its totals */
  readonly #byKind = new Map<string, Map<string, SeenRecord>>();

  note(seen: SeenRecord): void {
    const name = nameOf(seen.record);
    if (name === undefined) return;
    const { kind } = seen.record;
    const ofKind = this.#byKind.get(kind);
    if (ofKind === undefined) this.#byKind.set(kind, new Map([[name, seen]]));
    else ofKind.set(name, seen);
  }

  /** By seq, so that a later record's state is written over an earlier one's. */
  inOrder(): SeenRecord[] {
    return [...this.#byKind.values()].flatMap((of) => [...of.values()]).sort((a, b) => a.record.seq - b.record.seq);
  }
}

/** What the record is a state of, within its kind. */
function nameOf(record: JournalRecord): string | undefined {
  switch (record.kind) {
    case "sale":
      return record.nozzle;
    case "total":
      return record.scope === "grand" ? record.nozzle : undefined;
    case "tank":
      return record.tank;
    case "seal":
      return record.seal;
    case "identity":
      return record.device;
    case "link":
      return `${record.line} ${record.device ?? ""}`;
    default:
      return subjectOf(record);
  }
}

function tankRow(
  { station, gateway }: Place,
  record: Extract<JournalRecord, { kind: "tank" }>,
  atMs: number,
): (string | number | null)[] {
  return [
    station,
    record.tank,
    atMs,
    gateway,
    record.seq,
    record.levelUm,
    record.waterLevelUm,
    record.temperatureMc,
    record.volumeCl,
    record.ullageCl,
    record.alarms.length === 0 ? "[]" : JSON.stringify(record.alarms),
    record.quality,
    record.reason,
  ];
}

export type LatestStatements = Partial<Record<JournalRecord["kind"], (place: Place, seen: SeenRecord) => void>>;

function prepareLatest(raw: Database.Database): LatestStatements {
  const tank = raw.prepare(`INSERT OR REPLACE INTO latest_tank ${TANK_INTO}`);
  const seal = raw.prepare("INSERT OR REPLACE INTO latest_seal VALUES (?, ?, ?, ?, ?, ?, ?)");
  const link = raw.prepare("INSERT OR REPLACE INTO latest_link VALUES (?, ?, ?, ?, ?, ?, ?)");
  const identity = raw.prepare("INSERT OR REPLACE INTO latest_identity VALUES (?, ?, ?, ?, ?, ?, ?)");
  return {
    ...prepareNozzle(raw),
    tank: (place, { record, atMs }) => {
      if (record.kind === "tank") tank.run(...tankRow(place, record, atMs));
    },
    seal: ({ station }, { record: r, atMs }) => {
      if (r.kind === "seal") seal.run(station, r.seal, atMs, r.state, r.tamperCount, r.openCount, r.batteryPercent);
    },
    link: ({ station, gateway }, { record: r, atMs }) => {
      if (r.kind === "link") link.run(station, gateway, r.line, r.device ?? "", r.state, atMs, r.reason);
    },
    identity: ({ station }, { record: r, atMs }) => {
      if (r.kind !== "identity" || r.quality !== "good") return;
      identity.run(station, r.device, atMs, r.initialised ? 1 : 0, r.factorySerial, r.taxpayerId, r.oilCode);
    },
  };
}

function prepareNozzle(raw: Database.Database): LatestStatements {
  const sale = raw.prepare(`INSERT INTO latest_nozzle VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (station, nozzle) DO UPDATE SET gateway = excluded.gateway, seq = excluded.seq,
      unit_price_fen = coalesce(excluded.unit_price_fen, unit_price_fen), total_volume_cl = excluded.total_volume_cl,
      total_amount_fen = excluded.total_amount_fen, last_sale_at_ms = excluded.last_sale_at_ms,
      last_sale_gateway = excluded.last_sale_gateway, last_sale_seq = excluded.last_sale_seq`);
  const total =
    raw.prepare(`INSERT INTO latest_nozzle (station, nozzle, gateway, seq, total_volume_cl, total_amount_fen)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (station, nozzle) DO UPDATE SET gateway = excluded.gateway, seq = excluded.seq,
      total_volume_cl = excluded.total_volume_cl, total_amount_fen = excluded.total_amount_fen`);
  return {
    sale: ({ station, gateway }, { record: r, atMs }) => {
      if (r.kind !== "sale") return;
      const price = r.unitPriceFen ?? r.lastFuelling?.unitPriceFen ?? null;
      const totals = [price, r.totalVolumeCl, r.totalAmountFen];
      sale.run(station, r.nozzle, gateway, r.seq, ...totals, atMs, gateway, r.seq);
    },
    total: ({ station, gateway }, { record: r }) => {
      if (r.kind === "total") total.run(station, r.nozzle, gateway, r.seq, r.volumeCl, r.amountFen);
    },
  };
}
