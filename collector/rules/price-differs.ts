/** Nozzles of one grade that sell at different prices at the same time. */
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
import { moment, yuan } from "./wording.ts";

interface Priced {
  unitPriceFen: number;
  /** when it was first seen at this price, epoch ms */
  sinceMs: number;
  atMs: number;
  evidence: EvidenceRange;
}
interface State {
  nozzles: Record<string, Priced>;
  /** grades that are flagged now */
  told: Record<string, true>;
}

function onSale(state: State, sale: SaleRecord, { atMs }: SeenRecord, context: RuleContext): Verdicts {
  if (sale.unitPriceFen === null || sale.count !== 1) return NONE;
  const grade = context.layout.nozzles.get(sale.nozzle)?.grade;
  const nozzles = grade === undefined ? [] : (context.layout.nozzlesOfGrade.get(grade) ?? []);
  const known = state.nozzles[sale.nozzle];
  const sinceMs = known?.unitPriceFen === sale.unitPriceFen ? known.sinceMs : atMs;
  state.nozzles[sale.nozzle] = { unitPriceFen: sale.unitPriceFen, sinceMs, atMs, evidence: evidenceOf(sale) };
  if (grade === undefined || (nozzles.length < 2 && state.told[grade] === undefined)) return NONE;
  const { settleMs, memoryMs } = context.parameters as { settleMs: number; memoryMs: number };
  const priced = nozzles
    .flatMap((one) => state.nozzles[one] ?? [])
    // A price that has just changed may not have been seen at the others yet; one seen long ago says nothing of now.
    .filter((one) => atMs - one.atMs <= memoryMs && atMs - one.sinceMs >= settleMs);
  const lowest = Math.min(...priced.map((one) => one.unitPriceFen));
  const highest = Math.max(...priced.map((one) => one.unitPriceFen));
  if (priced.length < 2 || highest - lowest <= 0) {
    if (state.told[grade] === undefined || priced.length < 2) return NONE;
    delete state.told[grade];
    return [{ verdict: "ended", subject: grade, atMs }];
  }
  // Both must have been seen since the other last changed: the slower one may simply not have sold since.
  const changedMs = Math.max(...priced.map((one) => one.sinceMs));
  if (priced.some((one) => one.atMs < changedMs)) return NONE;
  state.told[grade] = true;
  const figures = { lowestFen: lowest, highestFen: highest };
  const evidence = priced.map((one) => one.evidence);
  return [{ verdict: "finding", subject: grade, fromMs: changedMs, atMs, figures, evidence }];
}

export const priceDiffers = rule<State>({
  id: "price.differs-between-nozzles",
  title: { zh: "同号油品各枪单价不一", en: "Nozzles of one grade at different prices" },
  basis: "第五条（一） Art. 5(1)",
  department: "market-regulation",
  severity: "medium",
  parameters: {
    settleMs: { default: 3_600_000, unit: "ms", why: "dispensers are set to a new price one after the other" },
    memoryMs: {
      default: 21_600_000,
      unit: "ms",
      why: "a price that was seen six hours ago need not be the one of now",
    },
  },
  why: {
    zh: "同一油品只有一个挂牌价；一支枪单独降价，常用于销售来源不明的油品。",
    en: "One grade has one price; a single cheaper nozzle often sells fuel of unknown origin.",
  },
  check: {
    zh: "逐枪核对显示单价，询问差价原因与备案。",
    en: "Read the price on every dispenser of the grade; ask for the reason and whether it was filed.",
  },
  start: () => ({ nozzles: {}, told: {} }),
  on: { sale: onSale },
  text: ({ subject, figures, fromMs, untilMs }) => ({
    zh: `${moment(fromMs)} 至 ${moment(untilMs)}，${subject} 各油枪成交单价不一：最低 ${yuan(figures.lowestFen)} 元/升，最高 ${yuan(figures.highestFen)} 元/升。请逐枪核对。`,
    en: `From ${moment(fromMs)} to ${moment(untilMs)} nozzles of ${subject} sold at different prices: ${yuan(figures.lowestFen)} to ${yuan(figures.highestFen)} CNY/L. Read the price on every dispenser.`,
  }),
});
