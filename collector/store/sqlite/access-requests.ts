/** Requests for access and the calendar in SQLite. */
import type Database from "better-sqlite3";
import type { SpecialDay } from "../../access/calendar.ts";
import type { AccessRequest, RequestStore } from "../../access/request-store.ts";
import type { Note } from "../../access/store.ts";
import type { AuditTable } from "../../audit/table.ts";

/** The step of the schema. */
export const requestTables: readonly string[] = [
  `CREATE TABLE access_request (id TEXT PRIMARY KEY, filedMs INTEGER NOT NULL, state TEXT NOT NULL,
    body TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  "CREATE INDEX access_request_by_time ON access_request (filedMs DESC)",
  `CREATE TABLE calendar_day (day TEXT PRIMARY KEY, working INTEGER NOT NULL, name TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE TABLE calendar_year (year INTEGER PRIMARY KEY) STRICT`,
];

/** Requests shown; older ones stay in the table and in the audit log. */
const MOST_REQUESTS = 1_000;

export function sqliteRequests(raw: Database.Database, audit: AuditTable): RequestStore {
  const together = (note: Note, work: () => void) =>
    raw.transaction(() => {
      work();
      audit.append(note);
    })();
  const all = raw.prepare<[number], { body: string }>("SELECT body FROM access_request ORDER BY filedMs DESC LIMIT ?");
  const one = raw.prepare<[string], { body: string }>("SELECT body FROM access_request WHERE id = ?");
  const save = raw.prepare("INSERT OR REPLACE INTO access_request VALUES (@id, @filedMs, @state, @body)");
  const read = ({ body }: { body: string }) => JSON.parse(body) as AccessRequest;

  const days = raw.prepare<[], { day: string; working: number; name: string }>(
    "SELECT * FROM calendar_day ORDER BY day",
  );
  const years = raw.prepare<[], { year: number }>("SELECT year FROM calendar_year ORDER BY year");
  const addYear = raw.prepare("INSERT OR IGNORE INTO calendar_year VALUES (?)");
  const addDay = raw.prepare("INSERT OR IGNORE INTO calendar_day VALUES (?, ?, ?)");
  const setDay = raw.prepare("INSERT OR REPLACE INTO calendar_day VALUES (?, ?, ?)");
  const clearDay = raw.prepare("DELETE FROM calendar_day WHERE day = ?");
  const columns = ({ day, working, name }: SpecialDay) => [day, working ? 1 : 0, name];
  return {
    requests: () => all.all(MOST_REQUESTS).map(read),
    request: (id) => {
      const row = one.get(id);
      return row === undefined ? undefined : read(row);
    },
    saveRequest: (request, note) =>
      together(note, () => {
        const { id, filedMs, state } = request;
        save.run({ id, filedMs, state, body: JSON.stringify(request) });
      }),
    specialDays: () => days.all().map(({ day, working, name }) => ({ day, working: working === 1, name })),
    years: () => years.all().map(({ year }) => year),
    addYear: (year, list, note) =>
      together(note, () => {
        addYear.run(year);
        for (const day of list) addDay.run(...columns(day));
      }),
    setDay: (day, note) => together(note, () => setDay.run(...columns(day))),
    clearDay: (day, note) => together(note, () => clearDay.run(day)),
  };
}
