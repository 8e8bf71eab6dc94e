/**
 * What may happen to an installation, each as a function from one state to the next. Pure: times come in, nothing is
 * read or written here. A refusal says what to do, and leaves the state as it was.
 */
import { isDeepStrictEqual } from "node:util";
import {
  type EnrolOrder,
  type Places,
  type ReportAnswers,
  SIGNATURE_FIELD,
  type SignatureDrawn,
  type Site,
} from "@forecourt/protocol/commission/answers.ts";
import type { FoundLine } from "@forecourt/protocol/commission/found.ts";
import type { Commission, Photo, Tested, Trouble } from "@forecourt/protocol/commission/state.ts";
import { readCode } from "@forecourt/protocol/enrolment/code.ts";
import type { GatewayId, StationId } from "@forecourt/protocol/ids.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { checkPlaces, keepKnown } from "./places.ts";

export type Next = Result<Commission, Trouble>;

const NO_PLACES: Places = { devices: [], nozzles: [], tanks: [], seals: [] };
const MOST_PHOTOS = 60;

/**
 * An installation that begins.
 * @param at RFC 3339, as everywhere here
 * @param journalSeq where the box's journal stands: sales before prove nothing
 */
export function begin(at: string, journalSeq = 0): Commission {
  return {
    version: 1,
    startedAt: at,
    lines: null,
    places: { answers: NO_PLACES, doneAt: null },
    site: null,
    enrol: { order: null, orderedAt: null, trouble: null, gateway: null, station: null, collector: null, doneAt: null },
    selfTest: { afterSeq: journalSeq, tested: [], skipped: [], doneAt: null },
    report: {
      orderedAt: null,
      id: null,
      answers: null,
      photos: [],
      signatures: [],
      sealedAt: null,
      filedAt: null,
      trouble: null,
    },
  };
}

/** A search has ended. What was said of things that are found again stays. */
export function searched(state: Commission, found: FoundLine[], at: string): Next {
  return changed(state, {
    ...state,
    lines: { at, found, accepted: false },
    places: { answers: keepKnown(state.places.answers, found), doneAt: null },
  });
}

/** The technician takes what was found, or goes back to search again. */
export function linesAccepted(state: Commission, accepted: boolean): Next {
  const { lines } = state;
  if (lines === null) return refuse("order", "the lines have not been searched", "search them first");
  const devices = lines.found.flatMap((line) => line.devices);
  if (accepted && devices.length === 0) {
    return refuse("nothing-found", "no device answers on any line", "look at wiring and power, and search again");
  }
  return unsealed(state) ?? ok({ ...state, lines: { ...lines, accepted }, places: { ...state.places, doneAt: null } });
}

/** What is where, as far as it is known. @param isDone the technician says that this is all */
export function placed(state: Commission, answers: Places, isDone: boolean, at: string): Next {
  const { lines } = state;
  if (lines?.accepted !== true)
    return refuse("order", "the lines come first", "search them, and accept what was found");
  const problem = isDone ? checkPlaces(answers, lines.found) : undefined;
  if (problem !== undefined) return fail(problem);
  return changed(state, { ...state, places: { answers, doneAt: isDone ? at : null } });
}

/** Clock, network and power, as the technician and the box saw them. */
export function siteTold(
  state: Commission,
  answers: Site,
  of: { at: string; clockSource: "time-daemon" | "none"; clockOffsetMs: number | null },
): Next {
  return changed(state, { ...state, site: { answers, ...of } });
}

/** A code was given: the box enrols with it as soon as it reaches the collector. */
export function enrolmentOrdered(state: Commission, order: EnrolOrder, at: string): Next {
  if (state.enrol.doneAt !== null) {
    return refuse("enrolled", `the box is enrolled already, as ${state.enrol.gateway}`, "go on with the next step");
  }
  const code = readCode(order.code);
  if (!code.ok) {
    return refuse(
      "code",
      "one of the ten characters is wrong",
      "look at the code again: ten characters, no I, L, O, U",
    );
  }
  return ok({
    ...state,
    enrol: { ...state.enrol, order: { ...order, code: code.value }, orderedAt: at, trouble: null },
  });
}

/** The collector was not reached, or said no. A code that was refused is of no more use. */
export function enrolmentFailed(state: Commission, trouble: Trouble): Commission {
  const order = trouble.code === "refused" ? null : state.enrol.order;
  return { ...state, enrol: { ...state.enrol, order, trouble } };
}

/** The box is who it is; the code is forgotten. */
export function enrolled(
  state: Commission,
  of: { gateway: GatewayId; station: StationId; collector: string; at: string },
): Commission {
  const { gateway, station, collector, at } = of;
  return {
    ...state,
    enrol: { ...state.enrol, order: null, trouble: null, gateway, station, collector, doneAt: at },
  };
}

/** A sale of a nozzle was seen, or receipted. The first one of each nozzle counts. */
export function testedNow(
  state: Commission,
  tested: readonly Tested[],
  expected: readonly string[],
  at: string,
): Commission {
  const { selfTest } = state;
  if (selfTest.doneAt !== null) return state;
  const merged = merge(selfTest.tested, tested);
  const isDone = expected.length > 0 && expected.every((nozzle) => isSettled(nozzle, merged, selfTest.skipped));
  return { ...state, selfTest: { ...selfTest, tested: merged, doneAt: isDone ? at : null } };
}

/** A nozzle cannot be tested now, and why: it goes into the report as not tried. */
export function testSkipped(
  state: Commission,
  nozzle: string,
  reason: string,
  expected: readonly string[],
  at: string,
): Next {
  if (!expected.includes(nozzle))
    return refuse("no-nozzle", `there is no nozzle ${nozzle}`, `it is one of ${expected.join(", ")}`);
  const skipped = [...state.selfTest.skipped.filter((one) => one.nozzle !== nozzle), { nozzle, reason }];
  const told = { ...state, selfTest: { ...state.selfTest, skipped } };
  return changed(state, testedNow(told, [], expected, at));
}

function merge(known: readonly Tested[], seen: readonly Tested[]): Tested[] {
  const all = new Map(known.map((one) => [one.nozzle, one]));
  for (const one of seen) {
    const before = all.get(one.nozzle);
    if (before === undefined) all.set(one.nozzle, one);
    else if (before.receipt === null && before.sale.seq === one.sale.seq) all.set(one.nozzle, one);
  }
  return [...all.values()];
}

function isSettled(nozzle: string, tested: readonly Tested[], skipped: Commission["selfTest"]["skipped"]): boolean {
  return (
    tested.some((one) => one.nozzle === nozzle && one.receipt !== null) || skipped.some((one) => one.nozzle === nozzle)
  );
}

/** Who installed, and what is to be said of it. */
export function reportTold(state: Commission, answers: ReportAnswers): Next {
  return changed(state, { ...state, report: { ...state.report, answers } });
}

/** A photo was taken; its bytes are kept elsewhere. The same photo again changes nothing. */
export function photographed(state: Commission, photo: Photo): Next {
  const { photos } = state.report;
  if (photos.some(({ sha256 }) => sha256 === photo.sha256)) return ok(state);
  if (photos.length >= MOST_PHOTOS)
    return refuse("photos", `there are ${MOST_PHOTOS} photos already`, "leave some out");
  return changed(state, { ...state, report: { ...state.report, photos: [...photos, photo] } });
}

/** A photo is left out again. */
export function photoRemoved(state: Commission, sha256: string): Next {
  const photos = state.report.photos.filter((photo) => photo.sha256 !== sha256);
  return changed(state, { ...state, report: { ...state.report, photos } });
}

/** Somebody signed on the phone. Who signs again signs anew. */
export function signed(state: Commission, { role, name, strokes }: SignatureDrawn, at: string): Next {
  const path = strokes.map(pathOf).join("");
  if (strokes.some((stroke) => stroke.length % 2 !== 0)) {
    return refuse("signature", "a stroke has an x without its y", "draw the signature again");
  }
  if (strokes.flat().some((value, index) => index % 2 === 1 && value > SIGNATURE_FIELD.height)) {
    return refuse("signature", "a stroke leaves the field", "draw the signature again");
  }
  const signatures = [...state.report.signatures.filter((one) => one.role !== role), { role, name, at, path }];
  const trouble = state.report.trouble?.code === CHANGED.code ? null : state.report.trouble;
  return unsealed(state) ?? ok({ ...state, report: { ...state.report, signatures, trouble } });
}

function pathOf(stroke: readonly number[]): string {
  const points = Array.from(
    { length: stroke.length / 2 },
    (_, index) => `${stroke[2 * index]} ${stroke[2 * index + 1]}`,
  );
  return `M${points[0]}${points
    .slice(1)
    .map((point) => `L${point}`)
    .join("")}`;
}

/** The technician is done. What still needs the collector, the box does when it reaches it. */
export function reportOrdered(state: Commission, at: string): Next {
  const { report, places, site, enrol } = state;
  if (places.doneAt === null) return refuse("order", "which is which is not said yet", "finish that step first");
  if (site === null) return refuse("order", "clock, network and power are not said yet", "finish that step first");
  if (enrol.doneAt === null && enrol.order === null) return refuse("order", "no code was given", "enrol the box first");
  if (report.answers === null) return refuse("order", "the report names nobody", "fill in the report first");
  if (!report.signatures.some(({ role }) => role === "technician")) {
    return refuse("signature", "the technician has not signed", "sign on the phone first");
  }
  return unsealed(state) ?? ok({ ...state, report: { ...report, orderedAt: at, trouble: null } });
}

/** The report is signed by the box: from here on nothing in it can change. */
export function sealed(state: Commission, id: string, at: string): Commission {
  return { ...state, report: { ...state.report, id, sealedAt: at, trouble: null } };
}

/** The collector has it, or why not. What it refused can be mended, and signed anew. */
export function filing(state: Commission, outcome: { filedAt: string } | { trouble: Trouble }): Commission {
  const { report } = state;
  if ("filedAt" in outcome) return { ...state, report: { ...report, filedAt: outcome.filedAt, trouble: null } };
  const { trouble } = outcome;
  if (trouble.code !== "refused") return { ...state, report: { ...report, trouble } };
  return { ...state, report: { ...report, trouble, orderedAt: null, sealedAt: null, id: null } };
}

const CHANGED: Trouble = {
  code: "changed",
  message: "the report has changed since it was signed",
  cure: "read it again, and sign again",
};

/** A change of what people sign for: who has signed has signed something else, and is asked again. */
function changed(state: Commission, next: Commission): Next {
  const isSigned = state.report.signatures.length > 0 && !isDeepStrictEqual(signedFor(state), signedFor(next));
  const report = isSigned ? { ...next.report, signatures: [], orderedAt: null, trouble: CHANGED } : next.report;
  return unsealed(state) ?? ok({ ...next, report });
}

function signedFor({ places, site, selfTest, report }: Commission): unknown[] {
  return [places.answers, site?.answers, selfTest.skipped, report.answers, report.photos];
}

function unsealed(state: Commission): Next | undefined {
  if (state.report.sealedAt === null) return undefined;
  return refuse(
    "sealed",
    "the report is signed: nothing in it can change",
    "begin a new installation if something must",
  );
}

function refuse(code: string, message: string, cure: string): { ok: false; error: Trouble } {
  return { ok: false, error: { code, message, cure } };
}
