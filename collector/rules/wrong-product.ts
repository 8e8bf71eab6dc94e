/** Fuel of one grade announced for a tank of another. */
import type { SeenFiling } from "./filings.ts";
import { NONE, type RuleContext, rule, type Verdicts } from "./rule.ts";
import { litres, moment, plain } from "./wording.ts";

function onFiling(_: null, filing: SeenFiling, { station }: RuleContext): Verdicts {
  if (filing.filing !== "waybill" || filing.grade === null) return NONE;
  const tank = station.tanks.find((one) => one.tank === filing.tank);
  if (tank === undefined || same(tank.grade, filing.grade)) return NONE;
  const figures = {
    waybill: filing.id,
    tanker: filing.tanker,
    grade: filing.grade,
    tankGrade: tank.grade,
    volumeCl: filing.volumeCl,
  };
  return [
    { verdict: "finding", subject: filing.tank, fromMs: filing.fromMs, atMs: filing.untilMs, figures, evidence: [] },
  ];
}

const same = (a: string, b: string): boolean => a.replace(/\s/g, "") === b.replace(/\s/g, "");

export const wrongProduct = rule<null>({
  id: "wetstock.wrong-product",
  title: { zh: "油品卸错罐", en: "Wrong product for the tank" },
  basis: "第五条（一） Art. 5(1)",
  department: "market-regulation",
  severity: "high",
  why: {
    zh: "低标号充高标号，或汽柴油混装，既欺骗顾客也有危险。",
    en: "A lower grade sold as a higher one cheats customers; petrol and diesel mixed is a danger.",
  },
  check: {
    zh: "停售该罐，抽样检验，核对运单与卸油记录。",
    en: "Stop sales from the tank, take a sample, compare waybill and unloading note.",
  },
  parameters: {},
  start: () => null,
  on: {},
  onFiling,
  text: ({ subject, figures, fromMs }) => ({
    zh: `运单 ${plain(figures.waybill)}（${plain(figures.tanker)}，${moment(fromMs)} 起）载明向油罐 ${subject} 卸 ${plain(figures.grade)} ${litres(figures.volumeCl)} L，而该罐登记为 ${plain(figures.tankGrade)}。`,
    en: `Waybill ${plain(figures.waybill)} (${plain(figures.tanker)}, from ${moment(fromMs)}) announces ${litres(figures.volumeCl)} L of ${plain(figures.grade)} for tank ${subject}, which is registered for ${plain(figures.tankGrade)}.`,
  }),
});
