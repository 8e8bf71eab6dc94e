/** Where each step of an installation stands, and which one is next. Pure. */
import type { Commission, StepName, StepStanding } from "@forecourt/protocol/commission/state.ts";
import { STEPS } from "@forecourt/protocol/commission/state.ts";

/** All steps in their order. */
export function standings(state: Commission): StepStanding[] {
  return STEPS.map((step) => ({ step, standing: standingOf[step](state) }));
}

/** The first step at which a technician is wanted; the last one when there is none. */
export function nextStep(state: Commission): StepName {
  return standings(state).find(({ standing }) => standing === "open")?.step ?? "report";
}

/** Everything is done, and the collector has the report. */
export function isFinished(state: Commission): boolean {
  return state.report.filedAt !== null;
}

/** All is there that the box signs: it does so by itself once the technician is done. */
export function canSeal(state: Commission): boolean {
  const { report, selfTest } = state;
  return report.orderedAt !== null && report.sealedAt === null && canRun(state) && selfTest.doneAt !== null;
}

/** A configuration can be written, and the agent run: what is where is known, and who the box is. */
export function canRun(state: Commission): boolean {
  return state.places.doneAt !== null && state.site !== null && state.enrol.doneAt !== null;
}

const standingOf: Record<StepName, (state: Commission) => StepStanding["standing"]> = {
  lines: ({ lines }) => (lines?.accepted === true ? "done" : "open"),
  places: ({ lines, places }) => (places.doneAt !== null ? "done" : lines?.accepted === true ? "open" : "blocked"),
  site: ({ site }) => (site === null ? "open" : "done"),
  enrol: ({ enrol }) => {
    if (enrol.doneAt !== null) return "done";
    return enrol.order === null ? "open" : "waiting";
  },
  "self-test": (state) => {
    if (state.selfTest.doneAt !== null) return "done";
    // Without the collector a sale can be made, but nothing can be proved: then it is the box that waits.
    return canRun(state) ? "open" : state.enrol.order === null ? "blocked" : "waiting";
  },
  report: ({ report, lines }) => {
    if (report.filedAt !== null) return "done";
    if (report.orderedAt !== null) return "waiting";
    return lines?.accepted === true ? "open" : "blocked";
  },
};
