/** A nozzle that sells nothing while its neighbours of the same grade sell as ever: its sales may go another way. */
import type { SaleRecord } from "@forecourt/protocol/records/schema.ts";
import { localDate } from "@forecourt/protocol/time.ts";
import { covered } from "./covered.ts";
import { evidenceOf, type RuleContext, rule, type SeenRecord, type Verdict, type Verdicts } from "./rule.ts";
import { litres, moment, plain } from "./wording.ts";

interface State {
  day: string;
  /** days in a row without a sale, by nozzle; only nozzles that have sold before */
  idleDays: Record<string, number>;
  /** usual litres a day while it sold, 0.01 L, slowly following */
  usualCl: Record<string, number>;
  /** today's litres, 0.01 L */
  todayCl: Record<string, number>;
  lastSaleMs: Record<string, number>;
  told: Record<string, true>;
}

/** How fast the usual day follows: about ten days. */
const FOLLOW = 0.1;
const CL_PER_L = 100;

function onSale(state: State, sale: SaleRecord, seen: SeenRecord, context: RuleContext): Verdicts {
  const day = localDate(seen.atMs);
  const verdicts: Verdict[] = day > state.day ? closeDay(state, day, seen, context) : [];
  const { nozzle } = sale;
  state.todayCl[nozzle] = (state.todayCl[nozzle] ?? 0) + Math.max(0, sale.totalVolumeCl - sale.beforeVolumeCl);
  state.lastSaleMs[nozzle] = seen.atMs;
  state.idleDays[nozzle] = 0;
  if (state.told[nozzle]) {
    delete state.told[nozzle];
    verdicts.push({ verdict: "ended", subject: nozzle, atMs: seen.atMs });
  }
  return verdicts;
}

function closeDay(state: State, day: string, seen: SeenRecord, context: RuleContext): Verdict[] {
  const verdicts = context.station.dispensers.flatMap((dispenser) =>
    dispenser.nozzles.flatMap(({ nozzle, grade }) =>
      closeNozzle(state, { nozzle, grade, device: dispenser.device }, seen, context),
    ),
  );
  state.day = day;
  state.todayCl = {};
  return verdicts;
}

function closeNozzle(
  state: State,
  { nozzle, grade, device }: { nozzle: string; grade: string; device: string },
  seen: SeenRecord,
  context: RuleContext,
): Verdict[] {
  const { days, usualLitres } = context.parameters as { days: number; usualLitres: number };
  const leastCl = usualLitres * CL_PER_L;
  const soldCl = state.todayCl[nozzle] ?? 0;
  const usual = state.usualCl[nozzle];
  if (soldCl > 0) state.usualCl[nozzle] = usual === undefined ? soldCl : usual + FOLLOW * (soldCl - usual);
  const idleDays = state.idleDays[nozzle];
  if (idleDays === undefined || soldCl > 0 || state.day === "") return [];
  state.idleDays[nozzle] = idleDays + 1;
  if (idleDays + 1 < days || (usual ?? 0) < leastCl) return [];
  const neighboursCl = neighbours(context, nozzle, grade).reduce((sum, one) => sum + (state.todayCl[one] ?? 0), 0);
  if (neighboursCl < leastCl) return [];
  if (covered(context, ["board-replaced", "meter-recalibrated", "station-closed"], [nozzle, device], seen.atMs))
    return [];
  state.told[nozzle] = true;
  const figures = { idleDays: idleDays + 1, usualCl: Math.round(usual ?? 0), neighboursCl };
  const fromMs = state.lastSaleMs[nozzle] ?? seen.atMs;
  const evidence = [evidenceOf(seen.record)];
  return [{ verdict: "finding", subject: nozzle, fromMs, atMs: seen.atMs, figures, evidence }];
}

function neighbours({ layout }: RuleContext, nozzle: string, grade: string): string[] {
  return (layout.nozzlesOfGrade.get(grade) ?? []).filter((one) => one !== nozzle);
}

export const nozzleIdle = rule<State>({
  id: "tax-port.nozzle-idle",
  title: { zh: "油枪无销售而同号枪正常", en: "A nozzle idle while its neighbours sell" },
  basis: "第五条（一）、第十六条 Art. 5(1), 16",
  department: "service-provider",
  severity: "notice",
  parameters: {
    days: { default: 3, unit: "days", why: "a nozzle may rest for a day; three in a row are a fault or a choice" },
    usualLitres: { default: 200, unit: "L a day", why: "a nozzle that seldom sells is idle by nature" },
  },
  why: {
    zh: "停用的油枪应当报备；未报备而无流水，可能另有出油通道。",
    en: "A nozzle out of use should be reported; one without sales and without a report may sell another way.",
  },
  check: {
    zh: "现场查看该枪是否停用、故障，或仍在加油而无数据。",
    en: "See on site whether the nozzle is out of use, broken, or fuels without data.",
  },
  start: () => ({ day: "", idleDays: {}, usualCl: {}, todayCl: {}, lastSaleMs: {}, told: {} }),
  on: { sale: onSale },
  text: ({ subject, figures, fromMs }) => ({
    zh: `油枪 ${subject} 自 ${moment(fromMs)} 起 ${plain(figures.idleDays)} 天无销售（平时每天约 ${litres(figures.usualCl)} L），同号油枪当天售出 ${litres(figures.neighboursCl)} L。请现场查看。`,
    en: `Nozzle ${subject} has sold nothing for ${plain(figures.idleDays)} days since ${moment(fromMs)} (usually about ${litres(figures.usualCl)} L a day), while its neighbours sold ${litres(figures.neighboursCl)} L in a day. See on site.`,
  }),
});
