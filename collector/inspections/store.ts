/** What is kept of daily inspections: one row a station and day, and everything that was done to it, only ever added to. */
import type { Note } from "../access/store.ts";
import type { CheckResult, CheckState } from "./checks.ts";

export const INSPECTION_STEPS = ["made", "recheck", "finding", "remark", "confirm"] as const;
export type InspectionStep = (typeof INSPECTION_STEPS)[number];

export interface Inspection {
  station: string;
  /** such as 2026-03-02, in the prefecture */
  day: string;
  county: string;
  /** epoch ms */
  madeMs: number;
  worst: CheckState;
  checks: CheckResult[];
  confirmedMs: number | null;
  /** real name and sign-in name */
  confirmedBy: string | null;
}

export interface InspectionEvent {
  atMs: number;
  who: string;
  step: InspectionStep;
  text: string | null;
  /** id of the case that a finding became */
  caseId: string | null;
  /** of a repeated check */
  checks: CheckResult[] | null;
}

export interface DayCount {
  day: string;
  made: number;
  confirmed: number;
  /** with a check that is bad or cannot be told */
  wrong: number;
}

/** What is told of a day, once. */
export const TOLD = ["ready", "remind", "escalate"] as const;
export type Told = (typeof TOLD)[number];

export interface InspectionStore {
  /** Stations of which the day's inspection is there. */
  made(day: string): ReadonlySet<string>;
  /** Adds inspections that are not there yet, with their entry in the audit log, in one transaction. */
  add(rows: readonly Omit<Inspection, "confirmedMs" | "confirmedBy">[], note: Note): void;
  one(station: string, day: string): Inspection | undefined;
  /** @param counties undefined: all */
  ofDay(day: string, counties: readonly string[] | undefined): Inspection[];
  /** Of one station, the newest first. */
  ofStation(station: string, fromDay: string, untilDay: string): Inspection[];
  events(station: string, day: string): InspectionEvent[];
  /** How many there are a day, the newest first; days without any are left out. */
  days(fromDay: string, untilDay: string, counties: readonly string[] | undefined): DayCount[];
  /** Adds what was done. @returns false when it is a confirmation and somebody has confirmed already */
  put(station: string, day: string, event: InspectionEvent, note: Note): boolean;
  /** How many of a day are not confirmed, by county. */
  open(day: string): { county: string; count: number; wrong: number }[];
  /** Puts what is to be told into the outbox. @returns false when it was told already */
  tell(day: string, told: Told, atMs: number, details: readonly string[]): boolean;
  /** Batches of the gateways refused since, open flags of the rules, and ends of certificates. */
  refusedSince(gateways: readonly string[], sinceMs: number): number;
  openFlags(station: string, rules: readonly string[]): number;
  certificateUntil(gateway: string): number | null;
}
