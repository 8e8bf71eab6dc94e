/**
 * What the launcher starts. Whatever was interrupted is put right here: a switch that was noted and not made, a version
 * that ended too often, a roll-back that was half done, a slot that is not as it was signed.
 */
import type { UpdateFiles } from "./files.ts";
import { type Place, placeWanted, type Slot } from "./state.ts";

export interface NextStart {
  place: Place;
  /** the version is on trial: it is watched */
  trialMs: number | undefined;
}

/** Trial, previous slot, factory: each can be found wanting once. */
const MOST_ROUNDS = 4;

/** @param problemOf what is wrong with a slot, if anything */
export function nextStart(
  files: UpdateFiles,
  problemOf: (slot: Slot) => string | undefined,
  log: (message: string, details: Record<string, unknown>) => void,
): NextStart {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const state = files.advance({ event: "started" });
    const wanted = state === undefined ? undefined : placeWanted(state);
    if (wanted !== undefined && files.current() !== wanted) files.switchTo(wanted);
    if (state?.phase === "rolling-back") {
      log("the version before comes back", { version: state.version, reason: state.reason });
      files.advance({ event: "gone-back" });
    }
    const place = files.current();
    const problem = place === "factory" ? undefined : problemOf(place);
    const isTrial = state?.phase === "trial";
    if (problem === undefined) return { place, trialMs: isTrial ? state.trialMs : undefined };
    log("a version is not started", { place, problem });
    if (isTrial) files.advance({ event: "unhealthy", reason: problem });
    else files.switchTo("factory");
  }
  files.switchTo("factory");
  return { place: "factory", trialMs: undefined };
}
