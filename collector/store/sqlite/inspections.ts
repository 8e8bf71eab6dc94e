/** Daily inspections in SQLite. */
import type Database from "better-sqlite3";
import type { Note } from "../../access/store.ts";
import type { AuditTable } from "../../audit/table.ts";
import type { CheckResult, CheckState } from "../../inspections/checks.ts";
import type {
  DayCount,
  Inspection,
  InspectionEvent,
  InspectionStep,
  InspectionStore,
} from "../../inspections/store.ts";

/** The step of the schema. */
export const inspectionTables: readonly string[] = [
  `CREATE TABLE inspection (station TEXT NOT NULL, day TEXT NOT NULL, county TEXT NOT NULL, made_ms INTEGER NOT NULL,
    worst TEXT NOT NULL, checks TEXT NOT NULL, confirmed_ms INTEGER, confirmed_by TEXT,
    PRIMARY KEY (station, day)) STRICT, WITHOUT ROWID`,
  "CREATE INDEX inspection_by_day ON inspection (day, county)",
  `CREATE TABLE inspection_event (id INTEGER PRIMARY KEY, station TEXT NOT NULL, day TEXT NOT NULL,
    at_ms INTEGER NOT NULL, who TEXT NOT NULL, step TEXT NOT NULL, text TEXT, case_id TEXT, checks TEXT) STRICT`,
  "CREATE INDEX inspection_event_of ON inspection_event (station, day, id)",
  "CREATE TABLE inspection_told (day TEXT NOT NULL, told TEXT NOT NULL, PRIMARY KEY (day, told)) STRICT, WITHOUT ROWID",
];

interface Columns {
  station: string;
  day: string;
  county: string;
  made_ms: number;
  worst: string;
  checks: string;
  confirmed_ms: number | null;
  confirmed_by: string | null;
}

const WRONG = "worst IN ('bad', 'unknown')";
/** Counties as a JSON array; null: all. */
const IN_COUNTIES = "(@counties IS NULL OR county IN (SELECT value FROM json_each(@counties)))";

/** @param audit of the same database */
export function sqliteInspections(raw: Database.Database, audit: Pick<AuditTable, "append">): InspectionStore {
  return { ...reading(raw), ...writing(raw, audit), ...factsOf(raw) };
}

function reading(
  raw: Database.Database,
): Pick<InspectionStore, "made" | "one" | "ofDay" | "ofStation" | "events" | "days" | "open"> {
  const made = raw.prepare<[string], { station: string }>("SELECT station FROM inspection WHERE day = ?");
  const one = raw.prepare<[string, string], Columns>("SELECT * FROM inspection WHERE station = ? AND day = ?");
  const ofDay = raw.prepare<[object], Columns>(
    `SELECT * FROM inspection WHERE day = @day AND ${IN_COUNTIES} ORDER BY station`,
  );
  const ofStation = raw.prepare<[string, string, string], Columns>(
    "SELECT * FROM inspection WHERE station = ? AND day BETWEEN ? AND ? ORDER BY day DESC",
  );
  type EventRow = Omit<InspectionEvent, "atMs" | "caseId" | "checks" | "step"> & {
    at_ms: number;
    step: string;
    case_id: string | null;
    checks: string | null;
  };
  const events = raw.prepare<[string, string], EventRow>(
    "SELECT at_ms, who, step, text, case_id, checks FROM inspection_event WHERE station = ? AND day = ? ORDER BY id",
  );
  const days = raw.prepare<[object], DayCount>(
    `SELECT day, count(*) AS made, count(confirmed_ms) AS confirmed, sum(${WRONG}) AS wrong FROM inspection
     WHERE day BETWEEN @from AND @until AND ${IN_COUNTIES} GROUP BY day ORDER BY day DESC`,
  );
  const open = raw.prepare<[string], { county: string; count: number; wrong: number }>(
    `SELECT county, count(*) AS count, sum(${WRONG}) AS wrong FROM inspection
     WHERE day = ? AND confirmed_ms IS NULL GROUP BY county ORDER BY county`,
  );
  const list = (counties: readonly string[] | undefined) => (counties === undefined ? null : JSON.stringify(counties));
  return {
    made: (day) => new Set(made.all(day).map(({ station }) => station)),
    one: (station, day) => {
      const row = one.get(station, day);
      return row === undefined ? undefined : inspectionOf(row);
    },
    ofDay: (day, counties) => ofDay.all({ day, counties: list(counties) }).map(inspectionOf),
    ofStation: (station, from, until) => ofStation.all(station, from, until).map(inspectionOf),
    events: (station, day) =>
      events.all(station, day).map(({ at_ms: atMs, case_id: caseId, checks, step, who, text }) => {
        const read = checks === null ? null : (JSON.parse(checks) as CheckResult[]);
        return { atMs, who, step: step as InspectionStep, text, caseId, checks: read };
      }),
    days: (from, until, counties) => days.all({ from, until, counties: list(counties) }),
    open: (day) => open.all(day),
  };
}

function writing(
  raw: Database.Database,
  audit: Pick<AuditTable, "append">,
): Pick<InspectionStore, "add" | "put" | "tell"> {
  const add = raw.prepare(
    "INSERT INTO inspection VALUES (?, ?, ?, ?, ?, ?, NULL, NULL) ON CONFLICT (station, day) DO NOTHING",
  );
  const confirm = raw.prepare(
    "UPDATE inspection SET confirmed_ms = ?, confirmed_by = ? WHERE station = ? AND day = ? AND confirmed_ms IS NULL",
  );
  const event = raw.prepare(
    `INSERT INTO inspection_event (station, day, at_ms, who, step, text, case_id, checks)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const told = raw.prepare("INSERT INTO inspection_told VALUES (?, ?) ON CONFLICT DO NOTHING");
  const outbox = raw.prepare("INSERT INTO notice_outbox (kind, subject, detail, at_ms) VALUES ('inspection', ?, ?, ?)");
  const putEvent = (station: string, day: string, { atMs, who, step, text, caseId, checks }: InspectionEvent): void => {
    event.run(station, day, atMs, who, step, text, caseId, checks === null ? null : JSON.stringify(checks));
  };
  return {
    add: raw.transaction((rows: Parameters<InspectionStore["add"]>[0], note: Note) => {
      for (const { station, day, county, madeMs, worst, checks } of rows) {
        const text = JSON.stringify(checks);
        if (add.run(station, day, county, madeMs, worst, text).changes === 0) continue;
        putEvent(station, day, {
          atMs: madeMs,
          who: "collector",
          step: "made",
          text: null,
          caseId: null,
          checks: null,
        });
      }
      audit.append(note);
    }),
    put: raw.transaction((station: string, day: string, one: InspectionEvent, note: Note) => {
      if (one.step === "confirm" && confirm.run(one.atMs, one.who, station, day).changes === 0) return false;
      putEvent(station, day, one);
      audit.append(note);
      return true;
    }),
    tell: raw.transaction((day: string, what: string, atMs: number, details: readonly string[]) => {
      if (told.run(day, what).changes === 0) return false;
      for (const detail of details) outbox.run(day, detail, atMs);
      return true;
    }),
  };
}

function factsOf(raw: Database.Database): Pick<InspectionStore, "refusedSince" | "openFlags" | "certificateUntil"> {
  const refused = raw.prepare<[string, number], { count: number }>(
    "SELECT count(*) AS count FROM refused WHERE gateway IN (SELECT value FROM json_each(?)) AND last_ms >= ?",
  );
  const flags = raw.prepare<[string, string], { count: number }>(
    `SELECT count(*) AS count FROM flag
     WHERE station = ? AND state = 'open' AND rule IN (SELECT value FROM json_each(?))`,
  );
  const certificate = raw.prepare<[string], { until: number | null }>(
    "SELECT max(until_ms) AS until FROM certificate WHERE gateway = ? AND revoked_ms IS NULL",
  );
  return {
    refusedSince: (gateways, sinceMs) => refused.get(JSON.stringify(gateways), sinceMs)?.count ?? 0,
    openFlags: (station, rules) => flags.get(station, JSON.stringify(rules))?.count ?? 0,
    certificateUntil: (gateway) => certificate.get(gateway)?.until ?? null,
  };
}

function inspectionOf(row: Columns): Inspection {
  const { station, day, county } = row;
  return {
    ...{ station, day, county, madeMs: row.made_ms, worst: row.worst as CheckState },
    checks: JSON.parse(row.checks) as CheckResult[],
    ...{ confirmedMs: row.confirmed_ms, confirmedBy: row.confirmed_by },
  };
}
