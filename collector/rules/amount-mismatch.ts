/** Money must be litres times price: otherwise someone changed one of the three. */
import type { SaleRecord } from "@forecourt/protocol/records/schema.ts";
import { evidenceOf, type Figures, NONE, type RuleContext, rule, type SeenRecord, type Verdicts } from "./rule.ts";
import { litres, moment, yuan } from "./wording.ts";

/** Right sales since the last wrong one, by nozzle; a nozzle that was never wrong is not in it. */
type State = Record<string, number>;

interface Claim {
  volumeCl: number;
  amountFen: number;
  unitPriceFen: number;
}

/** What the sale states about money, each with a price of its own. */
function claims(sale: SaleRecord): Claim[] {
  const list: Claim[] = [];
  if (sale.lastFuelling !== null) list.push(sale.lastFuelling);
  const price = sale.unitPriceFen ?? sale.lastFuelling?.unitPriceFen ?? null;
  // Several fuellings in one may have had several prices: only a single one can be checked.
  if (price === null || sale.count !== 1) return list;
  list.push({ volumeCl: sale.volumeCl, amountFen: sale.amountFen, unitPriceFen: price });
  if (sale.basis !== "last-fuelling" && sale.totalVolumeCl > sale.beforeVolumeCl) {
    list.push({
      volumeCl: sale.totalVolumeCl - sale.beforeVolumeCl,
      amountFen: sale.totalAmountFen - sale.beforeAmountFen,
      unitPriceFen: price,
    });
  }
  return list;
}

/** Fen by which the amount is off, to the whole fen. */
function differenceFen(claim: Claim): number {
  return claim.amountFen - Math.round((claim.volumeCl * claim.unitPriceFen) / 100);
}

function onSale(state: State, sale: SaleRecord, { atMs }: SeenRecord, { parameters }: RuleContext): Verdicts {
  const stated = claims(sale);
  if (stated.length === 0) {
    const reason = "no unit price is known for this sale";
    return [{ verdict: "unknown", subject: sale.nozzle, atMs, reason }];
  }
  const worst = stated.reduce((a, b) => (Math.abs(differenceFen(b)) > Math.abs(differenceFen(a)) ? b : a));
  const offFen = differenceFen(worst);
  if (Math.abs(offFen) > parameters.toleranceFen!) {
    state[sale.nozzle] = 0;
    const figures: Figures = { ...pick(worst), differenceFen: offFen };
    return [{ verdict: "finding", subject: sale.nozzle, atMs, figures, evidence: [evidenceOf(sale)] }];
  }
  const right = state[sale.nozzle];
  if (right === undefined) return NONE;
  if (right + 1 < parameters.endAfterSales!) {
    state[sale.nozzle] = right + 1;
    return NONE;
  }
  delete state[sale.nozzle];
  return [{ verdict: "ended", subject: sale.nozzle, atMs }];
}

function pick({ volumeCl, amountFen, unitPriceFen }: Claim): Claim {
  return { volumeCl, amountFen, unitPriceFen };
}

function merge(before: Figures, now: Figures): Figures {
  return { ...now, differenceFen: (Number(before.differenceFen) || 0) + (Number(now.differenceFen) || 0) };
}

export const amountMismatch = rule<State>({
  id: "tax-port.amount-mismatch",
  title: { zh: "金额与油量单价不符", en: "Amount is not volume times price" },
  basis: "第五条（二） Art. 5(2)",
  department: "tax",
  severity: "high",
  parameters: {
    toleranceFen: { default: 1, unit: "fen", why: "dispensers round or cut off the last fen" },
    endAfterSales: { default: 20, unit: "sales", why: "so many right sales in a row, and the fault is over" },
  },
  why: {
    zh: "金额、油量与单价三者只要改动其一，税款或消费者便受损失。",
    en: "Whoever alters one of amount, litres and price takes from the tax or from the customer.",
  },
  check: {
    zh: "核对加油机单价设置、显示屏金额与小票；查看主板铅封。",
    en: "Compare the price set in the dispenser, the display and a receipt; look at the seal of the main board.",
  },
  start: () => ({}),
  on: { sale: onSale },
  merge,
  text: ({ subject, figures, untilMs }) => ({
    zh: `油枪 ${subject} 在 ${moment(untilMs)} 的流水：${litres(figures.volumeCl)} L × ${yuan(figures.unitPriceFen)} 元/L 与金额 ${yuan(figures.amountFen)} 元不符，累计相差 ${yuan(figures.differenceFen)} 元。请核查单价设置与显示屏数据。`,
    en: `Nozzle ${subject}, sale at ${moment(untilMs)}: ${litres(figures.volumeCl)} L × ${yuan(figures.unitPriceFen)} CNY/L is not ${yuan(figures.amountFen)} CNY; ${yuan(figures.differenceFen)} CNY off in all. Check the price setting and the display.`,
  }),
});
