/**
 * Changes of equipment that are filed before the work and approved by somebody else: what each kind makes of a station's
 * entry, and which honest changes it announces to the rules. Pure.
 */
import type { WorkOrderChange } from "@forecourt/protocol/filings/schema.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { Bilingual } from "./check-entry.ts";
import type { ChartPoint, StationEntry } from "./schema.ts";

export const CHANGE_KINDS = [
  "dispenser-added",
  "dispenser-replaced",
  "dispenser-scrapped",
  "board-replaced",
  "seal-opened",
  "chart-changed",
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

export const CHANGE_STATES = ["filed", "approved", "rejected", "withdrawn", "done"] as const;
export type ChangeState = (typeof CHANGE_STATES)[number];

/** Work that looks like a fraud: people file it as a change, which somebody else approves. */
export const NEEDS_APPROVAL: readonly WorkOrderChange[] = [
  "board-replaced",
  "total-reset",
  "seal-service",
  "chart-changed",
];

export type DispenserEntry = StationEntry["dispensers"][number];

/** What will stand there after the work, as far as the kind needs it. */
export interface ChangePlan {
  /** of a dispenser that is new or takes another's place */
  dispenser?: DispenserEntry | undefined;
  /** number of the seal that is put on after the work */
  sealNumber?: string | undefined;
  /** the new strapping table; left out where it is imported later */
  chart?: ChartPoint[] | undefined;
}

export interface ChangeOrder {
  station: string;
  kind: ChangeKind;
  /** the dispenser, seal or tank */
  subject: string;
  /** number of the work order on paper */
  workOrder: string;
  /** when the work may be done, epoch ms */
  fromMs: number;
  untilMs: number;
  why: string;
  plan: ChangePlan;
}

export interface ChangeError {
  code: "subject" | "plan" | "window" | "text";
  message: Bilingual;
  cure: Bilingual;
}

/** As long as a work order may be in force: a quarter. */
const LONGEST_MS = 92 * 86_400_000;

/** Says what is wrong with an order before it is filed. */
export function orderFault(order: ChangeOrder, entry: StationEntry, nowMs: number): ChangeError | undefined {
  const { fromMs, untilMs, workOrder, why } = order;
  if (!(untilMs > fromMs && untilMs - fromMs <= LONGEST_MS && untilMs > nowMs)) {
    return wrong(
      "window",
      "时间窗无效",
      "the window is none, or is over",
      "结束须晚于开始和现在，最长 92 天。",
      "It ends after it begins and after now, within 92 days.",
    );
  }
  if (workOrder.trim() === "" || why.trim().length < 2) {
    return wrong("text", "缺少工单号或原因", "work order or reason are missing", "填写工单号和原因。", "Give both.");
  }
  const made = entryAfter(order, entry);
  return made.ok ? undefined : made.error;
}

/** The station's entry after the work; the same object where the registry says nothing of what changes. */
export function entryAfter(
  { kind, subject, plan }: Pick<ChangeOrder, "kind" | "subject" | "plan">,
  entry: StationEntry,
): Result<StationEntry, ChangeError> {
  const known = entry.dispensers.find(({ device }) => device === subject);
  switch (kind) {
    case "dispenser-added":
      if (known !== undefined) return fail(missing("subject", `${subject} 已登记`, `${subject} is registered already`));
      return withDispenser(entry, subject, plan);
    case "dispenser-replaced":
      if (known === undefined) return fail(noSuch(subject));
      return withDispenser(entry, subject, plan);
    case "dispenser-scrapped":
      if (known === undefined) return fail(noSuch(subject));
      return ok(withoutDispenser(entry, subject));
    case "board-replaced":
      return known === undefined ? fail(noSuch(subject)) : ok(entry);
    case "seal-opened":
      return sealed(entry, subject, plan);
    case "chart-changed":
      return charted(entry, subject, plan);
  }
}

/** What the rules must know to take the work for honest. Seals on what is worked at are opened with it. */
export function workOrdersOf(
  { kind, subject }: Pick<ChangeOrder, "kind" | "subject">,
  entry: StationEntry,
): { change: WorkOrderChange; subject: string }[] {
  const seals = entry.seals
    .filter(({ of }) => of === subject)
    .map(({ seal }) => ({ change: "seal-service" as const, subject: seal }));
  switch (kind) {
    case "dispenser-added":
      return [{ change: "configuration-changed", subject: "station" }];
    case "dispenser-replaced":
    case "board-replaced":
      return [{ change: "board-replaced", subject }, { change: "total-reset", subject }, ...seals];
    case "dispenser-scrapped":
      return [{ change: "board-replaced", subject }, { change: "configuration-changed", subject: "station" }, ...seals];
    case "seal-opened":
      return [{ change: "seal-service", subject }];
    case "chart-changed":
      return [
        { change: "chart-changed", subject },
        { change: "gauge-service", subject },
      ];
  }
}

function withDispenser(
  entry: StationEntry,
  subject: string,
  { dispenser }: ChangePlan,
): Result<StationEntry, ChangeError> {
  if (dispenser === undefined || dispenser.device !== subject) {
    return fail(missing("plan", `缺少加油机 ${subject} 的登记内容`, `what stands there as ${subject} is not told`));
  }
  const isNew = !entry.dispensers.some(({ device }) => device === subject);
  const dispensers = entry.dispensers.map((one) => (one.device === subject ? dispenser : one));
  return ok({ ...entry, dispensers: isNew ? [...dispensers, dispenser] : dispensers });
}

function withoutDispenser(entry: StationEntry, subject: string): StationEntry {
  return {
    ...entry,
    dispensers: entry.dispensers.filter(({ device }) => device !== subject),
    seals: entry.seals.filter(({ of }) => of !== subject),
  };
}

function sealed(entry: StationEntry, subject: string, { sealNumber }: ChangePlan): Result<StationEntry, ChangeError> {
  if (!entry.seals.some(({ seal }) => seal === subject)) return fail(noSuch(subject));
  if (sealNumber === undefined) return ok(entry);
  return ok({
    ...entry,
    seals: entry.seals.map((one) => (one.seal === subject ? { ...one, number: sealNumber } : one)),
  });
}

function charted(entry: StationEntry, subject: string, { chart }: ChangePlan): Result<StationEntry, ChangeError> {
  if (!entry.tanks.some(({ tank }) => tank === subject)) return fail(noSuch(subject));
  if (chart === undefined) return ok(entry);
  return ok({ ...entry, tanks: entry.tanks.map((one) => (one.tank === subject ? { ...one, chart } : one)) });
}

function noSuch(subject: string): ChangeError {
  return missing("subject", `本站没有 ${subject}`, `the station has no ${subject}`);
}

function missing(code: ChangeError["code"], zh: string, en: string): ChangeError {
  return wrong(code, zh, en, "对照登记内容改正。", "Compare it with the registry.");
}

function wrong(code: ChangeError["code"], zh: string, en: string, cureZh: string, cureEn: string): ChangeError {
  return { code, message: { zh, en }, cure: { zh: cureZh, en: cureEn } };
}
