/** Rows of cases as values, and back. */
import type { Department } from "../../access/departments.ts";
import type { CaseEvent, CaseFile, CaseRow, CaseTask } from "../../cases/store.ts";

export interface CaseColumns {
  id: string;
  number: string;
  station: string | null;
  county: string;
  nature: string;
  origin: string;
  title: string;
  state: string;
  lead: string;
  together: string;
  major: number;
  outcome: string | null;
  has_report: number;
  assignee: string | null;
  reported_by: string;
  reported_ms: number;
  state_since_ms: number;
  due_ms: number | null;
  warn_ms: number | null;
  escalated_ms: number | null;
  unit: string | null;
  reminded_ms: number | null;
  supervised_ms: number | null;
}

/** In the table's order; the first two never change. */
export const CASE_COLUMNS = [
  "id",
  "number",
  "station",
  "county",
  "nature",
  "origin",
  "title",
  "state",
  "lead",
  "together",
  "major",
  "outcome",
  "has_report",
  "assignee",
  "reported_by",
  "reported_ms",
  "state_since_ms",
  "due_ms",
  "warn_ms",
  "escalated_ms",
  "unit",
  "reminded_ms",
  "supervised_ms",
] as const satisfies readonly (keyof CaseColumns)[];

/** The values of {@link CASE_COLUMNS}. */
export function columnsOf(row: Omit<CaseRow, "openTasks">): (string | number | null)[] {
  return [
    row.id,
    row.number,
    row.station,
    row.county,
    row.nature,
    row.origin,
    row.title,
    row.state,
    row.lead,
    JSON.stringify(row.together),
    row.major ? 1 : 0,
    row.outcome,
    row.hasReport ? 1 : 0,
    row.assignee,
    row.reportedBy,
    row.reportedMs,
    row.stateSinceMs,
    row.dueMs,
    row.warnMs,
    row.escalatedMs,
    row.unit,
    row.remindedMs,
    row.supervisedMs,
  ];
}

export function caseOf(row: CaseColumns & { open_tasks: number }): CaseRow {
  return {
    id: row.id,
    number: row.number,
    station: row.station,
    county: row.county,
    nature: row.nature as CaseRow["nature"],
    origin: row.origin as CaseRow["origin"],
    title: row.title,
    state: row.state as CaseRow["state"],
    lead: row.lead as Department,
    together: JSON.parse(row.together) as Department[],
    major: row.major === 1,
    outcome: row.outcome as CaseRow["outcome"],
    hasReport: row.has_report === 1,
    openTasks: row.open_tasks,
    assignee: row.assignee,
    reportedBy: row.reported_by,
    reportedMs: row.reported_ms,
    stateSinceMs: row.state_since_ms,
    dueMs: row.due_ms,
    warnMs: row.warn_ms,
    escalatedMs: row.escalated_ms,
    unit: row.unit,
    remindedMs: row.reminded_ms,
    supervisedMs: row.supervised_ms,
  };
}

export function eventOf(row: {
  seq: number;
  at_ms: number;
  who: string;
  department: string | null;
  step: string;
  text: string | null;
  detail: string;
}): CaseEvent {
  const { seq, who, text } = row;
  return {
    seq,
    atMs: row.at_ms,
    who,
    department: row.department as Department | null,
    step: row.step as CaseEvent["step"],
    text,
    detail: JSON.parse(row.detail) as CaseEvent["detail"],
  };
}

export function taskOf(row: {
  id: string;
  department: string;
  zh: string;
  en: string;
  done_ms: number | null;
  done_by: string | null;
  note: string | null;
}): CaseTask {
  const { id, zh, en, note } = row;
  return { id, department: row.department as Department, zh, en, doneMs: row.done_ms, doneBy: row.done_by, note };
}

export function fileOf(row: {
  id: string;
  name: string;
  type: string;
  bytes: number;
  sha256: string;
  at_ms: number;
  who: string;
}): CaseFile {
  const { id, name, type, bytes, sha256, who } = row;
  return { id, name, type, bytes, sha256, atMs: row.at_ms, who };
}
