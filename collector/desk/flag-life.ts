/**
 * The life of a flag in people's hands: open, acknowledged, under check, confirmed or dismissed, closed. Whether its
 * cause goes on is another matter, which the rules decide (`state`). Pure.
 */
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";

export const LIVES = ["open", "acknowledged", "under-check", "confirmed", "dismissed", "closed"] as const;
export type Life = (typeof LIVES)[number];

export const STEPS = ["acknowledge", "check", "confirm", "dismiss", "close", "reopen", "note"] as const;
export type Step = (typeof STEPS)[number];

interface Way {
  from: readonly Life[];
  /** null: it stays where it is */
  to: Life | null;
  needsReason: boolean;
}

const ways: Record<Step, Way> = {
  acknowledge: { from: ["open"], to: "acknowledged", needsReason: false },
  check: { from: ["open", "acknowledged"], to: "under-check", needsReason: false },
  // A judgement must say what it rests on: it may be read in court.
  confirm: { from: ["acknowledged", "under-check"], to: "confirmed", needsReason: true },
  dismiss: { from: ["open", "acknowledged", "under-check"], to: "dismissed", needsReason: true },
  close: { from: ["confirmed", "dismissed"], to: "closed", needsReason: false },
  reopen: { from: ["confirmed", "dismissed", "closed"], to: "under-check", needsReason: true },
  note: { from: LIVES, to: null, needsReason: true },
};

export interface StepError {
  code: "not-from-here" | "reason";
  message: string;
}

/**
 * Takes a step.
 * @param reason why, in the official's words
 * @returns where the flag stands after it
 */
export function take(step: Step, life: Life, reason: string | null): Result<Life, StepError> {
  const { from, to, needsReason } = ways[step];
  if (!from.includes(life)) {
    const message = `a flag that is ${life} cannot be taken to "${step}"; possible: ${possible(life).join(", ")}`;
    return fail({ code: "not-from-here", message });
  }
  if (needsReason && (reason === null || reason.trim().length < LEAST_REASON)) {
    return fail({ code: "reason", message: `"${step}" needs a reason of at least ${LEAST_REASON} characters` });
  }
  return ok(to ?? life);
}

/** Steps that can be taken from here. */
export function possible(life: Life): Step[] {
  return STEPS.filter((step) => ways[step].from.includes(life));
}

/** Whether a flag in this life is off people's hands: a new finding of its cause is then another flag. */
export function isSettled(life: Life): boolean {
  return life === "dismissed" || life === "closed";
}

/** "不属实" is three characters; less says nothing. */
const LEAST_REASON = 3;
