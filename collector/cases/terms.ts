/** How long each stage of a case may take, in working days. */
import type { CaseState } from "./life.ts";

export const CASE_NATURES = ["technical", "violation", "coordination"] as const;
/** technical: equipment; violation: a rule of the regulation broken on purpose; coordination: several departments */
export type CaseNature = (typeof CASE_NATURES)[number];

interface Terms {
  /** to be assigned and accepted */
  accept: number;
  /** from acceptance to the answer */
  answer: number;
  /** from the answer to the end */
  close: number;
}

/**
 * Article 8(3) gives three working days to solve a technical problem. The others are ours: a day until somebody holds the
 * case, the fortnight that an inspection with a report takes, and three days to tell whoever reported it.
 */
const TERMS: Record<CaseNature, Terms> = {
  technical: { accept: 1, answer: 3, close: 3 },
  violation: { accept: 1, answer: 15, close: 3 },
  coordination: { accept: 1, answer: 10, close: 3 },
};

/** Working days that a case may stay in its state; undefined: no term runs. */
export function termOf(nature: CaseNature, state: CaseState): number | undefined {
  const { accept, answer, close } = TERMS[nature];
  switch (state) {
    case "reported":
    case "assigned":
      return accept;
    case "handling":
      return answer;
    case "answered":
    case "fed-back":
      return close;
    default:
      return undefined;
  }
}

export type DueState = "none" | "in-time" | "soon" | "overdue";

/**
 * How a case stands to its term.
 * @param warnMs from when on it is told that the term ends soon, epoch ms
 */
export function dueState(dueMs: number | null, warnMs: number | null, nowMs: number): DueState {
  if (dueMs === null) return "none";
  if (nowMs > dueMs) return "overdue";
  return warnMs !== null && nowMs >= warnMs ? "soon" : "in-time";
}
