/** A seal that is open, cut or removed, or whose counters moved while nobody looked. Only an inspector closes it. */
import type { SealRecord, SealState } from "@forecourt/protocol/records/schema.ts";
import { covered } from "./covered.ts";
import {
  type EvidenceRange,
  evidenceOf,
  type Figures,
  NONE,
  type RuleContext,
  rule,
  type SeenRecord,
  type Verdict,
  type Verdicts,
} from "./rule.ts";
import { moment, plain } from "./wording.ts";

interface Known {
  state: SealState;
  tamperCount: number | null;
  openCount: number | null;
  /** it was sealed at some time */
  wasSealed: boolean;
  evidence: EvidenceRange;
}
type State = Record<string, Known>;

const BROKEN: readonly SealState[] = ["open", "cut", "shell-tampered", "removed"];
const UNTOLD: readonly SealState[] = ["offline", "unknown"];

function moved(before: number | null | undefined, now: number | null): boolean {
  return typeof before === "number" && now !== null && before !== now;
}

function onSeal(state: State, record: SealRecord, { atMs }: SeenRecord, context: RuleContext): Verdicts {
  if (record.quality !== "good" || UNTOLD.includes(record.state)) {
    const reason = record.reason ?? `the seal is ${record.state}`;
    return [{ verdict: "unknown", subject: record.seal, atMs, reason }];
  }
  const known = state[record.seal];
  state[record.seal] = {
    state: record.state,
    tamperCount: record.tamperCount ?? known?.tamperCount ?? null,
    openCount: record.openCount ?? known?.openCount ?? null,
    wasSealed: known?.wasSealed === true || record.state === "sealed",
    evidence: evidenceOf(record),
  };
  const wrong =
    BROKEN.includes(record.state) ||
    (record.state === "not-installed" && known?.wasSealed === true) ||
    moved(known?.tamperCount, record.tamperCount) ||
    moved(known?.openCount, record.openCount);
  if (!wrong || covered(context, ["seal-service"], [record.seal], atMs)) return NONE;
  return [finding(known, record, atMs)];
}

function finding(known: Known | undefined, record: SealRecord, atMs: number): Verdict {
  const figures: Figures = {
    previousState: known?.state ?? record.previousState,
    state: record.state,
    previousTamperCount: known?.tamperCount ?? null,
    tamperCount: record.tamperCount,
    previousOpenCount: known?.openCount ?? null,
    openCount: record.openCount,
  };
  const evidence = known === undefined ? [evidenceOf(record)] : [known.evidence, evidenceOf(record)];
  return { verdict: "finding", subject: record.seal, atMs, figures, evidence };
}

const STATES: Record<SealState, string> = {
  "not-installed": "未安装",
  sealed: "已施封",
  open: "打开",
  cut: "剪断",
  "shell-tampered": "外壳被破坏",
  removed: "被拆除",
  offline: "离线",
  unknown: "未知",
};
const zhState = (state: unknown): string => STATES[state as SealState] ?? "?";

export const sealOpened = rule<State>({
  id: "seal.opened",
  title: { zh: "铅封打开或被破坏", en: "Seal opened or tampered with" },
  basis: "第五条（二）、第十条（七）、第十二条 Art. 5(2), 10(7), 12",
  department: "market-regulation",
  severity: "high",
  parameters: {},
  why: {
    zh: "铅封是计量与税控部件未被改动的唯一实物凭证。",
    en: "The seal is the one tangible proof that meter and tax board were not touched.",
  },
  check: {
    zh: "查看铅封实物与编号，核对工单；检查其所封部件。",
    en: "Look at the seal and its number, ask for the work order, inspect what it seals.",
  },
  start: () => ({}),
  on: { seal: onSeal },
  text: ({ subject, figures, fromMs, untilMs }) => ({
    zh: `铅封 ${subject} 自 ${moment(fromMs)} 由“${zhState(figures.previousState)}”变为“${zhState(figures.state)}”（至 ${moment(untilMs)}），破坏计数 ${plain(figures.previousTamperCount)} → ${plain(figures.tamperCount)}，开启计数 ${plain(figures.previousOpenCount)} → ${plain(figures.openCount)}。若无工单，请现场核查。`,
    en: `Seal ${subject} went from ${plain(figures.previousState)} to ${plain(figures.state)} since ${moment(fromMs)} (seen until ${moment(untilMs)}); tamper counter ${plain(figures.previousTamperCount)} → ${plain(figures.tamperCount)}, open counter ${plain(figures.previousOpenCount)} → ${plain(figures.openCount)}. Unless there is a work order, check it on site.`,
  }),
});
