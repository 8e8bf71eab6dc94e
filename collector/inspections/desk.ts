/**
 * What people do with a day's inspections: look again, put down what they found, open a case for it, and confirm under
 * their real name. Each act stands in the inspection's history and in the audit log.
 */
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { Actor, CaseDesk, NewCase } from "../cases/desk.ts";
import { type CheckResult, checkStation } from "./checks.ts";
import { type FactsParts, factsOf } from "./facts.ts";
import type { Inspection, InspectionEvent, InspectionStore } from "./store.ts";

export interface InspectionDeskParts extends FactsParts {
  store: InspectionStore;
  cases: Pick<CaseDesk, "open">;
  /** Signs the audit log's head. */
  sign: () => Promise<void>;
  /** epoch ms */
  now: () => number;
}

export interface InspectionError {
  code: "missing" | "text" | "confirmed" | "case" | "wrong";
  message: string;
  cure: string;
}

export interface Finding {
  title: string;
  text: string;
}

const LEAST_TEXT = 2;
/** Confirmed together with others only when nothing is to be looked into. */
const WITHOUT_LOOK = ["good", "none"];

export class InspectionDesk {
  readonly #parts: InspectionDeskParts;

  constructor(parts: InspectionDeskParts) {
    this.#parts = parts;
  }

  /** Confirms a station's day. Where a check is not good, a remark says what came of it. */
  async confirm(station: string, day: string, remark: string, by: Actor): Promise<Result<Inspection, InspectionError>> {
    const { store } = this.#parts;
    const found = store.one(station, day);
    if (found === undefined) return missing(station, day);
    const text = remark.trim();
    if (!WITHOUT_LOOK.includes(found.worst) && text.length < LEAST_TEXT) {
      return wrong("text", "a check is not good, and nothing is said of it", "Say what was found and done.");
    }
    const put = this.#put(found, { who: by.name, step: "confirm", text: text === "" ? null : text });
    if (!put) return wrong("confirmed", `${found.confirmedBy ?? "somebody"} has confirmed it`, "Add a remark instead.");
    await this.#parts.sign();
    return ok(store.one(station, day) ?? found);
  }

  /** Confirms stations in which everything was good, in one go. @returns those that were not, with why */
  async confirmGood(stations: readonly string[], day: string, by: Actor): Promise<string[]> {
    const { store, sign } = this.#parts;
    const left: string[] = [];
    for (const station of stations) {
      const found = store.one(station, day);
      const isGood = found !== undefined && WITHOUT_LOOK.includes(found.worst);
      if (!isGood || !this.#put(found, { who: by.name, step: "confirm", text: null })) left.push(station);
    }
    await sign();
    return left;
  }

  /** Looks at everything again, now; the first result stays. */
  async recheck(station: string, day: string, by: Actor): Promise<Result<CheckResult[], InspectionError>> {
    const found = this.#parts.store.one(station, day);
    const nowMs = this.#parts.now();
    const facts = await factsOf(this.#parts, station, nowMs);
    if (found === undefined || facts === undefined) return missing(station, day);
    const checks = checkStation(facts, nowMs);
    this.#put(found, { who: by.name, step: "recheck", text: null, checks });
    await this.#parts.sign();
    return ok(checks);
  }

  /** Puts a remark down, also after the confirmation. */
  async remark(station: string, day: string, text: string, by: Actor): Promise<Result<Inspection, InspectionError>> {
    const found = this.#parts.store.one(station, day);
    if (found === undefined) return missing(station, day);
    if (text.trim().length < LEAST_TEXT) return wrong("text", "nothing is said", "Say what was seen.");
    this.#put(found, { who: by.name, step: "remark", text: text.trim() });
    await this.#parts.sign();
    return ok(found);
  }

  /** Opens a case for what was found: technical, of the service provider, three working days (Article 8(3)). */
  async finding(
    station: string,
    day: string,
    { title, text }: Finding,
    by: Actor,
  ): Promise<Result<{ id: string; number: string }, InspectionError>> {
    const found = this.#parts.store.one(station, day);
    if (found === undefined) return missing(station, day);
    const order: NewCase = {
      station,
      county: found.county,
      nature: "technical",
      origin: "inspection",
      lead: "service-provider",
      title,
      text,
      flags: [],
    };
    const opened = await this.#parts.cases.open(order, by);
    if (!opened.ok) return wrong("case", opened.error.message, opened.error.cure);
    const { id, number } = opened.value;
    this.#put(found, { who: by.name, step: "finding", text: `${number} ${title}`, caseId: id });
    await this.#parts.sign();
    return opened;
  }

  #put(
    { station, day }: Inspection,
    {
      who,
      step,
      text,
      caseId = null,
      checks = null,
    }: Omit<InspectionEvent, "atMs" | "caseId" | "checks"> & Partial<Pick<InspectionEvent, "caseId" | "checks">>,
  ): boolean {
    const { store, now } = this.#parts;
    const atMs = now();
    const detail = { day, text, case: caseId };
    const note = { atMs, who, action: `inspection.${step}`, subject: station, detail };
    return store.put(station, day, { atMs, who, step, text, caseId, checks }, note);
  }
}

const wrong = (code: InspectionError["code"], message: string, cure: string) =>
  fail<InspectionError>({ code, message, cure });

const missing = (station: string, day: string) =>
  wrong(
    "missing",
    `there is no inspection of ${station} on ${day}`,
    "They are made in the morning, where the collector runs.",
  );
