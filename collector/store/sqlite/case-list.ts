/** Lists of cases. */
import type Database from "better-sqlite3";
import type { CaseFilter, CaseStore } from "../../cases/store.ts";
import { type CaseColumns, caseOf } from "./case-rows.ts";

type Row = CaseColumns & { open_tasks: number };

const SELECT = `SELECT *, (SELECT count(*) FROM case_task WHERE case_id = case_row.id AND done_ms IS NULL) AS open_tasks
  FROM case_row`;

export function caseList(raw: Database.Database): Pick<CaseStore, "list" | "toRemind" | "toEscalate" | "toSupervise"> {
  const due = raw.prepare<[number, number], Row>(
    `${SELECT} WHERE due_ms IS NOT NULL AND escalated_ms IS NULL AND due_ms < ? ORDER BY due_ms LIMIT ?`,
  );
  // A term of one day is told from its beginning by the step that began it.
  const soon = raw.prepare<[number, number, number], Row>(
    `${SELECT} WHERE reminded_ms IS NULL AND warn_ms <= ? AND warn_ms > state_since_ms AND due_ms >= ?
     ORDER BY due_ms LIMIT ?`,
  );
  const long = raw.prepare<[number, number], Row>(
    `${SELECT} WHERE escalated_ms IS NOT NULL AND supervised_ms IS NULL AND due_ms < ? ORDER BY due_ms LIMIT ?`,
  );
  return {
    list: async (filter, limit, before) => {
      const { where, values } = conditions(filter);
      if (before !== undefined) {
        where.push("(reported_ms, id) < (?, ?)");
        values.push(before.reportedMs, before.id);
      }
      const only = where.length === 0 ? "" : `WHERE ${where.join(" AND ")}`;
      const text = `${SELECT} ${only} ORDER BY reported_ms DESC, id DESC LIMIT ?`;
      return raw
        .prepare<(string | number)[], Row>(text)
        .all(...values, limit)
        .map(caseOf);
    },
    toRemind: async (nowMs, limit) => soon.all(nowMs, nowMs, limit).map(caseOf),
    toEscalate: async (nowMs, limit) => due.all(nowMs, limit).map(caseOf),
    toSupervise: async (dueBeforeMs, limit) => long.all(dueBeforeMs, limit).map(caseOf),
  };
}

/** Every value from outside stands in a parameter. */
function conditions(filter: CaseFilter): { where: string[]; values: (string | number)[] } {
  const where: string[] = [];
  const values: (string | number)[] = [];
  const add = (text: string, ...own: (string | number)[]) => {
    where.push(text);
    values.push(...own);
  };
  const { counties, departments, reportedBy, state, station, open, overdueAtMs } = filter;
  if (counties !== undefined) add("county IN (SELECT value FROM json_each(?))", JSON.stringify(counties));
  if (departments !== undefined) {
    const list = JSON.stringify(departments);
    add(
      `(lead IN (SELECT value FROM json_each(?)) OR reported_by = ?
        OR EXISTS (SELECT 1 FROM json_each(together) WHERE value IN (SELECT value FROM json_each(?))))`,
      list,
      reportedBy ?? "",
      list,
    );
  }
  if (state !== undefined) add("state = ?", state);
  if (station !== undefined) add("station = ?", station);
  if (open !== undefined) add(open ? "state <> 'closed'" : "state = 'closed'");
  if (overdueAtMs !== undefined) add("due_ms < ?", overdueAtMs);
  return { where, values };
}
