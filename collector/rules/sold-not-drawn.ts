/** Fuel that was sold and did not come out of the tank: a hidden tank or pipe, or fuel that was put in unseen. */

import { judgeGain } from "../wetstock/judge-gain.ts";
import { dayEndMs } from "../wetstock/local-day.ts";
import type { TankDay, TankStep, WetstockEvent } from "../wetstock/state.ts";
import { waybillsOf } from "./deliveries.ts";
import { type Figures, NONE, type Parameters, type RuleContext, rule, type Verdicts } from "./rule.ts";
import { litres, moment } from "./wording.ts";

interface Known {
  fromMs: number;
  gainL: number;
  variance: number;
  count: number;
  /** told so far, L, and its variance */
  toldL: number;
  toldVariance: number;
  toldDay: number | null;
  /** a delivery of the day was seen as a gain: the day says nothing */
  delivered?: boolean;
  /** days in a row that gained and that nothing explains, before it is told: they belong to it */
  led: { fromMs: number; gainL: number; variance: number };
}
type State = Record<string, Known>;

const DAY_MS = 86_400_000;
/** A gain of so many standard errors is one. */
const LED_SIGMAS = 4;
/** A day of which no share of the sales explains how the fuel came: this many times the noise is left. */
const UNLIKE = 5;
/** A gain of such a share of a waybill is its delivery: it came in while the gateway was off, and fuel was sold. */
const A_DELIVERY = 0.3;

/** Steps are judged when the day ends: a float that stuck gains and loses the same on one day. */
function onStep(state: State, step: TankStep, { filings }: RuleContext): Verdicts {
  if (step.version < 2 || filings.excuses(step.tank, step.fromMs, step.atMs)) return NONE;
  const known = knownOf(state, step.tank, step.fromMs);
  const announcedL = waybillsOf(filings, step).litres;
  if (announcedL > 0 && step.litres > A_DELIVERY * announcedL) {
    known.delivered = true;
    return NONE;
  }
  known.gainL += step.litres;
  known.variance += step.seL ** 2;
  known.count += step.litres > 0 ? 1 : -1;
  return NONE;
}

const notLed = (fromMs: number) => ({ fromMs, gainL: 0, variance: 0 });

function knownOf(state: State, tank: string, fromMs: number): Known {
  const known = state[tank] ?? {
    fromMs,
    gainL: 0,
    variance: 0,
    count: 0,
    toldL: 0,
    toldVariance: 0,
    toldDay: null,
    led: notLed(fromMs),
  };
  state[tank] = known;
  return known;
}

function onDay(state: State, day: TankDay, { parameters, filings }: RuleContext): Verdicts {
  const { tank: subject, atMs, evidence } = day;
  const known = knownOf(state, subject, atMs - DAY_MS);
  const { gainL: inStepsL, variance, count, delivered = false } = known;
  Object.assign(known, { fromMs: atMs, gainL: 0, variance: 0, count: 0, delivered: false });
  const inSteps =
    inStepsL >= parameters.minLitres! && inStepsL >= 6 * Math.sqrt(variance) && count >= parameters.minSteps!;
  const excused = delivered || day.inconclusive !== null || filings.excuses(subject, dayEndMs(day.day - 1), atMs);
  const isKnown = known.toldDay !== null;
  const isSeen = inSteps || (!excused && gainsAsWhole(day, parameters, isKnown));
  // Once it is known, every day's gain is a part of it, unless short measure explains the day.
  if (isSeen || (isKnown && !excused && judgeGain(day) === undefined)) {
    known.toldL += excused ? inStepsL : day.gainL;
    known.toldVariance += excused ? variance : day.seL ** 2;
  }
  if (!isSeen) {
    lead(known, day, excused);
    if (known.toldDay === null || day.day - known.toldDay < parameters.endDays!) return NONE;
    delete state[subject];
    return [{ verdict: "ended", subject, atMs }];
  }
  const { led } = known;
  if (!isKnown) {
    known.toldL += led.gainL;
    known.toldVariance += led.variance;
  }
  known.toldDay = day.day;
  const figures: Figures = {
    pattern: inSteps ? "steps" : "day",
    gainCl: Math.round(known.toldL * 100),
    seCl: Math.round(Math.sqrt(known.toldVariance) * 100),
    soldCl: Math.round(day.sold * 100),
  };
  return [{ verdict: "finding", subject, fromMs: led.fromMs, atMs, figures, evidence }];
}

/** Keeps what a day gained that is too little to be told by itself; a day without a gain ends the row. */
function lead(known: Known, day: TankDay, excused: boolean): void {
  const isGain = !excused && day.gainL > LED_SIGMAS * day.seL && judgeGain(day) === undefined;
  if (!isGain) known.led = notLed(day.atMs);
  else {
    known.led.gainL += day.gainL;
    known.led.variance += day.seL ** 2;
  }
}

/** A share of every sale is short measure, and another rule's matter. */
function gainsAsWhole(day: TankDay, parameters: Parameters, isKnown: boolean): boolean {
  const least = Math.max(parameters.minDayLitres!, (day.sold * parameters.dayPermille!) / 1_000, 6 * day.seL);
  const isMuch = day.version >= 2 && day.gainL >= (isKnown ? least / 2 : least);
  return isMuch && judgeGain(day) === undefined && (isKnown || isUnlikeShares(day) || !wasShort(day));
}

/** No cause that takes a share of the sales leaves so much unexplained within one day: whole fuellings came in. */
function isUnlikeShares({ explanations }: TankDay): boolean {
  const shortest = explanations[0];
  return shortest !== undefined && shortest.days === 1 && shortest.misfit > UNLIKE;
}

/** Gains in small parts, sale by sale, are no fuellings that were not drawn. */
function wasShort(day: TankDay): boolean {
  return day.stepGainL < day.gainL / 2 && day.gainL < 0.3 * day.sold;
}

function onWetstock(state: State, event: WetstockEvent, context: RuleContext): Verdicts {
  if (event.kind === "step") return onStep(state, event, context);
  return event.kind === "day" ? onDay(state, event, context) : NONE;
}

export const soldNotDrawn = rule<State>({
  id: "wetstock.sold-not-drawn",
  title: { zh: "售出而油罐未减", en: "Sold, but not drawn from the tank" },
  basis: "第五条（一）、第十条（五） Art. 5(1), 10(5)",
  department: "commerce",
  severity: "high",
  scales: true,
  why: {
    zh: "所售油品不是登记油罐的油：暗罐、暗管，或零星私卸。",
    en: "What was sold did not come from the registered tank: a hidden tank or pipe, or fuel put in little by little.",
  },
  check: {
    zh: "查加油机与油罐之间的管线、阀门与人孔，清点站内储罐，抽样比对油品。",
    en: "Follow the pipes and valves between dispenser and tank, count the tanks, compare samples.",
  },
  parameters: {
    minLitres: {
      default: 60,
      unit: "L",
      why: "test fuel that is put back is 20 L at a time and seldom more than two cans",
    },
    minSteps: { default: 2, unit: "steps", why: "one alone may be test fuel that was put back" },
    minDayLitres: {
      default: 80,
      unit: "L",
      why: "a day without a cheat ends within a few litres; warmth may move some more",
    },
    dayPermille: { default: 10, unit: "‰ of sales", why: "of a busy tank, meters and chart leave a few thousandths" },
    endDays: { default: 5, unit: "days", why: "so many days without, and the next is another one" },
  },
  stateVersion: 3,
  start: () => ({}),
  on: {},
  onWetstock,
  text: ({ subject, figures, fromMs, untilMs }) => ({
    zh: `油罐 ${subject} 自 ${moment(fromMs)} 至 ${moment(untilMs)} 比账面多出 ${litres(figures.gainCl)} L（± ${litres(figures.seCl)} L）${figures.pattern === "steps" ? "，每次相当于整笔加油" : ""}：这些油售出而未从该罐流出，或有油私自进罐。`,
    en: `From ${moment(fromMs)} to ${moment(untilMs)} tank ${subject} holds ${litres(figures.gainCl)} L (± ${litres(figures.seCl)} L) more than its book${figures.pattern === "steps" ? ", in steps the size of fuellings" : ""}: they were sold and not drawn from it, or put in unseen.`,
  }),
});
