/** A grade that is sold far below what the stations of its county ask: cheap fuel comes from somewhere. */
import type { SaleRecord } from "@forecourt/protocol/records/schema.ts";
import { evidenceOf, NONE, type RuleContext, rule, type SeenRecord, type Verdicts } from "./rule.ts";
import { moment, percent, plain, yuan } from "./wording.ts";

interface Known {
  /** sales in a row below the limit, and at or above it */
  under: number;
  right: number;
  told: boolean;
}
/** By grade; one that was never below is not in it. */
type State = Record<string, Known>;

function onSale(state: State, sale: SaleRecord, { atMs }: SeenRecord, context: RuleContext): Verdicts {
  const { parameters, filings, layout } = context;
  const grade = layout.nozzles.get(sale.nozzle)?.grade;
  if (grade === undefined || sale.unitPriceFen === null || sale.count !== 1) return NONE;
  const area = filings.areaPrice(grade, atMs);
  if (area === null || area.stations < parameters.stations!) return NONE;
  const underPpm = Math.round((1 - sale.unitPriceFen / area.medianFen) * 1e6);
  if (underPpm <= parameters.underPermille! * 1_000) return right(state, grade, atMs, parameters.endAfterSales!);
  const known = state[grade] ?? { under: 0, right: 0, told: false };
  state[grade] = known;
  known.under += 1;
  known.right = 0;
  if (known.under < parameters.sales!) return NONE;
  known.told = true;
  const figures = { unitPriceFen: sale.unitPriceFen, medianFen: area.medianFen, underPpm, stations: area.stations };
  return [{ verdict: "finding", subject: grade, atMs, figures, evidence: [evidenceOf(sale)] }];
}

function right(state: State, grade: string, atMs: number, endAfter: number): Verdicts {
  const known = state[grade];
  if (known === undefined) return NONE;
  known.under = 0;
  known.right += 1;
  if (known.right < endAfter) return NONE;
  delete state[grade];
  return known.told ? [{ verdict: "ended", subject: grade, atMs }] : NONE;
}

export const priceUnderArea = rule<State>({
  id: "price.under-area",
  title: { zh: "售价明显低于本地中位价", en: "Sold far below the area's median price" },
  basis: "第五条（一）、第十条（五） Art. 5(1), 10(5)",
  department: "commerce",
  severity: "medium",
  parameters: {
    underPermille: {
      default: 100,
      unit: "‰ of the median",
      why: "campaigns and small brands ask 3 to 8 % less; the tax risk rules of reference name 10 %",
    },
    stations: { default: 5, unit: "stations", why: "of fewer the median is one neighbour's price" },
    sales: { default: 5, unit: "sales", why: "so many in a row: a price list that comes an hour late is none" },
    endAfterSales: { default: 20, unit: "sales", why: "so many right ones in a row, and it is over" },
  },
  why: {
    zh: "长期远低于本地行情的油品，往往未缴税、来源不明或质量不合格。",
    en: "Fuel that is far cheaper than everywhere around was often not taxed, is of unknown origin, or off specification.",
  },
  check: {
    zh: "核对进货发票与运单的单价和来源，抽样检验油品，询问促销备案。",
    en: "Compare invoices and waybills (price, origin), take a sample, and ask for the notice of a campaign.",
  },
  start: () => ({}),
  on: { sale: onSale },
  text: ({ subject, figures, fromMs, untilMs }) => ({
    zh: `${subject} 自 ${moment(fromMs)} 至 ${moment(untilMs)} 以 ${yuan(figures.unitPriceFen)} 元/升成交，比本县 ${plain(figures.stations)} 座加油站的中位价 ${yuan(figures.medianFen)} 元/升低 ${percent(figures.underPpm)}。请核查油品来源。`,
    en: `From ${moment(fromMs)} to ${moment(untilMs)} ${subject} was sold at ${yuan(figures.unitPriceFen)} CNY/L, ${percent(figures.underPpm)} below the median of ${plain(figures.stations)} stations of the county, ${yuan(figures.medianFen)} CNY/L. Check where the fuel comes from.`,
  }),
});
