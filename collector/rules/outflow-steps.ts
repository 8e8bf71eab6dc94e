/**
 * The calibrated part of the outflow rule: fuel that left between two quiet moments without a sale, a day or a few days
 * that end with less than their sales explain, and a share that is missing from every sale. Once it is told, every
 * day's loss counts until it has been calm for long enough.
 */
import { judgeLoss } from "../wetstock/judge.ts";
import { dayEndMs, localDay } from "../wetstock/local-day.ts";
import type { TankDay, TankStep } from "../wetstock/state.ts";
import { type Figures, NONE, type Parameters, type RuleContext, type Verdicts } from "./rule.ts";

const EXACT_VERSION = 2;
/** Losses of single fuellings are added up over so many days, today among them. */
const WINDOW_DAYS = 4;
/** Warm fuel of a delivery shrinks for half a night: at rest that looks like a small step. */
const SETTLING_MS = 12 * 3_600_000;
const AT_REST_L = 20;
/** A day that gained more than so many of its standard errors did not lose less: it gained. */
const GAIN_SIGMAS = 3;
/** Of what some days lost together, so much must have gone in steps: a leak has none. */
const IN_STEPS = 0.3;

export interface OutflowMemory {
  /** tanks whose chart is calibrated: the coarse check is no longer needed */
  calibrated: Record<string, boolean>;
  /** by tank: losses of the present day, and of the last days that were judged */
  today: Record<string, DayLoss>;
  recent: Record<string, DayLoss[]>;
  /** by tank: when fuel came in last, epoch ms */
  inflowMs: Record<string, number>;
  /** by tank: what was told and goes on */
  told: Record<string, Told>;
}

interface DayLoss {
  day: number;
  fromMs: number;
  /** lost in steps, less what came back, L */
  stepL: number;
  variance: number;
  count: number;
  /** lost in all, L, and its variance: of a day that has ended */
  lossL: number;
  lossVariance: number;
  soldL: number;
}

interface Told {
  fromMs: number;
  lastDay: number;
  /** of the days that have ended */
  lostL: number;
  variance: number;
}

export function emptyOutflow(): OutflowMemory {
  return { calibrated: {}, today: {}, recent: {}, inflowMs: {}, told: {} };
}

/** Fuel came in: the tank is uneasy for some hours. */
export function onInflow(memory: OutflowMemory, inflow: TankStep): Verdicts {
  memory.inflowMs[inflow.tank] = inflow.atMs;
  return NONE;
}

/** One step. Those of some days add up; a gain takes back what a loss may have been (fuel put back). */
export function onStep(memory: OutflowMemory, step: TankStep, { parameters, filings }: RuleContext): Verdicts {
  const { tank, litres, atMs } = step;
  if (step.version < EXACT_VERSION || filings.excuses(tank, step.fromMs, atMs)) return NONE;
  if (isSettling(memory, step) && Math.abs(litres) < parameters.minSingleLitres!) return NONE;
  const today = todayOf(memory, tank, step.fromMs);
  today.stepL -= litres;
  today.variance += step.seL ** 2;
  today.count += litres < 0 ? 1 : 0;
  const days = [...recentOf(memory, tank, today.day), today];
  const lostL = sum(days, (one) => one.stepL);
  const se = Math.sqrt(sum(days, (one) => one.variance));
  const single = parameters.minSingleLitres!;
  const count = sum(days, (one) => one.count);
  const ofToday = today.count > 1 && today.stepL >= parameters.minStepLitres! && today.stepL >= 6 * se;
  const ofDays = lostL >= single && lostL >= 6 * se && (count > 1 || today.stepL >= single);
  if (litres >= 0 || !(ofToday || ofDays)) return NONE;
  const told = tell(memory, tank, today.day);
  const figures: Figures = {
    pattern: "steps",
    lostCl: Math.round((told.lostL + Math.max(0, today.stepL)) * 100),
    seCl: Math.round(Math.sqrt(today.variance + told.variance) * 100),
    steps: count,
    lastLostCl: Math.round(-litres * 100),
    lastLpm: Math.round(-litres / Math.max(1, (atMs - step.fromMs) / 60_000)),
  };
  return [{ verdict: "finding", subject: tank, fromMs: told.fromMs, atMs, figures, evidence: step.evidence }];
}

function isSettling(memory: OutflowMemory, { tank, atMs, soldL }: TankStep): boolean {
  return soldL < AT_REST_L && atMs - (memory.inflowMs[tank] ?? Number.NEGATIVE_INFINITY) < SETTLING_MS;
}

function todayOf(memory: OutflowMemory, tank: string, fromMs: number): DayLoss {
  const empty = { stepL: 0, variance: 0, count: 0, lossL: 0, lossVariance: 0, soldL: 0 };
  const today = memory.today[tank] ?? { day: localDay(fromMs), fromMs, ...empty };
  memory.today[tank] = today;
  return today;
}

function recentOf(memory: OutflowMemory, tank: string, today: number): DayLoss[] {
  return (memory.recent[tank] ?? []).filter(({ day }) => day > today - WINDOW_DAYS);
}

/** What is told of a tank; when it is told for the first time, the days that led to it count as well. */
function tell(memory: OutflowMemory, tank: string, day: number): Told {
  let told = memory.told[tank];
  if (told === undefined) {
    const recent = recentOf(memory, tank, day);
    const led = recent.slice(Math.max(0, recent.findIndex(isLosing)));
    const days = recent.some(isLosing) ? led : [];
    told = {
      fromMs: Math.min(memory.today[tank]?.fromMs ?? dayEndMs(day - 1), ...days.map((one) => one.fromMs)),
      lastDay: day,
      lostL: Math.max(
        0,
        sum(days, (one) => one.lossL),
      ),
      variance: sum(days, (one) => one.lossVariance),
    };
    memory.told[tank] = told;
  }
  told.lastDay = day;
  return told;
}

/** A day that belongs to the loss that is told later. */
function isLosing({ stepL, lossL, lossVariance }: DayLoss): boolean {
  return stepL > 0 || lossL > 3 * Math.sqrt(lossVariance);
}

/** The close of a day: what it lost as a whole, or what is missing from every sale of a longer time. */
export function onDay(memory: OutflowMemory, day: TankDay, { parameters, filings }: RuleContext): Verdicts {
  const { tank, atMs } = day;
  const startMs = dayEndMs(day.day - 1);
  const today = todayOf(memory, tank, startMs);
  delete memory.today[tank];
  if (day.inconclusive !== null || day.version < EXACT_VERSION || filings.excuses(tank, startMs, atMs)) return NONE;
  Object.assign(today, { day: day.day, lossL: -day.gainL, lossVariance: day.seL ** 2, soldL: day.sold });
  const known = memory.told[tank];
  const share = judgeLoss(day, "share", known === undefined ? undefined : localDay(known.fromMs));
  const days = [...recentOf(memory, tank, day.day), today];
  const inSteps = today.count > 0 && known?.lastDay === day.day;
  const isSeen = share !== undefined || inSteps || isLoss(day, [today], parameters) || isLoss(day, days, parameters);
  if (known !== undefined) addTo(known, today);
  const verdicts = isSeen
    ? told(memory, day, share, known === undefined ? today : undefined)
    : calm(memory, day, parameters);
  memory.recent[tank] = days;
  return verdicts;
}

/**
 * Adds a day. Fuel that was put back in a step takes back what a loss may have been; what a day gained beyond that and
 * beyond its error has another cause (a short nozzle, fuel from elsewhere), and lessens no loss.
 */
function addTo(told: Told, { lossL, stepL, lossVariance }: DayLoss): void {
  const putBackL = Math.min(0, stepL);
  const isGain = lossL < putBackL - GAIN_SIGMAS * Math.sqrt(lossVariance);
  told.lostL = Math.max(0, told.lostL + (isGain ? putBackL : lossL));
  told.variance += lossVariance;
}

function told(
  memory: OutflowMemory,
  { tank, day, atMs, sold, evidence }: TankDay,
  share: ReturnType<typeof judgeLoss>,
  first: DayLoss | undefined,
): Verdicts {
  const now = tell(memory, tank, day);
  if (first !== undefined) addTo(now, first);
  if (share !== undefined) now.fromMs = Math.min(now.fromMs, dayEndMs(share.sinceDay - 1));
  const isWhole = share !== undefined && -share.litres > now.lostL;
  const figures: Figures = {
    pattern: share?.cause.kind ?? ((memory.recent[tank] ?? []).some(({ count }) => count > 0) ? "steps" : "day"),
    lostCl: Math.round((isWhole ? -share.litres : now.lostL) * 100),
    seCl: Math.round((isWhole ? share.se : Math.sqrt(now.variance)) * 100),
    soldCl: Math.round(sold * 100),
  };
  return [{ verdict: "finding", subject: tank, fromMs: now.fromMs, atMs, figures, evidence }];
}

function calm(memory: OutflowMemory, { tank, day, atMs }: TankDay, parameters: Parameters): Verdicts {
  const known = memory.told[tank];
  if (known === undefined || day - known.lastDay < parameters.endDays!) return NONE;
  delete memory.told[tank];
  memory.recent[tank] = [];
  return [{ verdict: "ended", subject: tank, atMs }];
}

/** A loss of a day, or of some days of which fuel left in steps, that no leak explains. */
function isLoss(day: TankDay, days: readonly DayLoss[], parameters: Parameters): boolean {
  const lossL = sum(days, (one) => one.lossL);
  const se = Math.sqrt(sum(days, (one) => one.lossVariance));
  const soldL = sum(days, (one) => one.soldL);
  const least = Math.max(parameters.minDayLitres!, (soldL * parameters.dayPermille!) / 1_000, 6 * se);
  const inSteps = days.length === 1 || sum(days, (one) => one.stepL) >= IN_STEPS * lossL;
  return lossL >= least && inSteps && judgeLoss(day, "time") === undefined;
}

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}
