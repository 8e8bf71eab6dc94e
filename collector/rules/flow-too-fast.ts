/** More litres between two hang-ups than the pump can give: the figures were written, not measured. */
import type { SaleRecord } from "@forecourt/protocol/records/schema.ts";
import {
  type EvidenceRange,
  evidenceOf,
  NONE,
  type RuleContext,
  rule,
  type SeenRecord,
  type Verdicts,
} from "./rule.ts";
import { litres, moment, plain } from "./wording.ts";

interface Last {
  gateway: string;
  boot: string;
  monoMs: number;
  evidence: EvidenceRange;
}
type State = Record<string, Last>;

const MS_PER_MINUTE = 60_000;
const CL_PER_L = 100;

function maxFlowLpm({ layout, parameters }: RuleContext, nozzle: string): number {
  return layout.nozzles.get(nozzle)?.maxFlowLpm ?? parameters.maxFlowLpm!;
}

function onSale(state: State, sale: SaleRecord, { atMs }: SeenRecord, context: RuleContext): Verdicts {
  const last = state[sale.nozzle];
  const { gateway, boot, monoMs } = sale;
  const evidence = evidenceOf(sale);
  state[sale.nozzle] = { gateway, boot, monoMs, evidence };
  // Time between two records counts only on one clock that nobody sets, and only where nothing was merged.
  if (last === undefined || last.gateway !== gateway || last.boot !== boot || sale.count !== 1) return NONE;
  if (sale.quality !== "good") return NONE;
  const spentMs = monoMs - last.monoMs;
  const limitLpm = maxFlowLpm(context, sale.nozzle) * (1 + context.parameters.marginPercent! / 100);
  // The gateway sees a hang-up at its next look: the time may be short by as much.
  const possibleCl = (limitLpm * CL_PER_L * (spentMs + context.parameters.lookMs!)) / MS_PER_MINUTE;
  if (sale.volumeCl <= possibleCl) return NONE;
  const flowLpm = Math.round((sale.volumeCl / CL_PER_L) * (MS_PER_MINUTE / Math.max(spentMs, 1_000)));
  const figures = { volumeCl: sale.volumeCl, spentMs, flowLpm, limitLpm: Math.round(limitLpm) };
  return [{ verdict: "finding", subject: sale.nozzle, atMs, figures, evidence: [last.evidence, evidence] }];
}

export const flowTooFast = rule<State>({
  id: "tax-port.flow-too-fast",
  title: { zh: "加油速度超出设备能力", en: "More litres than the pump can give" },
  basis: "第五条（二） Art. 5(2)",
  department: "market-regulation",
  severity: "high",
  parameters: {
    maxFlowLpm: { default: 120, unit: "L/min", why: "high-flow diesel pumps give 80 to 120; others at most 50" },
    marginPercent: { default: 20, unit: "%", why: "a pump may be a little better than its plate" },
    lookMs: { default: 30_000, unit: "ms", why: "sales are seen when the total is read, not at the hang-up itself" },
  },
  why: {
    zh: "泵出不了的油量只能是写进去的数据。",
    en: "Litres that the pump cannot give were written into the data.",
  },
  check: {
    zh: "核查主板与税控口之间有无外接装置，实测最大流量。",
    en: "Look for a device between main board and tax port; measure the greatest flow.",
  },
  start: () => ({}),
  on: { sale: onSale },
  text: ({ subject, figures, untilMs }) => ({
    zh: `油枪 ${subject} 在 ${moment(untilMs)} 前 ${plain(Math.round(Number(figures.spentMs) / 1000))} 秒内加出 ${litres(figures.volumeCl)} L，约 ${plain(figures.flowLpm)} L/min，超出上限 ${plain(figures.limitLpm)} L/min。请核查数据是否被篡改。`,
    en: `Nozzle ${subject} gave ${litres(figures.volumeCl)} L within ${plain(Math.round(Number(figures.spentMs) / 1000))} s by ${moment(untilMs)}, about ${plain(figures.flowLpm)} L/min; the limit is ${plain(figures.limitLpm)}. Check whether the data were tampered with.`,
  }),
});
