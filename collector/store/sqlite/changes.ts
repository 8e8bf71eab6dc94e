/** Filed changes in SQLite: each step with its audit entry and the filings that it makes, in one commit. */
import type Database from "better-sqlite3";
import type { AuditTable } from "../../audit/table.ts";
import type { ChangeStore, FiledChange } from "../../registry/change-store.ts";
import { filingWriter } from "./filings.ts";

/** The step of the schema. */
export const changeTables: readonly string[] = [
  `CREATE TABLE registry_change (no INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, station TEXT NOT NULL,
    state TEXT NOT NULL, body TEXT NOT NULL) STRICT`,
  "CREATE INDEX registry_change_by_station ON registry_change (station, no)",
];

type Row = { no: number; body: string };

/** @param audit of the same database */
export function sqliteChanges(raw: Database.Database, audit: Pick<AuditTable, "append">): ChangeStore {
  const insert = raw.prepare("INSERT INTO registry_change (id, station, state, body) VALUES (?, ?, ?, ?)");
  const update = raw.prepare("UPDATE registry_change SET state = ?, body = ? WHERE id = ? AND state = ?");
  const one = raw.prepare<[string], Row>("SELECT no, body FROM registry_change WHERE id = ?");
  // Each condition may be left out; counties come as a JSON array.
  const page = raw.prepare<[object], Row>(
    `SELECT no, body FROM registry_change WHERE no < @before AND (@station IS NULL OR station = @station)
       AND (@state IS NULL OR state = @state)
       AND (@counties IS NULL OR substr(station, 1, 6) IN (SELECT value FROM json_each(@counties)))
     ORDER BY no DESC LIMIT @limit`,
  );
  const addFiling = filingWriter(raw);
  const noteOf = ({ id, station, kind, subject, workOrder, decision }: FiledChange) => {
    return { subject: station, detail: { id, kind, of: subject, workOrder, why: decision?.why ?? null } };
  };
  const file = raw.transaction((change: FiledChange) => {
    insert.run(change.id, change.station, change.state, JSON.stringify(change));
    audit.append({ atMs: change.filedMs, who: change.filedBy.name, action: "registry.file", ...noteOf(change) });
  });
  const move = raw.transaction((change: FiledChange, from: string, told: Parameters<ChangeStore["move"]>[2]) => {
    const { atMs, by, filings } = told;
    if (update.run(change.state, JSON.stringify(change), change.id, from).changes === 0) return undefined;
    audit.append({ atMs, who: by.name, action: `registry.${change.state}`, ...noteOf(change) });
    return filings.map((filing) => {
      const input = addFiling(filing, atMs);
      if (input === undefined) throw new Error(`filing ${filing.id} was there before its change was approved`);
      return input;
    });
  });
  return {
    file: async (change) => file(change),
    get: async (id) => {
      const row = one.get(id);
      return row === undefined ? undefined : (JSON.parse(row.body) as FiledChange);
    },
    list: async ({ station = null, state = null, counties }, { limit, before = Number.MAX_SAFE_INTEGER }) => {
      const scope = counties === undefined ? null : JSON.stringify(counties);
      const rows = page.all({ station, state, counties: scope, limit, before });
      return rows.map(({ no, body }) => ({ no, change: JSON.parse(body) as FiledChange }));
    },
    move: async (change, from, told) => move.immediate(change, from, told),
  };
}
