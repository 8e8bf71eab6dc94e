/** A grand total that begins anew near zero: the meter's memory was wiped, or it is another meter. */
import type { SaleRecord, TotalRecord } from "@forecourt/protocol/records/schema.ts";
import { covered } from "./covered.ts";
import {
  type EvidenceRange,
  evidenceOf,
  NONE,
  type RuleContext,
  rule,
  type SeenRecord,
  type Verdicts,
} from "./rule.ts";
import { litres, moment } from "./wording.ts";

interface Known {
  volumeCl: number;
  evidence: EvidenceRange;
}
type State = Record<string, Known>;

/** A total below this share of the one before has begun anew; above, it was turned back. */
const NEW_SHARE = 0.01;
/** A nozzle that has sold less than this in its life cannot be told from a new one. */
const LEAST_LIFE_CL = 100_000;

/** Whether a fall from one total to another is a new beginning, 0.01 L. */
export function isReset(beforeCl: number, nowCl: number): boolean {
  return beforeCl >= LEAST_LIFE_CL && nowCl <= beforeCl * NEW_SHARE;
}

function judge(
  state: State,
  now: { nozzle: string; device: string; beforeCl: number; volumeCl: number },
  seen: SeenRecord,
  context: RuleContext,
): Verdicts {
  const known = state[now.nozzle];
  const evidence = evidenceOf(seen.record);
  state[now.nozzle] = { volumeCl: now.volumeCl, evidence };
  if (known === undefined || !isReset(known.volumeCl, now.beforeCl)) return NONE;
  if (covered(context, ["total-reset", "board-replaced"], [now.nozzle, now.device], seen.atMs)) return NONE;
  const figures = { previousVolumeCl: known.volumeCl, volumeCl: now.beforeCl, lostCl: known.volumeCl - now.beforeCl };
  return [{ verdict: "finding", subject: now.nozzle, atMs: seen.atMs, figures, evidence: [known.evidence, evidence] }];
}

function onSale(state: State, sale: SaleRecord, seen: SeenRecord, context: RuleContext): Verdicts {
  if (sale.quality !== "good" && sale.quality !== "unconfirmed") return NONE;
  const { nozzle, device, beforeVolumeCl: beforeCl, totalVolumeCl: volumeCl } = sale;
  return judge(state, { nozzle, device, beforeCl, volumeCl }, seen, context);
}

function onTotal(state: State, total: TotalRecord, seen: SeenRecord, context: RuleContext): Verdicts {
  if (total.scope !== "grand" || total.quality !== "good") return NONE;
  const { nozzle, device, volumeCl } = total;
  return judge(state, { nozzle, device, beforeCl: volumeCl, volumeCl }, seen, context);
}

export const totalReset = rule<State>({
  id: "tax-port.total-reset",
  title: { zh: "总累清零", en: "Grand total began anew" },
  basis: "第五条（二）、第十二条 Art. 5(2), 12",
  department: "market-regulation",
  severity: "high",
  parameters: {},
  why: {
    zh: "总累清零意味着此前全部销售记忆被抹去，或更换了计量、税控部件。",
    en: "A total that begins anew has forgotten everything sold before, or belongs to another meter or board.",
  },
  check: {
    zh: "索取维修工单与更换备案，核对主板、税控芯片编号和铅封，对照日销售台账。",
    en: "Ask for the repair order; compare the numbers of main board and tax chip, the seals, and the daily book.",
  },
  start: () => ({}),
  on: { sale: onSale, total: onTotal },
  text: ({ subject, figures, untilMs }) => ({
    zh: `油枪 ${subject} 的总累在 ${moment(untilMs)} 前由 ${litres(figures.previousVolumeCl)} L 变为 ${litres(figures.volumeCl)} L，即重新开始计数，且无维修工单。请核查主板、税控芯片与铅封。`,
    en: `The grand total of nozzle ${subject} went from ${litres(figures.previousVolumeCl)} L to ${litres(figures.volumeCl)} L by ${moment(untilMs)}: it began anew, and no work order covers it. Check main board, tax chip and seals.`,
  }),
});
