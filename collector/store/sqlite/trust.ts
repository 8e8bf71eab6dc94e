/** The trust's side of the SQLite store. Everything that the rules are told of is an input in the same transaction. */
import type { GatewayId, StationId } from "@forecourt/protocol/ids.ts";
import type Database from "better-sqlite3";
import type { SeenRecord } from "../../rules/rule.ts";
import type { Approval, LifeChange, StationLife, TrustEvent } from "../../trust/events.ts";
import type { ApprovalRow, LifeRow, ProgramRow, ReportRow, TrustStore } from "../../trust/store.ts";
import type { Place } from "./projections.ts";

/** The steps of the schema that trust needs. */
export const trustTables: readonly string[] = [
  `CREATE TABLE acceptance_report (id TEXT PRIMARY KEY, gateway TEXT NOT NULL, station TEXT NOT NULL,
    received_ms INTEGER NOT NULL, finished_ms INTEGER NOT NULL, technician TEXT NOT NULL, remarks TEXT NOT NULL,
    body TEXT NOT NULL, envelope BLOB NOT NULL) STRICT`,
  "CREATE INDEX acceptance_by_station ON acceptance_report (station, received_ms)",
  `CREATE TABLE station_life (station TEXT PRIMARY KEY, life TEXT NOT NULL, since_ms INTEGER NOT NULL,
    changed_by TEXT NOT NULL, report TEXT) STRICT, WITHOUT ROWID`,
  `CREATE TABLE approval (gateway TEXT NOT NULL, at_ms INTEGER NOT NULL, id TEXT NOT NULL, config_sha256 TEXT,
    command TEXT, version TEXT, approved_by TEXT NOT NULL, basis TEXT NOT NULL,
    PRIMARY KEY (gateway, at_ms, id)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE gateway_program (gateway INTEGER NOT NULL, first_seq INTEGER NOT NULL, from_ms INTEGER NOT NULL,
    version TEXT NOT NULL, config_sha256 TEXT NOT NULL, PRIMARY KEY (gateway, first_seq)) STRICT, WITHOUT ROWID`,
];

interface ReportColumns {
  id: string;
  gateway: string;
  station: string;
  received_ms: number;
  finished_ms: number;
  technician: string;
  remarks: string;
  body: string;
  envelope: Buffer;
}

interface ApprovalColumns {
  gateway: string;
  at_ms: number;
  id: string;
  config_sha256: string | null;
  command: string | null;
  version: string | null;
  approved_by: string;
  basis: string;
}

/** A gateway reports a configuration done as soon as the collector is reached with it: within so many records. */
const DONE_WITHIN = 2_000;

/** The store of reports, lives, approvals and programs. */
export function sqliteTrust(raw: Database.Database): TrustStore {
  const report = raw.prepare<[string], ReportColumns>("SELECT * FROM acceptance_report WHERE id = ?");
  const reports = raw.prepare<Record<string, string | number | null>, ReportColumns>(
    `SELECT * FROM acceptance_report WHERE station = coalesce(:station, station)
     AND gateway = coalesce(:gateway, gateway)
     AND (:counties IS NULL OR substr(station, 1, 6) IN (SELECT value FROM json_each(:counties)))
     ORDER BY received_ms DESC, id LIMIT :limit`,
  );
  const stationOf = raw.prepare<{ id: string }, { station: string }>(
    `SELECT station FROM gateway WHERE id = :id UNION SELECT station FROM enrolled_gateway WHERE id = :id
     UNION SELECT station FROM acceptance_report WHERE gateway = :id LIMIT 1`,
  );
  const life = raw.prepare<
    [string],
    { station: string; life: StationLife; since_ms: number; changed_by: string; report: string | null }
  >("SELECT * FROM station_life WHERE station = ?");
  const approvals = raw.prepare<[string], ApprovalColumns>(
    "SELECT * FROM approval WHERE gateway = ? ORDER BY at_ms DESC, id",
  );
  const programColumns = `SELECT p.version, config_sha256 AS configSha256, first_seq AS firstSeq, from_ms AS fromMs,
       (SELECT json_extract(r.line, '$.command') FROM record AS r WHERE r.gateway = p.gateway AND r.kind = 'command'
          AND r.seq BETWEEN p.first_seq AND p.first_seq + :within AND json_extract(r.line, '$.outcome') = 'done'
          AND json_extract(r.line, '$.name') = 'apply-configuration' ORDER BY r.seq LIMIT 1) AS command
     FROM gateway_program AS p JOIN gateway ON gateway.no = p.gateway WHERE gateway.id = :id`;
  const programs = raw.prepare<{ id: string; within: number }, ProgramRow>(`${programColumns} ORDER BY first_seq`);
  const program = raw.prepare<{ id: string; within: number }, ProgramRow>(
    `${programColumns} ORDER BY first_seq DESC LIMIT 1`,
  );
  const line = raw.prepare<[string, number], { line: string; hash: Buffer }>(
    `SELECT line, record.hash AS hash FROM record JOIN gateway ON gateway.no = record.gateway
     WHERE gateway.id = ? AND record.seq = ? AND line <> ''`,
  );
  const keepReport = raw.prepare("INSERT INTO acceptance_report VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const take = eventWriter(raw);
  const note = raw.transaction(take);
  const file = raw.transaction((row: ReportRow, events: readonly TrustEvent[]): number[] => {
    const { id, gateway, station, receivedMs, finishedMs, technician, remarks, body, envelope } = row;
    keepReport.run(id, gateway, station, receivedMs, finishedMs, technician, JSON.stringify(remarks), body, envelope);
    return events.map((event) => take(station, event, receivedMs));
  });
  return {
    note: async (station, event, atMs) => note(station, event, atMs),
    file: async (row, events) => file(row, events),
    report: async (id) => {
      const row = report.get(id);
      return row === undefined ? undefined : reportOf(row);
    },
    reports: async ({ station = null, gateway = null }, visible, limit) => {
      const counties = visible === "all" ? null : JSON.stringify([...visible]);
      return reports.all({ station, gateway, counties, limit }).map(reportOf);
    },
    stationOf: async (id) => stationOf.get({ id })?.station,
    life: async (station) => {
      const row = life.get(station);
      if (row === undefined) return undefined;
      const { since_ms: sinceMs, changed_by: by, ...rest } = row;
      return { ...rest, sinceMs, by } satisfies LifeRow;
    },
    approvals: async (gateway) => approvals.all(gateway).map(approvalOf),
    program: async (gateway) => program.get({ id: gateway, within: DONE_WITHIN }),
    programs: async (gateway) => programs.all({ id: gateway, within: DONE_WITHIN }),
    line: async (gateway, seq) => line.get(gateway, seq),
  };
}

function eventWriter(raw: Database.Database): (station: string, event: TrustEvent, atMs: number) => number {
  const input = raw.prepare("INSERT INTO input (station, kind, at_ms, body) VALUES (?, 'trust', ?, ?)");
  const setLife = raw.prepare("INSERT OR REPLACE INTO station_life VALUES (?, ?, ?, ?, ?)");
  const approve = raw.prepare("INSERT INTO approval VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  const life = (station: string, { life: to, by, report }: LifeChange, atMs: number) =>
    setLife.run(station, to, atMs, by, report);
  const approval = ({ gateway, id, configSha256, command, version, by, basis }: Approval, atMs: number) =>
    approve.run(gateway, atMs, id, configSha256, command, version, by, basis);
  return (station, event, atMs) => {
    if (event.event === "life") life(station, event, atMs);
    if (event.event === "approval") approval(event, atMs);
    return Number(input.run(station, atMs, JSON.stringify({ event })).lastInsertRowid);
  };
}

/** Notes what a gateway runs, whenever its records say something else than before. */
export function prepareProgram(raw: Database.Database): (place: Place, seen: SeenRecord) => void {
  const last = raw.prepare<[number], { version: string; config_sha256: string }>(
    "SELECT version, config_sha256 FROM gateway_program WHERE gateway = ? ORDER BY first_seq DESC LIMIT 1",
  );
  const add = raw.prepare("INSERT INTO gateway_program VALUES (?, ?, ?, ?, ?)");
  return ({ gateway }, { record, atMs }) => {
    if (record.kind !== "gateway") return;
    const { version, configSha256, seq } = record;
    const known = last.get(gateway);
    if (known?.version === version && known.config_sha256 === configSha256) return;
    add.run(gateway, seq, atMs, version, configSha256);
  };
}

function reportOf({ received_ms, finished_ms, remarks, ...row }: ReportColumns): ReportRow {
  return {
    ...row,
    gateway: row.gateway as GatewayId,
    station: row.station as StationId,
    receivedMs: received_ms,
    finishedMs: finished_ms,
    remarks: JSON.parse(remarks) as string[],
  };
}

function approvalOf({ at_ms, config_sha256, approved_by, ...row }: ApprovalColumns): ApprovalRow {
  return { ...row, gateway: row.gateway as GatewayId, atMs: at_ms, configSha256: config_sha256, by: approved_by };
}
