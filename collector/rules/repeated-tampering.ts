/** Two or more deliberate findings that officials confirmed within a year: joint sanctions (Article 15). */
import type { FlagStep } from "../desk/store.ts";
import { NONE, rule, type Verdicts } from "./rule.ts";
import { moment, plain } from "./wording.ts";

interface Confirmed {
  flag: string;
  rule: string;
  atMs: number;
}
interface State {
  confirmed: Confirmed[];
}

const SUBJECT = "station";
const DAY_MS = 86_400_000;

/** Rules whose confirmed finding nobody makes by accident. A fault, a leak or a silence can happen to anybody. */
export const DELIBERATE: readonly string[] = [
  "tax-port.total-decreased",
  "tax-port.total-reset",
  "tax-port.identity-changed",
  "tax-port.amount-mismatch",
  "tax-port.flow-too-fast",
  "tax-port.records-repeated",
  "tax-port.period-total-mismatch",
  "tax-port.silent-at-peak",
  "seal.opened",
  "seal.swapped",
  "price.off-board",
  "price.differs-between-nozzles",
  "wetstock.short-measure",
  "wetstock.sold-not-drawn",
  "wetstock.outflow-without-sales",
  "wetstock.inflow-without-notice",
  "wetstock.chart-changed",
  "gateway.cabinet-opened",
  "gateway.chain-broken",
];

/** Whether a confirmed flag of this rule counts as deliberate. */
function isDeliberate(id: string): boolean {
  return DELIBERATE.includes(id);
}

function onStep(
  state: State,
  step: FlagStep,
  atMs: number,
  { parameters }: { parameters: Record<string, number> },
): Verdicts {
  if (!isDeliberate(step.rule) || (step.step !== "confirm" && step.step !== "reopen")) return NONE;
  const before = atMs - parameters.withinDays! * DAY_MS;
  state.confirmed = state.confirmed.filter((one) => one.atMs > before && one.flag !== step.flag);
  if (step.step === "confirm") state.confirmed.push({ flag: step.flag, rule: step.rule, atMs });
  if (state.confirmed.length < parameters.times!) {
    return step.step === "reopen" ? [{ verdict: "ended", subject: SUBJECT, atMs }] : NONE;
  }
  const figures = {
    times: state.confirmed.length,
    rules: [...new Set(state.confirmed.map((one) => one.rule))].join(" "),
    flags: state.confirmed.map((one) => one.flag).join(" "),
  };
  const fromMs = state.confirmed[0]!.atMs;
  return [{ verdict: "finding", subject: SUBJECT, fromMs, atMs, figures, evidence: [] }];
}

export const repeatedTampering = rule<State>({
  id: "station.repeated-tampering",
  title: { zh: "一年内两次以上故意作弊", en: "Deliberate tampering twice within a year" },
  basis: "第十五条第二款 Art. 15(2)",
  department: "commerce",
  severity: "high",
  parameters: {
    times: { default: 2, unit: "confirmed flags", why: "Article 15: twice or more" },
    withinDays: { default: 365, unit: "days", why: "Article 15: within a year" },
  },
  why: {
    zh: "一年内两次以上故意破坏、篡改系统影响数据真实性的，由相关职能部门联合惩戒。",
    en: "Whoever tampers deliberately twice within a year is sanctioned by all departments together.",
  },
  check: {
    zh: "汇总各次核查结论与证据，按联合惩戒程序移送。",
    en: "Gather the findings and their evidence, and hand them over for joint sanctions.",
  },
  start: () => ({ confirmed: [] }),
  on: {},
  onStep,
  text: ({ figures, fromMs, untilMs }) => ({
    zh: `本站自 ${moment(fromMs)} 至 ${moment(untilMs)} 已有 ${plain(figures.times)} 起经核实的故意作弊（${plain(figures.rules)}）。请启动联合惩戒程序。`,
    en: `Between ${moment(fromMs)} and ${moment(untilMs)} ${plain(figures.times)} cases of deliberate tampering were confirmed at this station (${plain(figures.rules)}). Begin the procedure of joint sanctions.`,
  }),
});
