/**
 * What a notice is: one thing that happened, in few words, with the function and departments that somebody must reach to
 * be told. It names stations and numbers, not people. Pure.
 */
import type { Department } from "../access/departments.ts";
import type { FunctionName } from "../access/functions.ts";
import { may, type Reader, reaches } from "../access/reader.ts";
import type { Severity, Text } from "../rules/rule.ts";

export const NOTICE_SEVERITIES = ["notice", "medium", "high"] as const satisfies readonly Severity[];

/** What notices are about, as people choose them; one's own flags may be chosen by rule or group of rules as well. */
export const TOPICS = ["flags", "flags.others", "cases", "inspections", "requests", "system"] as const;
export type Topic = (typeof TOPICS)[number];

export interface Notice {
  id: string;
  /** names the event: there is one notice of it */
  key: string;
  topic: Exclude<Topic, "flags.others">;
  /** the rule, of a flag */
  rule: string | null;
  severity: Severity;
  /** may come through quiet hours where somebody allows that */
  urgent: boolean;
  station: string | null;
  /** six digits; null: of no county */
  county: string | null;
  /** the function that one must hold, */
  needs: FunctionName;
  /** reaching one of these departments; null: any */
  departments: readonly Department[] | null;
  /** one line, for all channels */
  title: Text;
  /** some lines more: on screen and by e-mail only */
  text: Text;
  /** path of the page, for example /flags/f-1 */
  link: string;
  /** epoch ms */
  atMs: number;
}

/** How a notice concerns somebody: their own matter, another's that they may see, or not at all. */
export type Concern = "own" | "others" | "none";

/** A notice before it has an id, and whom it concerns beside who may see it. */
export interface Draft {
  notice: Omit<Notice, "id">;
  /** of somebody who sees it */
  concern: (reader: Reader) => Concern;
}

/** Whether somebody may be told: by county, function and department. Asked again when it is sent. */
export function seesNotice(reader: Reader, { county, needs, departments }: Omit<Notice, "id">): boolean {
  if (county !== null && reader.counties !== "all" && !reader.counties.has(county)) return false;
  if (departments === null) return may(reader, needs);
  return departments.some((department) => reaches(reader, needs, department));
}
