/** Nozzles that give less than they show: the tank gains against what was displayed, in proportion to the sales. */
import type { SaleRecord } from "@forecourt/protocol/records/schema.ts";
import type { Judged } from "../wetstock/judge.ts";
import { stopsWhenInspected } from "../wetstock/judge.ts";
import { judgeGain } from "../wetstock/judge-gain.ts";
import { dayEndMs, localDay } from "../wetstock/local-day.ts";
import type { TankCalibrated, TankDay, TankStep, WetstockEvent } from "../wetstock/state.ts";
import { waybillsOf } from "./deliveries.ts";
import {
  evidenceOf,
  type Figures,
  NONE,
  type RuleContext,
  rule,
  type SeenRecord,
  type Verdict,
  type Verdicts,
} from "./rule.ts";
import { soldToday, startToday, type Today, takenBack } from "./short-today.ts";
import { causeText, litres, moment, percent, plain } from "./wording.ts";

const KEPT_DELIVERIES = 8;
const ECHO_DAYS = 4;
/** From this version on a chart has seen enough levels to measure a delivery to a few thousandths. */
const EXACT_VERSION = 3;

interface Told {
  sinceDay: number;
  lastDay: number;
  /** what it has kept since the last day that was judged */
  today?: Today;
  /** what all nozzles of a tank keep of each litre, a share; and when it first stopped for an inspection, epoch ms */
  gain?: number;
  honestMs?: number;
}
interface State {
  told: Record<string, Told>;
  /** by tank: what the tank gained of each delivery against its waybill, less one, of the last deliveries */
  documents: Record<string, number[]>;
}

function onDay(state: State, day: TankDay, { parameters }: RuleContext): Verdicts {
  const verdicts: Verdict[] = [];
  const subjectOf = (nozzle: number) => (nozzle < 0 ? day.tank : day.nozzles[nozzle]!);
  const known = (nozzle: number) => state.told[subjectOf(nozzle)]?.sinceDay;
  const ofTank = state.told[day.tank];
  if (ofTank?.gain !== undefined && stopsWhenInspected(day, ofTank.gain)) ofTank.honestMs ??= day.atMs;
  const judged = day.inconclusive === null ? judgeGain(day, known) : undefined;
  const found = judged !== undefined && isEcho(state, day, subjectOf(judged.cause.nozzle), judged) ? undefined : judged;
  if (found !== undefined) {
    const subject = subjectOf(found.cause.nozzle);
    const known = { ...ofTank, sinceDay: found.sinceDay, lastDay: day.day };
    const isAll = found.cause.nozzle < 0;
    const figures = { ...figuresOf(found, day), honestMs: isAll ? (known.honestMs ?? null) : null };
    const [fromMs, { atMs, evidence }] = [dayEndMs(found.sinceDay - 1), day];
    const today = startToday(found, { fromMs, atMs, figures });
    state.told[subject] = isAll
      ? { ...known, gain: found.cause.value, today }
      : { sinceDay: known.sinceDay, lastDay: day.day, today };
    verdicts.push({ verdict: "finding", subject, fromMs, atMs, figures, evidence });
  }
  for (const subject of [day.tank, ...day.nozzles]) {
    const told = state.told[subject];
    if (told?.today === undefined || told.lastDay === day.day) continue;
    const back = takenBack(told.today, subject, day.atMs);
    if (back !== undefined) verdicts.push(back);
    delete told.today;
  }
  for (const subject of [day.tank, ...day.nozzles]) {
    const told = state.told[subject];
    if (told === undefined || day.day - told.lastDay < parameters.endDays!) continue;
    delete state.told[subject];
    verdicts.push({ verdict: "ended", subject, atMs: day.atMs });
  }
  return verdicts.length === 0 ? NONE : verdicts;
}

/** While one nozzle of the tank is told, a day or two may seem to speak of another: that is the same fault again. */
function isEcho(state: State, day: TankDay, subject: string, { days }: Judged): boolean {
  if (days >= ECHO_DAYS || state.told[subject] !== undefined) return false;
  return [day.tank, ...day.nozzles].some((other) => day.day - (state.told[other]?.lastDay ?? 0) <= ECHO_DAYS);
}

function figuresOf({ cause, litres: gained, se, days, excluded }: Judged, day: TankDay): Figures {
  return {
    tank: day.tank,
    pattern: cause.kind,
    shortPpm: Math.round(cause.value * 1e6),
    shortSePpm: Math.round(cause.se * 1e6),
    shortCl: Math.round(gained * 100),
    seCl: Math.round(se * 100),
    windowDays: days,
    excluded: excluded.join(" "),
  };
}

/** Nozzles of one tank that differ by more than the law allows already when the chart is learnt. */
function onCalibrated(state: State, told: TankCalibrated, { parameters }: RuleContext): Verdicts {
  if (told.nozzles.length < 3) return NONE;
  const verdicts: Verdict[] = [];
  told.gains.forEach(({ value, se }, index) => {
    if (value < parameters.legalPpm! / 1e6 + 0.003 || value < 4 * se) return;
    const subject = told.nozzles[index]!;
    const today = localDay(told.atMs) - 1;
    state.told[subject] = { sinceDay: today, lastDay: today };
    const figures: Figures = {
      tank: told.tank,
      pattern: "nozzle",
      shortPpm: Math.round(value * 1e6),
      shortSePpm: Math.round(se * 1e6),
      shortCl: Math.round(value * told.sold[index]! * 100),
      seCl: Math.round(se * told.sold[index]! * 100),
      windowDays: 0,
      excluded: "time all",
    };
    verdicts.push({ verdict: "finding", subject, atMs: told.atMs, figures, evidence: told.evidence });
  });
  return verdicts;
}

/**
 * All nozzles short since the chart was learnt: the chart took on their scale, so deliveries seem larger than their
 * waybills. A gauge's own scale cannot do that again and again without a paper from outside the station agreeing.
 */
function onInflow(state: State, inflow: TankStep, { filings, parameters }: RuleContext): Verdicts {
  const { waybills, litres: announced } = waybillsOf(filings, inflow);
  if (inflow.version < EXACT_VERSION || waybills.length !== 1 || inflow.litres < announced / 2) return NONE;
  const shares = [...(state.documents[inflow.tank] ?? []), inflow.litres / announced - 1].slice(-KEPT_DELIVERIES);
  state.documents[inflow.tank] = shares;
  if (shares.length < parameters.deliveries!) return NONE;
  const mean = shares.reduce((sum, one) => sum + one, 0) / shares.length;
  const spread = Math.sqrt(shares.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (shares.length - 1));
  const se = Math.max(spread, 0.001) / Math.sqrt(shares.length);
  if (mean < parameters.documentsPpm! / 1e6 || mean < 4 * se) return NONE;
  const { tank: subject, atMs, evidence } = inflow;
  const today = localDay(atMs);
  state.told[subject] = { sinceDay: state.told[subject]?.sinceDay ?? today, lastDay: today };
  const figures: Figures = {
    tank: subject,
    pattern: "documents",
    shortPpm: Math.round(mean * 1e6),
    shortSePpm: Math.round(se * 1e6),
    shortCl: Math.round(mean * shares.length * announced * 100),
    seCl: Math.round(se * shares.length * announced * 100),
    windowDays: 0,
    deliveries: shares.length,
    excluded: "time",
  };
  return [{ verdict: "finding", subject, atMs, figures, evidence }];
}

/** What is told of a nozzle, or of its tank, goes on with its sales. */
function onSale(state: State, sale: SaleRecord, { atMs }: SeenRecord, { layout }: RuleContext): Verdicts {
  const verdicts: Verdict[] = [];
  for (const subject of [sale.nozzle, layout.tankOfNozzle.get(sale.nozzle) ?? ""]) {
    const today = state.told[subject]?.today;
    if (today === undefined) continue;
    const one = soldToday(today, sale, { subject, atMs, evidence: [evidenceOf(sale)] });
    if (one !== undefined) verdicts.push(one);
  }
  return verdicts.length === 0 ? NONE : verdicts;
}

function onWetstock(state: State, event: WetstockEvent, context: RuleContext): Verdicts {
  if (event.kind === "day") return onDay(state, event, context);
  if (event.kind === "inflow") return onInflow(state, event, context);
  return event.kind === "calibrated" ? onCalibrated(state, event, context) : NONE;
}

export const shortMeasure = rule<State>({
  id: "wetstock.short-measure",
  title: { zh: "加油机少给油", en: "Nozzle gives less than it shows" },
  basis: "第五条（二）、JJG 443 允许误差 Art. 5(2), JJG 443 tolerance",
  department: "market-regulation",
  severity: "high",
  scales: true,
  why: {
    zh: "油罐下降少于显示的加油量，差额被从每位顾客处扣下；作弊程序可同时改税控数据，只有油罐不会说谎。",
    en: "The tank falls by less than was displayed: the difference was kept from the customers. A program can alter meter and tax data together; the tank it cannot.",
  },
  check: {
    zh: "不预告到场，用标准金属量器测 20 L 以上（含 40 L），在不同时段各测一次；查主板、编码器与铅封。",
    en: "Come unannounced, measure with a standard can beyond 20 L (40 L as well) and at other hours; look at board, encoder and seals.",
  },
  parameters: {
    legalPpm: { default: 3_000, unit: "ppm", why: "JJG 443 allows ±0.30 %" },
    documentsPpm: {
      default: 6_000,
      unit: "ppm",
      why: "vapour and line losses make deliveries seem smaller, never larger",
    },
    deliveries: { default: 4, unit: "deliveries", why: "one loading meter may be 0.5 % off, four in a row are not" },
    endDays: { default: 10, unit: "days", why: "so many days without the gain, and the fault is over" },
  },
  start: () => ({ told: {}, documents: {} }),
  stateVersion: 2,
  on: { sale: onSale },
  onWetstock,
  text: ({ subject, figures, fromMs, untilMs }) => {
    const pattern = causeText(figures.pattern);
    const excluded = String(figures.excluded).split(" ").filter(Boolean).map(causeText);
    const isSwitched = typeof figures.honestMs === "number";
    const zhSwitched = isSwitched ? "检查期间停止少给，检查后恢复：作弊可随时关闭。" : "";
    const enSwitched = isSwitched ? " It stopped while somebody inspected: the cheat can be switched off." : "";
    return {
      zh: `油罐 ${plain(figures.tank)} 与 ${subject}：${moment(fromMs)} 至 ${moment(untilMs)} 少给 ${litres(figures.shortCl)} L（± ${litres(figures.seCl)} L），即每升少 ${percent(figures.shortPpm)}（± ${percent(figures.shortSePpm)}）；规律：${pattern.zh}。已排除：${excluded.map((one) => one.zh).join("、") || "无"}。${zhSwitched}`,
      en: `Tank ${plain(figures.tank)}, ${subject}: ${litres(figures.shortCl)} L (± ${litres(figures.seCl)} L) too little were given from ${moment(fromMs)} to ${moment(untilMs)}, ${percent(figures.shortPpm)} of each litre (± ${percent(figures.shortSePpm)}); pattern: ${pattern.en}. Explain it less: ${excluded.map((one) => one.en).join(", ") || "none"}.${enSwitched}`,
    };
  },
});
