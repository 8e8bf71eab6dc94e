/** Cases in SQLite: where each stands, and everything that was done to it, which is only ever added to. */
import type Database from "better-sqlite3";
import type { AuditTable } from "../../audit/table.ts";
import type { CaseChange, CaseEvent, CaseFile, CaseRow, CaseStore, CaseTask, CaseWhole } from "../../cases/store.ts";
import { caseList } from "./case-list.ts";
import { CASE_COLUMNS, type CaseColumns, caseOf, columnsOf, eventOf, fileOf, taskOf } from "./case-rows.ts";

/** The step of the schema. */
export const caseTables: readonly string[] = [
  `CREATE TABLE case_file_number (year INTEGER PRIMARY KEY, last INTEGER NOT NULL) STRICT`,
  `CREATE TABLE case_row (id TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE, station TEXT, county TEXT NOT NULL,
    nature TEXT NOT NULL, origin TEXT NOT NULL, title TEXT NOT NULL, state TEXT NOT NULL, lead TEXT NOT NULL,
    together TEXT NOT NULL, major INTEGER NOT NULL, outcome TEXT, has_report INTEGER NOT NULL, assignee TEXT,
    reported_by TEXT NOT NULL, reported_ms INTEGER NOT NULL, state_since_ms INTEGER NOT NULL, due_ms INTEGER,
    warn_ms INTEGER, escalated_ms INTEGER) STRICT, WITHOUT ROWID`,
  "CREATE INDEX case_by_time ON case_row (reported_ms, id)",
  "CREATE INDEX case_by_station ON case_row (station, reported_ms)",
  "CREATE INDEX case_by_due ON case_row (due_ms) WHERE due_ms IS NOT NULL AND escalated_ms IS NULL",
  `CREATE TABLE case_flag (flag TEXT NOT NULL, case_id TEXT NOT NULL, PRIMARY KEY (flag, case_id)) STRICT, WITHOUT ROWID`,
  "CREATE INDEX case_flag_by_case ON case_flag (case_id)",
  `CREATE TABLE case_event (case_id TEXT NOT NULL, seq INTEGER NOT NULL, at_ms INTEGER NOT NULL, who TEXT NOT NULL,
    department TEXT, step TEXT NOT NULL, text TEXT, detail TEXT NOT NULL, PRIMARY KEY (case_id, seq)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE case_task (case_id TEXT NOT NULL, place INTEGER NOT NULL, id TEXT NOT NULL, department TEXT NOT NULL,
    zh TEXT NOT NULL, en TEXT NOT NULL, done_ms INTEGER, done_by TEXT, note TEXT,
    PRIMARY KEY (case_id, place)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE case_file (case_id TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL,
    bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, at_ms INTEGER NOT NULL, who TEXT NOT NULL, content BLOB NOT NULL,
    PRIMARY KEY (case_id, id)) STRICT`,
];

/** The next step: whose unit it is, and what was told of its term. */
export const caseUnits: readonly string[] = [
  "ALTER TABLE case_row ADD COLUMN unit TEXT",
  "ALTER TABLE case_row ADD COLUMN reminded_ms INTEGER",
  "ALTER TABLE case_row ADD COLUMN supervised_ms INTEGER",
  "CREATE INDEX case_by_warning ON case_row (warn_ms) WHERE warn_ms IS NOT NULL AND reminded_ms IS NULL",
];

/** @param audit of the same database */
export function sqliteCases(raw: Database.Database, audit: Pick<AuditTable, "append">): CaseStore {
  const writer = caseWriter(raw, audit);
  const whole = wholeReader(raw);
  const openCase = raw.prepare<[string], { id: string }>(
    `SELECT case_row.id FROM case_flag JOIN case_row ON case_row.id = case_flag.case_id
     WHERE case_flag.flag = ? AND case_row.state <> 'closed'`,
  );
  const content = raw.prepare<[string, string], Parameters<typeof fileOf>[0] & { content: Buffer }>(
    "SELECT * FROM case_file WHERE case_id = ? AND id = ?",
  );
  return {
    ...caseList(raw),
    open: async (row, year, flags, tasks, event) => {
      if (flags.some((flag) => openCase.get(flag) !== undefined)) return undefined;
      return writer.open(row, year, flags, tasks, event);
    },
    step: async (id, eventSeq, event, change) => writer.step(id, eventSeq, event, change),
    task: async (id, eventSeq, task, event) => writer.task(id, eventSeq, task, event),
    addFile: async (...given) => writer.addFile(...given),
    file: async (id, file) => {
      const found = content.get(id, file);
      return found === undefined ? undefined : { file: fileOf(found), content: found.content };
    },
    whole: async (id) => whole(id),
    openCaseOf: async (flag) => openCase.get(flag)?.id,
  };
}

/** And one more: what is long overdue is looked for every second. */
export const caseOverdueIndex: readonly string[] = [
  "CREATE INDEX case_by_escalation ON case_row (due_ms) WHERE escalated_ms IS NOT NULL AND supervised_ms IS NULL",
];

/** One case by its id or number. @param raw may be opened for reading only */
export function caseReader(raw: Database.Database): (name: string) => CaseWhole | undefined {
  const whole = wholeReader(raw);
  const id = raw.prepare<[string], { id: string }>("SELECT id FROM case_row WHERE number = ?");
  return (name) => whole(id.get(name)?.id ?? name);
}

type NewEvent = Omit<CaseEvent, "seq">;

function caseWriter(raw: Database.Database, audit: Pick<AuditTable, "append">) {
  const number = raw.prepare<[number], { last: number }>(
    "INSERT INTO case_file_number VALUES (?, 1) ON CONFLICT (year) DO UPDATE SET last = last + 1 RETURNING last",
  );
  const insert = raw.prepare(
    `INSERT INTO case_row (${CASE_COLUMNS.join(", ")}) VALUES (${CASE_COLUMNS.map(() => "?").join(", ")})`,
  );
  const addFlag = raw.prepare("INSERT INTO case_flag VALUES (?, ?)");
  const addTask = raw.prepare("INSERT INTO case_task VALUES (?, ?, ?, ?, ?, ?, NULL, NULL, NULL)");
  const last = raw.prepare<[string], { seq: number | null }>(
    "SELECT max(seq) AS seq FROM case_event WHERE case_id = ?",
  );
  const addEvent = raw.prepare("INSERT INTO case_event VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  const update = raw.prepare(
    `UPDATE case_row SET ${CASE_COLUMNS.slice(2)
      .map((name) => `${name} = ?`)
      .join(", ")} WHERE id = ?`,
  );
  const current = raw.prepare<[string], CaseColumns>("SELECT * FROM case_row WHERE id = ?");
  const doTask = raw.prepare(
    "UPDATE case_task SET done_ms = ?, done_by = ?, note = ? WHERE case_id = ? AND id = ? AND done_ms IS NULL",
  );
  const addFile = raw.prepare("INSERT INTO case_file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");

  /** @returns false when another event came in between */
  const put = (id: string, after: number, { atMs, who, department, step, text, detail }: NewEvent): boolean => {
    if ((last.get(id)?.seq ?? 0) !== after) return false;
    addEvent.run(id, after + 1, atMs, who, department, step, text, JSON.stringify(detail));
    audit.append({ atMs, who, action: `case.${step}`, subject: id, detail: { text, ...detail } });
    return true;
  };
  const open = (
    row: Omit<CaseRow, "number" | "openTasks">,
    year: number,
    flags: readonly string[],
    tasks: readonly Pick<CaseTask, "id" | "department" | "zh" | "en">[],
    event: NewEvent,
  ): string => {
    const text = `${year}-${String(number.get(year)!.last).padStart(4, "0")}`;
    insert.run(...columnsOf({ ...row, number: text }));
    for (const flag of flags) addFlag.run(flag, row.id);
    tasks.forEach(({ id, department, zh, en }, place) => {
      addTask.run(row.id, place, id, department, zh, en);
    });
    put(row.id, 0, event);
    return text;
  };
  const step = (id: string, after: number, event: NewEvent, change: CaseChange): boolean => {
    const row = current.get(id);
    if (row === undefined || !put(id, after, event)) return false;
    update.run(...columnsOf({ ...caseOf({ ...row, open_tasks: 0 }), ...change }).slice(2), id);
    return true;
  };
  const task = (id: string, after: number, name: string, event: NewEvent): boolean => {
    if (doTask.run(event.atMs, event.who, event.text, id, name).changes === 0) return false;
    if (put(id, after, event)) return true;
    throw new MovedOn();
  };
  const file = (
    id: string,
    after: number,
    one: CaseFile,
    content: Uint8Array,
    event: NewEvent,
    change: CaseChange,
  ): boolean => {
    if (!step(id, after, event, change)) return false;
    addFile.run(id, one.id, one.name, one.type, one.bytes, one.sha256, one.atMs, one.who, content);
    return true;
  };
  const taskOnce = raw.transaction(task);
  return {
    open: raw.transaction(open),
    step: raw.transaction(step),
    task: (...given: Parameters<typeof task>): boolean => {
      try {
        return taskOnce(...given);
      } catch (error) {
        if (error instanceof MovedOn) return false;
        throw error;
      }
    },
    addFile: raw.transaction(file),
  };
}

/** Takes a transaction back. */
class MovedOn extends Error {}

function wholeReader(raw: Database.Database): (id: string) => CaseWhole | undefined {
  const row = raw.prepare<[string], CaseColumns & { open_tasks: number }>(
    `SELECT *, (SELECT count(*) FROM case_task WHERE case_id = case_row.id AND done_ms IS NULL) AS open_tasks
     FROM case_row WHERE id = ?`,
  );
  const flags = raw.prepare<[string], { flag: string }>("SELECT flag FROM case_flag WHERE case_id = ? ORDER BY flag");
  const events = raw.prepare<[string], Parameters<typeof eventOf>[0]>(
    "SELECT * FROM case_event WHERE case_id = ? ORDER BY seq",
  );
  const tasks = raw.prepare<[string], Parameters<typeof taskOf>[0]>(
    "SELECT * FROM case_task WHERE case_id = ? ORDER BY place",
  );
  const files = raw.prepare<[string], Parameters<typeof fileOf>[0]>(
    "SELECT id, name, type, bytes, sha256, at_ms, who FROM case_file WHERE case_id = ? ORDER BY at_ms, id",
  );
  return (id) => {
    const found = row.get(id);
    if (found === undefined) return undefined;
    return {
      row: caseOf(found),
      flags: flags.all(id).map(({ flag }) => flag),
      events: events.all(id).map(eventOf),
      tasks: tasks.all(id).map(taskOf),
      files: files.all(id).map(fileOf),
    };
  };
}
