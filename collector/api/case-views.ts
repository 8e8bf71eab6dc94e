/** Cases as the API shows them, and what a reader may do with them. */
import { formatTime } from "@forecourt/protocol/time.ts";
import { actorOf } from "../access/actor.ts";
import { departmentsOf, may, type Reader, reaches } from "../access/reader.ts";
import { type CaseStep, possibleSteps, stepBy } from "../cases/life.ts";
import type { CaseFile, CaseFilter, CaseRow, CaseWhole } from "../cases/store.ts";
import { dueState } from "../cases/terms.ts";
import type { Case, CaseDetail } from "./case-schemas.ts";

/** What a view needs beside the row. */
export interface CaseViewing {
  /** epoch ms */
  nowMs: number;
  /** what a unit is called */
  unitName: (id: string) => string | null;
}

export function caseView(row: CaseRow, { nowMs, unitName }: CaseViewing): Case {
  const { id, number, station, county, nature, origin, title, state, lead, together, major, outcome } = row;
  const { assignee, reportedBy, reportedMs, stateSinceMs, dueMs, warnMs } = row;
  return {
    ...{ id, number, station, county, nature, origin, title, state, lead, together, major, outcome },
    ...{ assignee, reportedBy, unit: row.unit === null ? null : unitName(row.unit) },
    reportedAt: formatTime(reportedMs),
    stateSince: formatTime(stateSinceMs),
    dueAt: dueMs === null ? null : formatTime(dueMs),
    due: dueState(dueMs, warnMs, nowMs),
  };
}

export function caseDetailView(
  { row, flags, events, tasks, files }: CaseWhole,
  reader: Reader,
  viewing: CaseViewing,
): CaseDetail {
  return {
    ...caseView(row, viewing),
    flags,
    possible: possibleSteps(row.state).filter((step) => mayTake(reader, row, step)),
    after: events.length,
    events: events.map(({ atMs, who, department, step, text, detail }) => {
      return { at: formatTime(atMs), by: who, department, step, text, detail };
    }),
    tasks: tasks.map(({ id, department, zh, en, doneMs, doneBy, note }) => {
      return { id, department, text: { zh, en }, doneAt: doneMs === null ? null : formatTime(doneMs), doneBy, note };
    }),
    files: files.map(caseFileView),
  };
}

export function caseFileView({ id, name, type, bytes, sha256, atMs, who }: CaseFile) {
  return { id, name, type, bytes, sha256, at: formatTime(atMs), by: who };
}

/**
 * Whether the reader sees a case: it lies in the counties, and a department of the reader's leads or handles it. Whoever
 * reported it follows what becomes of it.
 */
export function seesCase(reader: Reader, { county, lead, together, reportedBy }: CaseRow): boolean {
  if (reader.counties !== "all" && !reader.counties.has(county)) return false;
  if (may(reader, "cases:view") && reportedBy === actorOf(reader, undefined)) return true;
  return [lead, ...together].some((department) => reaches(reader, "cases:view", department));
}

/** Whether a step is the reader's to take. */
export function mayTake(reader: Reader, { lead, together }: CaseRow, step: CaseStep): boolean {
  switch (stepBy(step)) {
    case "dispatcher":
      return may(reader, "cases:dispatch");
    case "lead":
      return reaches(reader, "cases:handle", lead);
    default:
      return [lead, ...together].some((department) => reaches(reader, "cases:handle", department));
  }
}

/** What of all cases a reader is shown. */
export function caseScope(reader: Reader): Pick<CaseFilter, "counties" | "departments" | "reportedBy"> {
  const departments = departmentsOf(reader, "cases:view");
  return {
    ...(reader.counties === "all" ? {} : { counties: [...reader.counties] }),
    ...(departments === "all" ? {} : { departments: [...departments], reportedBy: actorOf(reader, undefined) }),
  };
}
