/**
 * The desk of cases: opens them from flags and reports, takes them on, and keeps what belongs to them. Each act names the
 * person, and stands in the case's history and in the audit log.
 */
import { createHash } from "node:crypto";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { localDate } from "@forecourt/protocol/time.ts";
import type { Department } from "../access/departments.ts";
import type { FlagRow } from "../rules/flag.ts";
import { allowedType, CASE_FILES, fileFault } from "./files.ts";
import {
  type CaseStanding,
  type CaseState,
  type CaseStep,
  type CaseStepError,
  type StepFacts,
  takeStep,
} from "./life.ts";
import { tasksOf } from "./procedure.ts";
import type { CaseChange, CaseEvent, CaseFile, CaseOrigin, CaseRow, CaseStore, CaseWhole } from "./store.ts";
import { type CaseNature, termOf } from "./terms.ts";

export interface CaseDeskParts {
  store: CaseStore;
  /** The end of the working day that lies `days` working days after a moment, epoch ms. */
  dueAfter: (fromMs: number, days: number) => number;
  /** The unit of a department that looks after a county; undefined when nobody of it could take a case. */
  unitFor: (department: Department, county: string) => string | undefined;
  /** Signs the audit log's head. */
  sign: () => Promise<void>;
  /** Takes a flag of the case along: to its check, and to what came out. */
  stepFlag: (flag: string, step: "check" | "confirm" | "dismiss", by: string, reason: string) => Promise<unknown>;
  /** epoch ms */
  now: () => number;
  newId: () => string;
}

/** Who acts. */
export interface Actor {
  name: string;
  department: Department | null;
}

export interface CaseError {
  code: CaseStepError["code"] | "case" | "flag" | "moved-on" | "task" | "file";
  message: string;
  cure: string;
}

export interface NewCase {
  station: string | null;
  county: string;
  nature: CaseNature;
  origin: CaseOrigin;
  title: string;
  text: string;
  lead: Department;
  flags: readonly string[];
}

export interface CaseOrder extends StepFacts {
  /** number of the last event that the person saw; another one in between refuses the step */
  after: number;
  assignee?: string | undefined;
}

export class CaseDesk {
  readonly #parts: CaseDeskParts;

  constructor(parts: CaseDeskParts) {
    this.#parts = parts;
  }

  /** Opens a case. A flag has at most one that is not closed. */
  async open(order: NewCase, actor: Actor): Promise<Result<{ id: string; number: string }, CaseError>> {
    const { store, newId, now } = this.#parts;
    const nowMs = now();
    const { flags, text, ...facts } = order;
    const id = newId();
    const row: Omit<CaseRow, "number" | "openTasks"> = {
      ...facts,
      id,
      state: "reported",
      unit: null,
      together: [],
      major: false,
      outcome: null,
      hasReport: false,
      assignee: null,
      reportedBy: actor.name,
      reportedMs: nowMs,
      ...this.#term(order.nature, "reported", nowMs),
    };
    const event = this.#event(actor, "report", text, { flags: flags.join(" ") || null });
    const year = Number(localDate(nowMs).slice(0, 4));
    const number = await store.open(row, year, flags, tasksOf(order.nature), event);
    if (number === undefined) {
      return fail({ code: "flag", message: "a flag of these has an open case", cure: "Add to that case instead." });
    }
    // Whose matter it is says the rule, or that it is technical; what people report is given out by a person.
    if (order.origin !== "report") await this.#assignByRule(id, row);
    await this.#parts.sign();
    return ok({ id, number });
  }

  async #assignByRule(id: string, { lead, county, nature }: Pick<CaseRow, "lead" | "county" | "nature">) {
    const { store, unitFor, now } = this.#parts;
    const unit = unitFor(lead, county);
    if (unit === undefined) return;
    const event = this.#event({ name: "collector", department: null }, "assign", null, { department: lead, unit });
    await store.step(id, 1, event, { state: "assigned", unit, ...this.#term(nature, "assigned", now()) });
  }

  /** Takes a case a step on. */
  async step(id: string, order: CaseOrder, actor: Actor): Promise<Result<CaseWhole, CaseError>> {
    const whole = await this.#parts.store.whole(id);
    if (whole === undefined) return noCase(id);
    const { step, text, after } = order;
    const taken = takeStep(standingOf(whole.row), order);
    if (!taken.ok) return taken;
    const change = this.#change(whole.row, taken.value, order);
    const { department = null, outcome = null, assignee = null } = order;
    const detail = withoutNulls({ department, outcome, assignee });
    if (!(await this.#parts.store.step(id, after, this.#event(actor, step, text, detail), change))) return movedOn();
    await this.#takeFlagsAlong(whole, order, actor);
    await this.#parts.sign();
    return this.#reread(id);
  }

  /** Marks a task of the procedure as done, or notes why it falls away. */
  async doTask(id: string, task: string, note: string | null, after: number, actor: Actor) {
    const whole = await this.#parts.store.whole(id);
    if (whole === undefined) return noCase(id);
    const found = whole.tasks.find((one) => one.id === task);
    if (found === undefined || found.doneMs !== null) {
      const message = found === undefined ? `there is no task ${task}` : `task ${task} is done`;
      return fail<CaseError>({ code: "task", message, cure: "Look at the case's tasks." });
    }
    const taken = takeStep(standingOf(whole.row), { step: "task", text: note });
    if (!taken.ok) return taken;
    if (!(await this.#parts.store.task(id, after, task, this.#event(actor, "task", note, { task })))) return movedOn();
    await this.#parts.sign();
    return this.#reread(id);
  }

  /** Keeps a photo or paper with the case; `report`: the special report of a major case. */
  async addFile(
    id: string,
    file: { name: string; content: Uint8Array; report: boolean },
    actor: Actor,
  ): Promise<Result<CaseFile, CaseError>> {
    const { store, newId, now } = this.#parts;
    const whole = await store.whole(id);
    if (whole === undefined) return noCase(id);
    const { name, content, report } = file;
    const fault = fileFault(content, whole.files);
    const type = allowedType(content);
    if (fault !== undefined || type === undefined) {
      const cure = `Allowed: ${CASE_FILES.types.join(", ")}, up to ${CASE_FILES.bytes / 1_048_576} MiB each.`;
      return fail({ code: "file", message: fault ?? "this is none of the kinds of files that are kept", cure });
    }
    const sha256 = createHash("sha256").update(content).digest("hex");
    const kept: CaseFile = { id: newId(), name, type, bytes: content.byteLength, sha256, atMs: now(), who: actor.name };
    const event = this.#event(actor, report ? "special-report" : "file", name, { file: kept.id, sha256 });
    const change = report ? { hasReport: true } : {};
    if (!(await store.addFile(id, whole.events.length, kept, content, event, change))) return movedOn();
    await this.#parts.sign();
    return ok(kept);
  }

  #change(row: CaseRow, standing: CaseStanding, { step, assignee }: CaseOrder): CaseChange {
    const { state, lead, together, major, outcome } = standing;
    const change: CaseChange = { state, lead, together: [...together], major, outcome };
    if (step === "accept") change.assignee = assignee ?? null;
    const isGivenOn = step === "assign" || step === "hand-over";
    if (isGivenOn) Object.assign(change, { assignee: null, unit: this.#parts.unitFor(lead, row.county) ?? null });
    if (state === row.state && !isGivenOn) return change;
    return { ...change, ...this.#term(row.nature, state, this.#parts.now()) };
  }

  /** The term of a state that begins now. */
  #term(nature: CaseNature, state: CaseState, nowMs: number) {
    const days = termOf(nature, state);
    const { dueAfter } = this.#parts;
    return {
      stateSinceMs: nowMs,
      dueMs: days === undefined ? null : dueAfter(nowMs, days),
      // A working day ahead; a term of one day is told from its beginning.
      warnMs: days === undefined ? null : days > 1 ? dueAfter(nowMs, days - 1) : nowMs,
      ...{ escalatedMs: null, remindedMs: null, supervisedMs: null },
    };
  }

  async #takeFlagsAlong({ flags, row }: CaseWhole, { step, outcome, text }: CaseOrder, { name }: Actor): Promise<void> {
    const to = step === "accept" ? "check" : step === "answer" ? flagStep(outcome) : undefined;
    if (to === undefined) return;
    // A flag that somebody has taken further by hand stays where it is.
    for (const flag of flags) await this.#parts.stepFlag(flag, to, name, `${row.number} ${text ?? ""}`.trim());
  }

  #event(
    { name, department }: Actor,
    step: CaseStep | "report" | "file" | "special-report",
    text: string | null,
    detail: CaseEvent["detail"],
  ): Omit<CaseEvent, "seq"> {
    return { atMs: this.#parts.now(), who: name, department, step, text, detail };
  }

  async #reread(id: string): Promise<Result<CaseWhole, CaseError>> {
    const whole = await this.#parts.store.whole(id);
    return whole === undefined ? noCase(id) : ok(whole);
  }
}

/** What of a row decides its steps. */
export function standingOf({ state, lead, together, major, outcome, hasReport, openTasks }: CaseRow): CaseStanding {
  return { state, lead, together, major, outcome, hasReport, openTasks };
}

function flagStep(outcome: StepFacts["outcome"]): "confirm" | "dismiss" | undefined {
  if (outcome === "confirmed" || outcome === "mended") return "confirm";
  return outcome === "dismissed" ? "dismiss" : undefined;
}

/** A case for a flag: its department, station and severity say whose it is and what it is about. */
export function caseOfFlag(flag: FlagRow, department: Department, title: string, text: string): NewCase {
  return {
    station: flag.station,
    county: flag.station.slice(0, 6),
    nature: department === "service-provider" ? "technical" : flag.severity === "high" ? "violation" : "coordination",
    origin: "flag",
    title,
    text,
    lead: department,
    flags: [flag.id],
  };
}

const noCase = (id: string) =>
  fail<CaseError>({ code: "case", message: `there is no case ${id}`, cure: "Check the id." });
const movedOn = () =>
  fail<CaseError>({
    code: "moved-on",
    message: "somebody else took the case on meanwhile",
    cure: "Read it again, then decide.",
  });

function withoutNulls(detail: CaseEvent["detail"]): CaseEvent["detail"] {
  return Object.fromEntries(Object.entries(detail).filter(([, value]) => value !== null));
}
