/**
 * Requests for access (Article 6): a unit asks, the bureau of commerce decides within three working days, the
 * administrators carry out. Who is asked for, who asks and who decides are different people.
 */

import type { CanonicalValue } from "@forecourt/protocol/records/canonical.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { type Calendar, coveredUntil, dueAfter, type SpecialDay } from "./calendar.ts";
import { knownYear } from "./calendar-seed.ts";
import { countiesOf, type Directory } from "./directory.ts";
import { FUNCTIONS, type FunctionName } from "./functions.ts";
import { note } from "./note.ts";
import { departmentsOf, type Reader } from "./reader.ts";
import type { AccessRequest, RequestStore } from "./request-store.ts";
import { mostOf, unsuitable } from "./roles.ts";
import type { AccessStore } from "./store.ts";

/** Article 6. */
export const DECIDE_WITHIN_DAYS = 3;
/** The last working day before the end is when one is reminded. */
const REMIND_BEFORE_MS = 86_400_000;
/** The calendar's end is told this long before. */
const WARN_BEFORE_MS = 60 * 86_400_000;

export interface RequestsParts {
  store: RequestStore;
  access: AccessStore;
  directory: Directory;
  newId: () => string;
  /** epoch ms */
  now: () => number;
}

export interface AccessError {
  code: "missing" | "unfit" | "own" | "state";
  message: string;
  cure: string;
}

export type RequestOrder = Pick<
  AccessRequest,
  "kind" | "unit" | "login" | "name" | "roles" | "functions" | "counties" | "reason"
>;

const wrong = (code: AccessError["code"], message: string, cure: string) => fail({ code, message, cure });

const UNIT_GONE = wrong("state", "its unit is closed", "Have it filed anew, for the unit that does its work now.");

export class Requests {
  readonly #parts: RequestsParts;

  constructor(parts: RequestsParts) {
    this.#parts = parts;
  }

  /** Enters the years that the package knows from the last one on, where they are missing. */
  seedCalendar(): void {
    const { store, now } = this.#parts;
    const entered = new Set(store.years());
    const from = new Date(now()).getUTCFullYear() - 1;
    for (let year = from; year <= from + 3; year += 1) {
      const days = entered.has(year) ? undefined : knownYear(year);
      if (days === undefined) continue;
      store.addYear(year, days, { ...this.#note("calendar.seeded", String(year), { days: days.length }) });
    }
  }

  /** What is known of working days, and whether that ends soon. */
  calendar(): Calendar & { days: SpecialDay[]; until: string | null; endsSoon: boolean } {
    const { store, now } = this.#parts;
    const days = store.specialDays();
    const years = new Set(store.years());
    const until = coveredUntil(now(), { years }) ?? null;
    const endsSoon = until === null || Date.parse(`${until}T23:59:59+08:00`) - now() < WARN_BEFORE_MS;
    return { days, special: new Map(days.map((one) => [one.day, one])), years, until, endsSoon };
  }

  /** Files a request. */
  file(by: Reader, order: RequestOrder): Result<AccessRequest, AccessError> {
    const { store, now, newId } = this.#parts;
    const fault = this.#faultOf(by, order);
    if (fault !== undefined) return fail(fault);
    const atMs = now();
    const due = dueAfter(atMs, DECIDE_WITHIN_DAYS, this.calendar());
    const open = { state: "filed", decidedBy: null, decidedMs: null, decision: null, doneMs: null } as const;
    const request: AccessRequest = {
      ...order,
      ...open,
      id: newId(),
      filedBy: by.account,
      filedMs: atMs,
      dueMs: due.atMs,
      isCovered: due.isCovered,
      remindedMs: null,
      escalatedMs: null,
    };
    const { unit, login, roles, functions, reason } = request;
    const detail = { unit, login, roles: [...roles], functions: [...functions], reason, dueMs: request.dueMs };
    store.saveRequest(request, note(by, atMs, "access.requested", request.id, detail));
    return ok(request);
  }

  /** Decides a request. Nobody decides what they filed, or what is for themselves. */
  decide(by: Reader, id: string, approve: boolean, reason: string): Result<AccessRequest, AccessError> {
    const { store, now } = this.#parts;
    const request = store.request(id);
    if (request === undefined) return wrong("missing", `there is no request ${id}`, "Check the id.");
    if (request.state !== "filed") return wrong("state", `it is ${request.state} already`, "Have it filed anew.");
    if (request.filedBy === by.account || request.login === by.account) {
      return wrong("own", "nobody decides what they filed themselves, or what is for them", "Leave it to a colleague.");
    }
    if (approve && this.#isUnitGone(request)) return UNIT_GONE;
    const atMs = now();
    const state = approve ? "approved" : "refused";
    const decided = { ...request, state, decidedBy: by.account, decidedMs: atMs, decision: reason } as const;
    const late = atMs > request.dueMs;
    store.saveRequest(decided, note(by, atMs, `access.${state}`, id, { login: request.login, reason, late }));
    return ok(decided);
  }

  /** Takes a request back that has not been decided. */
  withdraw(by: Reader, id: string): Result<AccessRequest, AccessError> {
    const { store, now } = this.#parts;
    const request = store.request(id);
    if (request === undefined || !this.sees(by, request))
      return wrong("missing", `there is no request ${id}`, "Check it.");
    if (request.state !== "filed") return wrong("state", `it is ${request.state} already`, "Ask the administrators.");
    const withdrawn = { ...request, state: "withdrawn", doneMs: now() } as const;
    store.saveRequest(withdrawn, note(by, now(), "access.withdrawn", id, { login: request.login }));
    return ok(withdrawn);
  }

  /** What was asked has been carried out. */
  done(by: Reader, request: AccessRequest): void {
    const atMs = this.#parts.now();
    const { id, login } = request;
    this.#parts.store.saveRequest(
      { ...request, state: "done", doneMs: atMs },
      note(by, atMs, "access.done", id, { login }),
    );
  }

  /** An approved request, for whoever carries it out. */
  approved(id: string, kind: AccessRequest["kind"]): Result<AccessRequest, AccessError> {
    const request = this.#parts.store.request(id);
    if (request?.kind !== kind) return wrong("missing", `there is no such request ${id}`, "Check the id.");
    if (request.state !== "approved") return wrong("state", `it is ${request.state}`, "It must be approved.");
    return this.#isUnitGone(request) ? UNIT_GONE : ok(request);
  }

  #isUnitGone({ unit }: AccessRequest): boolean {
    return (this.#parts.directory.unit(unit)?.closedMs ?? null) !== null;
  }

  /** The requests that somebody may see: all who decide, approved ones who carry out, else those of their unit. */
  seenBy(by: Reader): AccessRequest[] {
    return this.#parts.store.requests().filter((request) => this.sees(by, request));
  }

  sees({ grants, unit, account }: Reader, request: AccessRequest): boolean {
    if (grants.has("access:decide")) return true;
    const carriesOut = grants.has("accounts:manage") || grants.has("access:grant") || grants.has("tokens:manage");
    if (carriesOut && (request.state === "approved" || request.state === "done")) return true;
    return request.filedBy === account || (grants.has("access:request") && request.unit === unit);
  }

  /** What waits for somebody, for a mark on their page. */
  waitingFor(by: Reader): { waiting: number; overdue: number } {
    const states = by.grants.has("access:decide") ? ["filed"] : ["approved"];
    const carries = by.grants.has("access:decide") || by.grants.has("accounts:manage") || by.grants.has("access:grant");
    const waiting = carries ? this.seenBy(by).filter(({ state }) => states.includes(state)) : [];
    return { waiting: waiting.length, overdue: waiting.filter(({ dueMs }) => dueMs < this.#parts.now()).length };
  }

  /** Requests that nobody has decided in time. */
  overdue(): number {
    const atMs = this.#parts.now();
    return this.#parts.store.requests().filter(({ state, dueMs }) => state === "filed" && dueMs < atMs).length;
  }

  /** Reminds of what is due within a day and escalates what is overdue, each once. @returns what was escalated */
  remind(): AccessRequest[] {
    const { store, now } = this.#parts;
    const atMs = now();
    const escalated: AccessRequest[] = [];
    for (const request of store.requests()) {
      if (request.state !== "filed") continue;
      if (request.dueMs < atMs && request.escalatedMs === null) {
        const late = { ...request, escalatedMs: atMs };
        store.saveRequest(late, this.#note("access.escalated", request.id, { dueMs: request.dueMs }));
        escalated.push(late);
      } else if (request.dueMs - REMIND_BEFORE_MS < atMs && request.remindedMs === null) {
        store.saveRequest({ ...request, remindedMs: atMs }, this.#note("access.reminded", request.id, {}));
      }
    }
    return escalated;
  }

  #note(action: string, subject: string, detail: CanonicalValue) {
    return { atMs: this.#parts.now(), who: "collector", action, subject, detail };
  }

  #faultOf(by: Reader, { kind, unit: id, login, roles, functions, counties }: RequestOrder): AccessError | undefined {
    const { directory, access } = this.#parts;
    const unit = directory.unit(id);
    const isTheirs = departmentsOf(by, "access:request") === "all" || by.unit === id;
    if (unit === undefined || unit.closedMs !== null || !isTheirs) {
      return {
        code: "missing",
        message: `there is no unit ${id} to ask for`,
        cure: "Ask for people of your own unit.",
      };
    }
    const known = access.account(login);
    if (kind === "person" && known !== undefined && known.unit !== id) {
      return { code: "unfit", message: `${login} belongs to another unit`, cure: "Choose another sign-in name." };
    }
    const reach = countiesOf(unit, null);
    const foreign = counties?.find((county) => reach !== "all" && !reach.has(county));
    if (foreign !== undefined)
      return { code: "unfit", message: `county ${foreign} is not the unit's`, cure: "Leave it out." };
    const unfit =
      kind === "person"
        ? unsuitable(roles, directory.roles, unit)
        : machineFault(functions, mostOf(unit, directory.roles));
    if (kind === "person" && roles.length === 0)
      return { code: "unfit", message: "no role is asked for", cure: "Name one." };
    return unfit === undefined ? undefined : { code: "unfit", message: unfit, cure: "See the table of roles." };
  }
}

/** Programs do business; administration is for people. */
function machineFault(
  functions: RequestOrder["functions"],
  most: ReadonlyMap<FunctionName, unknown>,
): string | undefined {
  if (functions.length === 0) return "no function is asked for";
  const barred = functions.find((name) => FUNCTIONS[name].field !== "business" || name === "access:decide");
  if (barred !== undefined) return `${barred} is not for a program`;
  const beyond = functions.find((name) => !most.has(name));
  return beyond === undefined ? undefined : `${beyond} is beyond what the unit's people may`;
}
