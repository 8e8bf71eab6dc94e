/** A sale at another price than the one that was filed for the board. */
import type { SaleRecord } from "@forecourt/protocol/records/schema.ts";
import { evidenceOf, NONE, type RuleContext, rule, type SeenRecord, type Verdicts } from "./rule.ts";
import { moment, yuan } from "./wording.ts";

/** Sales at the right price since the last wrong one, by nozzle; a nozzle that was never wrong is not in it. */
type State = Record<string, number>;

function onSale(state: State, sale: SaleRecord, { atMs }: SeenRecord, context: RuleContext): Verdicts {
  const { parameters, filings } = context;
  const grade = context.layout.nozzles.get(sale.nozzle)?.grade;
  if (sale.unitPriceFen === null || sale.count !== 1 || grade === undefined) return NONE;
  const marginMs = parameters.marginMs!;
  // Around a change of price both are right: a fuelling may have begun before it, and a clock may be off.
  const boards = [atMs - marginMs, atMs, atMs + marginMs].map((at) => filings.price(grade, at));
  const board = boards[1];
  if (board === null || board === undefined) return NONE;
  if (boards.some((price) => price !== null && Math.abs(price - sale.unitPriceFen!) <= parameters.toleranceFen!)) {
    return right(state, sale.nozzle, atMs, parameters.endAfterSales!);
  }
  state[sale.nozzle] = 0;
  const figures = { unitPriceFen: sale.unitPriceFen, boardPriceFen: board, grade, volumeCl: sale.volumeCl };
  return [{ verdict: "finding", subject: sale.nozzle, atMs, figures, evidence: [evidenceOf(sale)] }];
}

function right(state: State, nozzle: string, atMs: number, endAfter: number): Verdicts {
  const count = state[nozzle];
  if (count === undefined) return NONE;
  if (count + 1 < endAfter) {
    state[nozzle] = count + 1;
    return NONE;
  }
  delete state[nozzle];
  return [{ verdict: "ended", subject: nozzle, atMs }];
}

export const priceOffBoard = rule<State>({
  id: "price.off-board",
  title: { zh: "成交单价与挂牌价不符", en: "Sold at another price than the board's" },
  basis: "第五条（一）、第十四条 Art. 5(1), 14",
  department: "market-regulation",
  severity: "medium",
  parameters: {
    toleranceFen: { default: 0, unit: "0.01 CNY/L", why: "the board and the dispenser show the same two decimals" },
    marginMs: {
      default: 1_800_000,
      unit: "ms",
      why: "prices change at midnight; a fuelling that began before keeps its price, and a dispenser's clock may be off",
    },
    endAfterSales: { default: 20, unit: "sales", why: "so many right ones in a row, and the price is right again" },
  },
  why: {
    zh: "低于挂牌价的成交可能掩盖来源不明的油品或未申报的收入，高于挂牌价则欺骗消费者。",
    en: "A price below the board may hide fuel of unknown origin or undeclared income; one above it cheats customers.",
  },
  check: {
    zh: "对照价格牌与加油机显示，核对调价通知和优惠活动备案。",
    en: "Compare board and display; ask for the notice of the price change or of a campaign.",
  },
  start: () => ({}),
  on: { sale: onSale },
  text: ({ subject, figures, fromMs, untilMs }) => ({
    zh: `油枪 ${subject}（${figures.grade}）自 ${moment(fromMs)} 至 ${moment(untilMs)} 以 ${yuan(figures.unitPriceFen)} 元/升成交，而挂牌价为 ${yuan(figures.boardPriceFen)} 元/升。请核对价格牌与调价通知。`,
    en: `From ${moment(fromMs)} to ${moment(untilMs)} nozzle ${subject} (${figures.grade}) sold at ${yuan(figures.unitPriceFen)} CNY/L while the board says ${yuan(figures.boardPriceFen)}. Compare the board and the notice of the price change.`,
  }),
});
