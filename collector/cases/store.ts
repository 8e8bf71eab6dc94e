/** What is kept of cases. */
import type { Department } from "../access/departments.ts";
import type { CaseState, CaseStep, Outcome } from "./life.ts";
import type { CaseNature } from "./terms.ts";

export const CASE_ORIGINS = ["flag", "report", "inspection"] as const;
export type CaseOrigin = (typeof CASE_ORIGINS)[number];

export interface CaseRow {
  id: string;
  /** `2026-0001`, counted by year */
  number: string;
  station: string | null;
  /** six digits */
  county: string;
  nature: CaseNature;
  origin: CaseOrigin;
  title: string;
  state: CaseState;
  lead: Department;
  /** id of the unit of the lead's department whose it is; null: whoever of the department takes it */
  unit: string | null;
  together: Department[];
  major: boolean;
  outcome: Outcome | null;
  hasReport: boolean;
  openTasks: number;
  /** who works on it, by name; null until accepted */
  assignee: string | null;
  reportedBy: string;
  reportedMs: number;
  stateSinceMs: number;
  /** when the term of its state ends, and from when on that is soon; null: no term runs */
  dueMs: number | null;
  warnMs: number | null;
  /** when it was told that the term is over; null: not told in this state */
  escalatedMs: number | null;
  /** when it was reminded of the term's end, and when somebody above was told that nothing followed, in this state */
  remindedMs: number | null;
  supervisedMs: number | null;
}

export interface CaseEvent {
  /** 1, 2, 3 … within the case */
  seq: number;
  atMs: number;
  who: string;
  department: Department | null;
  step: CaseStep | "report" | "file" | "special-report" | "reminded" | "escalated" | "supervised";
  text: string | null;
  /** what else belongs to it, for example the outcome, the department, a file's id */
  detail: Record<string, string | number | boolean | null>;
}

export interface CaseTask {
  id: string;
  department: Department;
  zh: string;
  en: string;
  doneMs: number | null;
  doneBy: string | null;
  note: string | null;
}

export interface CaseFile {
  id: string;
  name: string;
  type: string;
  bytes: number;
  /** hexadecimal */
  sha256: string;
  atMs: number;
  who: string;
}

/** Everything of one case but the bytes of its files. */
export interface CaseWhole {
  row: CaseRow;
  flags: string[];
  events: CaseEvent[];
  tasks: CaseTask[];
  files: CaseFile[];
}

/** What changes of a case by one step. */
export type CaseChange = Partial<Omit<CaseRow, "id" | "number" | "openTasks">>;

export interface CaseFilter {
  /** counties that the reader sees; undefined: all */
  counties?: readonly string[] | undefined;
  /** led by or handled together with one of these; undefined: all */
  departments?: readonly Department[] | undefined;
  /** besides those of the departments: reported by this person */
  reportedBy?: string | undefined;
  state?: CaseState | undefined;
  station?: string | undefined;
  open?: boolean | undefined;
  /** overdue at this moment, epoch ms */
  overdueAtMs?: number | undefined;
}

export interface CaseStore {
  /** Opens a case with its first event and its tasks. @returns its number; undefined when a flag has an open case already */
  open(
    row: Omit<CaseRow, "number" | "openTasks">,
    year: number,
    flags: readonly string[],
    tasks: readonly Omit<CaseTask, "doneMs" | "doneBy" | "note">[],
    event: Omit<CaseEvent, "seq">,
  ): Promise<string | undefined>;
  /**
   * Puts down an event with what it changes, and with its entry in the audit log, in one transaction.
   * @returns false when the case has moved on since `eventSeq`, the last event that the caller knew
   */
  step(id: string, eventSeq: number, event: Omit<CaseEvent, "seq">, change: CaseChange): Promise<boolean>;
  /** Marks a task as done, as {@link step}. */
  task(id: string, eventSeq: number, task: string, event: Omit<CaseEvent, "seq">): Promise<boolean>;
  /** Keeps a file with the event that tells of it and what it changes. */
  addFile(
    id: string,
    eventSeq: number,
    file: CaseFile,
    content: Uint8Array,
    event: Omit<CaseEvent, "seq">,
    change: CaseChange,
  ): Promise<boolean>;
  file(id: string, file: string): Promise<{ file: CaseFile; content: Uint8Array } | undefined>;
  whole(id: string): Promise<CaseWhole | undefined>;
  /** The case of a flag that is not closed. */
  openCaseOf(flag: string): Promise<string | undefined>;
  list(filter: CaseFilter, limit: number, before?: { reportedMs: number; id: string }): Promise<CaseRow[]>;
  /** Cases whose term ends soon and of which that was not told yet. */
  toRemind(nowMs: number, limit: number): Promise<CaseRow[]>;
  /** Cases whose term is over and of which that was not told yet. */
  toEscalate(nowMs: number, limit: number): Promise<CaseRow[]>;
  /** Cases of which that was told, and nobody above was yet. @param dueBeforeMs whose term ended before this */
  toSupervise(dueBeforeMs: number, limit: number): Promise<CaseRow[]>;
}
