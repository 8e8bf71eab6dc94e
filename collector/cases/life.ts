/**
 * The life of a case: reported, assigned, in handling, answered with a result, fed back, closed. One department leads it;
 * others handle it together with the lead. Pure. (Article 8(3): report, assignment, joint handling, feedback; Article 15.)
 */
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { Department } from "../access/departments.ts";

export const CASE_STATES = ["reported", "assigned", "handling", "answered", "fed-back", "closed"] as const;
export type CaseState = (typeof CASE_STATES)[number];

export const CASE_STEPS = [
  "assign",
  "accept",
  "hand-over",
  "invite",
  "comment",
  "remote-check",
  "site-visit",
  "task",
  "mark-major",
  "answer",
  "feed-back",
  "return",
  "close",
  "reopen",
] as const;
export type CaseStep = (typeof CASE_STEPS)[number];

export const OUTCOMES = ["confirmed", "dismissed", "mended", "passed-on"] as const;
/** confirmed, dismissed: what was suspected is so or is not; mended: a fault that is gone; passed-on: to another authority */
export type Outcome = (typeof OUTCOMES)[number];

/** Who may take a step: whoever gives cases out, the lead alone, the lead and whoever handles it together with it. */
export type StepBy = "dispatcher" | "lead" | "handlers";

interface Way {
  from: readonly CaseState[];
  /** null: it stays where it is */
  to: CaseState | null;
  by: StepBy;
  needsText: boolean;
}

const WORKING: readonly CaseState[] = ["assigned", "handling"];
const ALIVE: readonly CaseState[] = ["reported", "assigned", "handling", "answered", "fed-back"];

const ways: Record<CaseStep, Way> = {
  // Also away from another: the new lead accepts it anew.
  assign: { from: ["reported", "assigned", "handling"], to: "assigned", by: "dispatcher", needsText: false },
  accept: { from: ["assigned"], to: "handling", by: "lead", needsText: false },
  // By the lead itself, who goes on to handle it together with the new one (Article 10: matters are passed on).
  "hand-over": { from: WORKING, to: "assigned", by: "lead", needsText: true },
  invite: { from: WORKING, to: null, by: "lead", needsText: false },
  comment: { from: CASE_STATES, to: null, by: "handlers", needsText: true },
  "remote-check": { from: ["handling"], to: null, by: "handlers", needsText: true },
  "site-visit": { from: ["handling"], to: null, by: "handlers", needsText: true },
  task: { from: ["handling"], to: null, by: "handlers", needsText: false },
  "mark-major": { from: ALIVE, to: null, by: "lead", needsText: true },
  answer: { from: ["handling"], to: "answered", by: "lead", needsText: true },
  // To whoever reported it, who says in turn whether that settles it.
  "feed-back": { from: ["answered"], to: "fed-back", by: "dispatcher", needsText: true },
  return: { from: ["answered", "fed-back"], to: "handling", by: "dispatcher", needsText: true },
  close: { from: ["fed-back"], to: "closed", by: "dispatcher", needsText: false },
  reopen: { from: ["closed"], to: "handling", by: "dispatcher", needsText: true },
};

/** What of a case decides which steps can be taken. */
export interface CaseStanding {
  state: CaseState;
  lead: Department;
  together: readonly Department[];
  major: boolean;
  outcome: Outcome | null;
  /** a special report is filed; a major case is not closed without one (Article 8(3)) */
  hasReport: boolean;
  /** tasks of the procedure that are not done */
  openTasks: number;
}

export interface StepFacts {
  step: CaseStep;
  text: string | null;
  /** the new lead (assign, hand-over), or who is to handle it together (invite) */
  department?: Department | undefined;
  outcome?: Outcome | undefined;
}

export interface CaseStepError {
  code: "not-from-here" | "text" | "department" | "outcome" | "report" | "tasks";
  message: string;
  cure: string;
}

const LEAST_TEXT = 2;

/** Takes a step. @returns how the case stands after it */
export function takeStep(standing: CaseStanding, facts: StepFacts): Result<CaseStanding, CaseStepError> {
  const { step, text, department, outcome } = facts;
  const { from, to, needsText } = ways[step];
  if (!from.includes(standing.state)) {
    const cure = `Possible: ${possibleSteps(standing.state).join(", ")}.`;
    return fail({ code: "not-from-here", message: `a case that is ${standing.state} cannot take "${step}"`, cure });
  }
  if (needsText && (text ?? "").trim().length < LEAST_TEXT) {
    return fail({ code: "text", message: `"${step}" needs a text`, cure: "Say what was seen or done, and why." });
  }
  const moved = { ...standing, state: to ?? standing.state };
  switch (step) {
    case "assign":
    case "hand-over":
    case "invite":
      return department === undefined
        ? fail({ code: "department", message: `"${step}" needs a department`, cure: "Name the department." })
        : ok(withDepartment(moved, step, department));
    case "answer":
      return outcome === undefined
        ? fail({ code: "outcome", message: "an answer needs an outcome", cure: `One of: ${OUTCOMES.join(", ")}.` })
        : ok({ ...moved, outcome });
    case "mark-major":
      return ok({ ...moved, major: true });
    case "return":
    case "reopen":
      return ok({ ...moved, outcome: null });
    case "close":
      return closable(moved);
    default:
      return ok(moved);
  }
}

function withDepartment(
  standing: CaseStanding,
  step: "assign" | "hand-over" | "invite",
  department: Department,
): CaseStanding {
  const others = standing.together.filter((one) => one !== department);
  if (step === "assign") return { ...standing, lead: department, together: others };
  if (step === "hand-over") {
    const before = standing.lead === department ? [] : [standing.lead];
    return { ...standing, lead: department, together: [...others, ...before] };
  }
  return department === standing.lead ? standing : { ...standing, together: [...others, department] };
}

function closable(standing: CaseStanding): Result<CaseStanding, CaseStepError> {
  if (standing.major && !standing.hasReport) {
    const cure = "File the special report first.";
    return fail({ code: "report", message: "a major case is not closed without its special report", cure });
  }
  if (standing.openTasks > 0) {
    const cure = "Do them, or note at each why it falls away.";
    return fail({ code: "tasks", message: `${standing.openTasks} tasks of the procedure are open`, cure });
  }
  return ok(standing);
}

/** Steps that can be taken from a state. */
export function possibleSteps(state: CaseState): CaseStep[] {
  return CASE_STEPS.filter((step) => ways[step].from.includes(state));
}

/** Who may take a step. */
export const stepBy = (step: CaseStep): StepBy => ways[step].by;
