/**
 * The check that needs no strapping table (EP4098603): between two deliveries that start at the same level the tank came
 * back to where it was, so what was delivered is what was drawn, whatever the table says. It is held against what the
 * nozzles say they sold. It sees what has been so since the installation, which a calibrated table takes for its scale.
 */
import type { TankStep, WetstockEvent } from "../wetstock/state.ts";
import { waybillsOf } from "./deliveries.ts";
import { type EvidenceRange, type Figures, NONE, type RuleContext, rule, type Verdicts } from "./rule.ts";
import { litres, moment, percent, plain } from "./wording.ts";

/** Where a pair begins: the tank just before a delivery. */
interface Start {
  fromMs: number;
  volumeL: number;
  /** litres that the tank's nozzles had sold by then */
  soldL: number;
  /** announced by the waybills of all deliveries since, L, and how many they were */
  announcedL: number;
  deliveries: number;
  evidence: EvidenceRange[];
}

interface Pair {
  fromMs: number;
  /** sold by the nozzles, and drawn by the documents, L */
  soldL: number;
  drawnL: number;
  variance: number;
  evidence: EvidenceRange[];
}

interface Known {
  open: Start | null;
  pairs: Pair[];
  /** the waybill of the last delivery */
  waybill: string | null;
  told: boolean;
}
/** By tank. */
type State = Record<string, Known>;

/** Pairs that are judged together: older ones say little of today. */
const KEPT = 12;
/** More deliveries than this between two equal levels, and the first level is given up. */
const MOST_DELIVERIES = 4;
/** A strapping table is wrong by up to 7 % at a level, about 4 % as a rule. */
const TABLE_SHARE = 0.04;
/** How well one waybill tells what arrives: the loading meter, and warmth that is lost in the tank. */
const WAYBILL_SHARE = 0.008;
const SIGMAS = 3;

function onInflow(state: State, inflow: TankStep, context: RuleContext): Verdicts {
  const { tank: subject, atMs } = inflow;
  const known = state[subject] ?? { open: null, pairs: [], waybill: null, told: false };
  state[subject] = known;
  const { waybills, litres: announcedL } = waybillsOf(context.filings, inflow);
  // Where tankers come one after the other it is not plain which paper is whose; parts of one delivery are one paper's.
  const isPlain = waybills.length === 1 && waybills[0]!.id !== known.waybill;
  known.waybill = waybills.length === 1 ? waybills[0]!.id : null;
  const pair = known.open === null ? undefined : closed(known.open, inflow, context);
  if (pair !== undefined) {
    known.pairs.push(pair);
    if (known.pairs.length > KEPT) known.pairs.shift();
  }
  known.open = !isPlain ? null : next(known.open, pair !== undefined, inflow, announcedL);
  return pair === undefined ? NONE : judge(known, subject, atMs, context);
}

/** The pair that ends with this delivery; undefined when the levels differ by too much, or the tank's book began anew. */
function closed(open: Start, inflow: TankStep, { parameters, filings }: RuleContext): Pair | undefined {
  const soldL = inflow.soldBeforeL - open.soldL;
  const apartL = inflow.volumeBeforeL - open.volumeL;
  if (soldL <= 0 || Math.abs(apartL) > (open.announcedL * parameters.levelPercent!) / 100) return undefined;
  if (filings.excuses(inflow.tank, open.fromMs, inflow.fromMs)) return undefined;
  // A delivery that nobody saw, while the gateway was off, has a waybill all the same.
  const papers = filings.waybills(inflow.tank, open.fromMs, inflow.fromMs, 0);
  if (papers.length > open.deliveries + 1) return undefined;
  const se = Math.hypot(
    (WAYBILL_SHARE * open.announcedL) / Math.sqrt(open.deliveries),
    TABLE_SHARE * apartL,
    2 * inflow.seL,
  );
  const evidence = [...open.evidence, ...inflow.evidence];
  return { fromMs: open.fromMs, soldL, drawnL: open.announcedL - apartL, variance: se ** 2, evidence };
}

/** Where the next pair begins: here, or where the last one did, when the levels differed. */
function next(open: Start | null, isClosed: boolean, inflow: TankStep, announcedL: number): Start {
  const isAnew = isClosed || open === null || open.deliveries >= MOST_DELIVERIES || inflow.soldBeforeL < open.soldL;
  const { fromMs, volumeBeforeL: volumeL, soldBeforeL: soldL, evidence } = inflow;
  if (isAnew) return { fromMs, volumeL, soldL, announcedL, deliveries: 1, evidence };
  return { ...open, announcedL: open.announcedL + announcedL, deliveries: open.deliveries + 1 };
}

function judge(known: Known, subject: string, atMs: number, { parameters }: RuleContext): Verdicts {
  const { pairs } = known;
  const soldL = sum(pairs, (one) => one.soldL);
  const drawnL = sum(pairs, (one) => one.drawnL);
  const seL = Math.sqrt(sum(pairs, (one) => one.variance));
  const excessL = soldL - drawnL;
  const leastL = ((excessL > 0 ? parameters.excessPpm! : parameters.lossPpm!) / 1e6) * drawnL;
  const isSeen = pairs.length >= parameters.pairs! && Math.abs(excessL) > Math.max(leastL, SIGMAS * seL);
  if (!isSeen) {
    if (!known.told || Math.abs(excessL) > leastL / 2) return NONE;
    known.told = false;
    return [{ verdict: "ended", subject, atMs }];
  }
  known.told = true;
  const figures: Figures = {
    [excessL > 0 ? "shortCl" : "lostCl"]: Math.round(Math.abs(excessL) * 100),
    seCl: Math.round(seL * 100),
    soldCl: Math.round(soldL * 100),
    announcedCl: Math.round(drawnL * 100),
    excessPpm: Math.round((excessL / drawnL) * 1e6),
    pairs: pairs.length,
  };
  const evidence = pairs.flatMap((one) => one.evidence);
  return [{ verdict: "finding", subject, fromMs: pairs[0]!.fromMs, atMs, figures, evidence }];
}

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}

export const deliveryPair = rule<State>({
  id: "wetstock.delivery-pair",
  title: { zh: "同液位卸油对照不符", en: "Sales do not match deliveries from the same level" },
  basis: "第五条（一）、JJG 443 允许误差 Art. 5(1), JJG 443 tolerance",
  department: "market-regulation",
  severity: "medium",
  why: {
    zh: "两次卸油从同一液位开始，其间进多少就出多少，与罐容表无关。自安装起就少给的油，只有这样才看得出来。",
    en: "Between two deliveries that start at one level as much was drawn as came in, whatever the strapping table says. What has been given short since the installation shows in no other way.",
  },
  check: {
    zh: "核对这些卸油的运单、发油单与两次卸油前的液位；不预告到场，用标准金属量器逐枪检定。",
    en: "Compare waybills and loading notes of these deliveries and the levels before them; come unannounced and measure each nozzle with a standard can.",
  },
  parameters: {
    levelPercent: {
      default: 10,
      unit: "% of the delivery",
      why: "so near two starting levels are the same: a table that is 7 % wrong then errs by 0.7 % of a delivery at most",
    },
    pairs: { default: 3, unit: "pairs", why: "one loading meter may be 0.5 % off, and one load warm; three are not" },
    excessPpm: {
      default: 9_000,
      unit: "ppm",
      why: "meters are right within 0.3 %, and line losses of 0.5 % make sales seem smaller, never larger",
    },
    lossPpm: {
      default: 16_000,
      unit: "ppm",
      why: "losses on the way (0.5 % are common), vapour and a meter's 0.3 % together stay below it",
    },
  },
  start: () => ({}),
  on: {},
  onWetstock: (state, event: WetstockEvent, context) =>
    event.kind === "inflow" ? onInflow(state, event, context) : NONE,
  text: ({ subject, figures, fromMs, untilMs }) => {
    const isShort = typeof figures.shortCl === "number";
    const moved = litres(isShort ? figures.shortCl : figures.lostCl);
    return {
      zh: `油罐 ${subject} 自 ${moment(fromMs)} 至 ${moment(untilMs)} 有 ${plain(figures.pairs)} 对卸油从同一液位开始：其间按运单出油 ${litres(figures.announcedCl)} L，油枪累计售出 ${litres(figures.soldCl)} L，${isShort ? "多售" : "少售"} ${moved} L（± ${litres(figures.seCl)} L，${percent(figures.excessPpm)}），与罐容表无关。`,
      en: `From ${moment(fromMs)} to ${moment(untilMs)} ${plain(figures.pairs)} pairs of deliveries into tank ${subject} started at the same level: by the waybills ${litres(figures.announcedCl)} L were drawn between them, the nozzles say that they sold ${litres(figures.soldCl)} L, ${moved} L ${isShort ? "more" : "less"} (± ${litres(figures.seCl)} L, ${percent(figures.excessPpm)}), whatever the strapping table says.`,
    };
  },
});
