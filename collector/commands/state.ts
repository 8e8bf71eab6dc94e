/** How far a command has come. Pure. */
import type { CommandOutcome } from "@forecourt/protocol/commands/schema.ts";

/** `issued` until the gateway has answered; `expired` when it never did in time. */
export type CommandState = "issued" | "expired" | CommandOutcome;

/**
 * What an answer makes of a command. An end is an end: a repeated or late answer does not open a command again.
 * @returns undefined when nothing changes
 */
export function afterAnswer(state: CommandState, outcome: CommandOutcome): CommandState | undefined {
  if (state !== "issued" && state !== "accepted") return undefined;
  return state === outcome ? undefined : outcome;
}

/** The state as of now: what was never answered has expired. */
export function stateNow(state: CommandState, expiresMs: number, nowMs: number): CommandState {
  return state === "issued" && nowMs > expiresMs ? "expired" : state;
}
