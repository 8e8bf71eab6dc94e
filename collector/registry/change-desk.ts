/** The desk of changes: they are filed, approved by somebody else, and entered in the registry when the work is done. */
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { WorkOrderFiling } from "../rules/filings.ts";
import type { RuleInput } from "../rules/rule.ts";
import {
  type ChangeError,
  type ChangeOrder,
  type ChangeState,
  entryAfter,
  orderFault,
  workOrdersOf,
} from "./change.ts";
import type { Actor, ChangeFilter, ChangeStore, FiledChange } from "./change-store.ts";
import { type Bilingual, entryFaults } from "./check-entry.ts";
import type { Registrar, RegistrarError } from "./registrar.ts";

export interface ChangeDeskParts {
  store: ChangeStore;
  registrar: Registrar;
  /** epoch ms */
  now: () => number;
  newId: () => string;
  onInput: (station: string, id: number, input: RuleInput) => void;
  /** Signs the audit log's head. */
  sign: () => Promise<void>;
}

export interface DeskFault {
  code: ChangeError["code"] | "change" | "station" | "state" | "own" | "over" | "time" | RegistrarError["code"];
  message: Bilingual;
  cure: Bilingual;
}

const fault = (code: DeskFault["code"], zh: string, en: string, cureZh: string, cureEn: string) =>
  fail<DeskFault>({ code, message: { zh, en }, cure: { zh: cureZh, en: cureEn } });

export class ChangeDesk {
  readonly #parts: ChangeDeskParts;

  constructor(parts: ChangeDeskParts) {
    this.#parts = parts;
  }

  get(id: string): Promise<FiledChange | undefined> {
    return this.#parts.store.get(id);
  }

  list(filter: ChangeFilter, page: { limit: number; before?: number | undefined }) {
    return this.#parts.store.list(filter, page);
  }

  /** Files a change; nothing is excused by it yet. */
  async file(order: ChangeOrder, by: Actor): Promise<Result<FiledChange, DeskFault>> {
    const { registrar, store, now, newId, sign } = this.#parts;
    const entry = registrar.current(order.station)?.entry;
    if (entry === undefined) return noStation(order.station);
    const wrong = orderFault(order, entry, now()) ?? this.#planFault(order);
    if (wrong !== undefined) return fail(wrong);
    const change: FiledChange = {
      ...order,
      id: newId(),
      state: "filed",
      filedMs: now(),
      filedBy: by,
      decision: null,
      done: null,
    };
    await store.file(change);
    await sign();
    return ok(change);
  }

  /** Approves a change: from now on the rules know of it. Whoever filed it cannot. */
  async approve(id: string, by: Actor, why: string): Promise<Result<FiledChange, DeskFault>> {
    const found = await this.#inState(id, "filed");
    if (!found.ok) return found;
    const change = found.value;
    const atMs = this.#parts.now();
    if (isSame(change.filedBy, by)) {
      return fault(
        "own",
        "不能审批本人提交的变更",
        "nobody approves what they filed",
        "请由他人审批。",
        "Let somebody else decide.",
      );
    }
    if (change.untilMs <= atMs) {
      return fault("over", "时间窗已过", "its window is over", "请重新提交。", "File it anew.");
    }
    const entry = this.#parts.registrar.current(change.station)?.entry;
    if (entry === undefined) return noStation(change.station);
    const made = entryAfter(change, entry);
    const wrong = made.ok ? this.#planFault(change) : made.error;
    if (wrong !== undefined) return fail(wrong);
    const { station, fromMs, untilMs } = change;
    const filings = workOrdersOf(change, entry).map(
      (one, index): WorkOrderFiling => ({
        filing: "work-order",
        id: `${id}-${index + 1}`,
        station,
        ...one,
        fromMs,
        untilMs,
      }),
    );
    return this.#move({ ...change, state: "approved", decision: { by, atMs, why } }, "filed", by, filings);
  }

  async reject(id: string, by: Actor, why: string): Promise<Result<FiledChange, DeskFault>> {
    const found = await this.#inState(id, "filed");
    if (!found.ok) return found;
    if (isSame(found.value.filedBy, by)) {
      return fault(
        "own",
        "不能审批本人提交的变更",
        "nobody decides what they filed",
        "如需撤回，请使用撤回。",
        "Withdraw it instead.",
      );
    }
    if (why.trim().length < 2) return fault("text", "缺少原因", "a reason is needed", "写明原因。", "Say why.");
    const decision = { by, atMs: this.#parts.now(), why };
    return this.#move({ ...found.value, state: "rejected", decision }, "filed", by, []);
  }

  /** Takes a change back that nobody has decided yet. Only who filed it can. */
  async withdraw(id: string, by: Actor): Promise<Result<FiledChange, DeskFault>> {
    const found = await this.#inState(id, "filed");
    if (!found.ok) return found;
    if (!isSame(found.value.filedBy, by)) {
      return fault(
        "own",
        "只能由提交人撤回",
        "only who filed it takes it back",
        "请由提交人撤回，或予以驳回。",
        "Reject it instead.",
      );
    }
    return this.#move({ ...found.value, state: "withdrawn" }, "filed", by, []);
  }

  /**
   * The work is done: the registry says from that moment on what stands there.
   * @param doneMs within the window, not in the future
   */
  async complete(id: string, by: Actor, doneMs: number): Promise<Result<FiledChange, DeskFault>> {
    const { registrar, now } = this.#parts;
    const found = await this.#inState(id, "approved");
    if (!found.ok) return found;
    const change = found.value;
    if (!(doneMs >= change.fromMs && doneMs <= change.untilMs && doneMs <= now())) {
      return fault(
        "time",
        "完工时间须在时间窗内，且不晚于现在",
        "it was not done within its window, or not yet",
        "改正完工时间；超出时间窗的请重新提交。",
        "Mend the time, or file it anew.",
      );
    }
    const current = registrar.current(change.station);
    if (current === undefined) return noStation(change.station);
    // After a crash in between the registry may say so already.
    const isEntered = await registrar.holds(change.station, id);
    const made = isEntered ? ok(current.entry) : entryAfter(change, current.entry);
    if (!made.ok) return fail(made.error);
    if (made.value !== current.entry) {
      const facts = {
        who: by.name,
        why: `${change.workOrder} ${change.why}`,
        fromMs: Math.max(doneMs, current.fromMs),
        change: id,
      };
      const order = { entry: made.value, after: current.version };
      const done = await registrar.carryOut([order], facts);
      // `nothing`: somebody has entered the same already.
      if (!done.ok && done.error.code !== "nothing") return fail(done.error);
    }
    return this.#move({ ...change, state: "done", done: { by, atMs: doneMs, toldMs: now() } }, "approved", by, []);
  }

  /** What would be wrong with the entry after the work. */
  #planFault(order: ChangeOrder): DeskFault | undefined {
    const made = entryAfter(order, this.#parts.registrar.current(order.station)!.entry);
    if (!made.ok) return made.error;
    const [first] = entryFaults(made.value);
    return first && { code: "plan", message: first.message, cure: first.cure };
  }

  async #inState(id: string, state: ChangeState): Promise<Result<FiledChange, DeskFault>> {
    const change = await this.#parts.store.get(id);
    if (change === undefined)
      return fault("change", "没有这项变更", "there is no such change", "核对编号。", "Check the id.");
    return change.state === state ? ok(change) : moved(change.state);
  }

  async #move(
    change: FiledChange,
    from: ChangeState,
    by: Actor,
    filings: readonly WorkOrderFiling[],
  ): Promise<Result<FiledChange, DeskFault>> {
    const { store, now, onInput, sign } = this.#parts;
    const atMs = now();
    const inputs = await store.move(change, from, { atMs, by, filings });
    if (inputs === undefined) return moved((await store.get(change.id))?.state ?? from);
    inputs.forEach((id, index) => {
      onInput(change.station, id, { kind: "filing", atMs, filing: filings[index]! });
    });
    await sign();
    return ok(change);
  }
}

function noStation(station: string) {
  return fault("station", `没有加油站 ${station}`, `there is no station ${station}`, "核对站点编号。", "Check the id.");
}

function moved(state: ChangeState) {
  return fault("state", `该变更已是 ${state}`, `it is ${state} by now`, "重新读取。", "Read it again.");
}

/** People are told apart by their accounts; where a program passes on who acts, by the name that it passes on. */
function isSame(a: Actor, b: Actor): boolean {
  const byProgram = [a, b].some(({ account }) => account.startsWith("machine:"));
  const plain = (name: string) => name.normalize("NFKC").replaceAll(/\s/g, "").toLowerCase();
  return byProgram ? plain(a.name) === plain(b.name) : a.account === b.account;
}
