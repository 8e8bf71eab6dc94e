/** The tables of the SQLite store as types: what kysely checks queries against. Times are epoch ms, hashes 32 bytes. */
import type { Generated } from "kysely";

export interface Tables {
  gateway: {
    no: Generated<number>;
    id: string;
    station: string;
    seq: number;
    hash: Buffer;
    heard_ms: number;
    last_record_ms: number | null;
    version: string | null;
    unacknowledged: number | null;
  };
  input: { id: Generated<number>; station: string; kind: string; at_ms: number; body: string | null };
  batch: {
    input: number;
    gateway: number;
    first_seq: number;
    count: number;
    received_ms: number;
    envelope: Buffer;
  };
  record: { gateway: number; seq: number; kind: string; at_ms: number; line: string; hash: Buffer };
  /** batches that were removed by policy */
  thinned: {
    gateway: number;
    from_seq: number;
    to_seq: number;
    hash_before: Buffer;
    hash_after: Buffer;
    records: number;
  };
  sale: {
    station: string;
    at_ms: number;
    gateway: number;
    seq: number;
    device: string;
    nozzle: string;
    volume_cl: number;
    amount_fen: number;
    unit_price_fen: number | null;
    count: number | null;
    total_volume_cl: number;
    total_amount_fen: number;
    quality: string;
    reason: string | null;
  };
  tank_level: TankLevelTable;
  latest_tank: TankLevelTable;
  latest_nozzle: {
    station: string;
    nozzle: string;
    gateway: number;
    seq: number;
    unit_price_fen: number | null;
    total_volume_cl: number | null;
    total_amount_fen: number | null;
    last_sale_at_ms: number | null;
    last_sale_gateway: number | null;
    last_sale_seq: number | null;
  };
  latest_seal: {
    station: string;
    seal: string;
    at_ms: number;
    state: string;
    tamper_count: number | null;
    open_count: number | null;
    battery_percent: number | null;
  };
  latest_link: {
    station: string;
    gateway: number;
    line: string;
    /** empty for the line itself */
    device: string;
    state: "up" | "down";
    since_ms: number;
    reason: string;
  };
  latest_identity: {
    station: string;
    device: string;
    at_ms: number;
    initialised: number;
    factory_serial: string;
    taxpayer_id: string | null;
    oil_code: string | null;
  };
  delivery: {
    station: string;
    ended_ms: number;
    gateway: number;
    seq: number;
    started_ms: number;
    device: string;
    tank: string;
    basis: string;
    volume_cl: number | null;
    start_state: string;
    end_state: string;
    quality: string;
    reason: string | null;
  };
  latest_record: {
    station: string;
    kind: string;
    subject: string;
    at_ms: number;
    gateway: number;
    seq: number;
    body: string;
  };
  refused: {
    id: Generated<number>;
    gateway: string;
    sha256: string;
    code: string;
    message: string;
    first_ms: number;
    last_ms: number;
    times: number;
    bytes: number;
    envelope: Buffer;
  };
  flag: {
    id: string;
    rule: string;
    station: string;
    subject: string;
    severity: "notice" | "medium" | "high";
    state: "open" | "ended";
    from_ms: number;
    until_ms: number;
    ended_ms: number | null;
    findings: number;
    figures: string;
    threshold: string;
    text: string;
    evidence: string;
  };
  rule_state: { station: string; cursor: number; states: string; checkpoint: number | null };
  unknown_verdict: {
    station: string;
    rule: string;
    subject: string;
    reason: string;
    first_ms: number;
    last_ms: number;
    times: number;
  };
  inconclusive: { station: string; rule: string; subject: string; day: string; reason: string };
  filing: {
    id: string;
    station: string;
    filing: string;
    from_ms: number;
    until_ms: number | null;
    body: string;
    received_ms: number;
  };
}

interface TankLevelTable {
  station: string;
  tank: string;
  at_ms: number;
  gateway: number;
  seq: number;
  level_um: number | null;
  water_level_um: number | null;
  temperature_mc: number | null;
  volume_cl: number | null;
  ullage_cl: number | null;
  alarms: string;
  quality: string;
  reason: string | null;
}
