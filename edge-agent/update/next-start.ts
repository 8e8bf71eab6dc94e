/**
 * What the launcher starts. Whatever was interrupted is put right here: a switch that was noted and not made, a version
 * that ended too often, a roll-back that was half done, a slot that is not as it was signed.
 */
import type { UpdateFiles } from "./files.ts";
import { hasEnded, type Place, placeWanted, type Slot } from "./state.ts";

export interface NextStart {
  place: Place;
  /** the version is on trial: it is watched */
  trialMs: number | undefined;
}

type ProblemOf = (slot: Slot) => Promise<string | undefined>;
type Log = (message: string, details: Record<string, unknown>) => void;

/** Trial, previous slot, factory: each can be found wanting once. */
const MOST_ROUNDS = 4;

/**
 * A disk that takes no notes is no reason to be deaf: the version of before the last switch is started as it lies there.
 * @param problemOf what is wrong with a slot, if anything
 */
export async function nextStart(files: UpdateFiles, problemOf: ProblemOf, log: Log): Promise<NextStart> {
  try {
    return await settledStart(files, problemOf, log);
  } catch (error) {
    log("the disk takes no notes of an update", { error: String(error) });
    const state = files.state();
    const place = state === undefined || hasEnded(state) ? files.current() : state.previous;
    const isSound = place === "factory" || (await problemOf(place).catch(String)) === undefined;
    return { place: isSound ? place : "factory", trialMs: undefined };
  }
}

async function settledStart(files: UpdateFiles, problemOf: ProblemOf, log: Log): Promise<NextStart> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const state = files.advance({ event: "started" });
    const wanted = state === undefined ? undefined : placeWanted(state);
    if (wanted !== undefined && files.current() !== wanted) files.switchTo(wanted);
    if (state?.phase === "rolling-back") {
      log("the version before comes back", { version: state.version, reason: state.reason });
      files.advance({ event: "gone-back" });
    }
    const place = files.current();
    const problem = place === "factory" ? undefined : await problemOf(place);
    const isTrial = state?.phase === "trial";
    if (problem === undefined) return { place, trialMs: isTrial ? state.trialMs : undefined };
    log("a version is not started", { place, problem });
    if (isTrial) files.advance({ event: "unhealthy", reason: problem });
    else files.switchTo("factory");
  }
  files.switchTo("factory");
  return { place: "factory", trialMs: undefined };
}
