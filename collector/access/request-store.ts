/** Requests for access and the calendar, as they are kept. */
import type { SpecialDay } from "./calendar.ts";
import type { FunctionName } from "./functions.ts";
import type { Note } from "./store.ts";

/** filed → approved or refused; approved → done once what was asked is carried out. */
export const REQUEST_STATES = ["filed", "approved", "refused", "withdrawn", "done"] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

export interface AccessRequest {
  id: string;
  /** for a person: roles; for a machine: functions */
  kind: "person" | "machine";
  unit: string;
  /** a person's sign-in name; a machine's name */
  login: string;
  /** a person's real name; what a machine is for */
  name: string;
  roles: readonly string[];
  functions: readonly FunctionName[];
  /** null: all of the unit's */
  counties: readonly string[] | null;
  reason: string;
  filedBy: string;
  filedMs: number;
  dueMs: number;
  /** whether the calendar knew every day up to then */
  isCovered: boolean;
  state: RequestState;
  decidedBy: string | null;
  decidedMs: number | null;
  decision: string | null;
  doneMs: number | null;
  remindedMs: number | null;
  escalatedMs: number | null;
}

export interface RequestStore {
  requests(): AccessRequest[];
  request(id: string): AccessRequest | undefined;
  /** Adds a request, or writes it anew. */
  saveRequest(request: AccessRequest, note: Note): void;

  specialDays(): SpecialDay[];
  years(): number[];
  /** Enters a year's days; days of it that stand already are kept. */
  addYear(year: number, days: readonly SpecialDay[], note: Note): void;
  setDay(day: SpecialDay, note: Note): void;
  /** The day is again what its day of the week says. */
  clearDay(day: string, note: Note): void;
}
