/**
 * The calibrated part of the outflow rule: fuel that left between two quiet moments without a sale, a day that ends
 * with less than its sales explain, and a share that is missing from every sale.
 */
import { judgeLoss } from "../wetstock/judge.ts";
import { dayEndMs, localDay } from "../wetstock/local-day.ts";
import type { TankDay, TankStep } from "../wetstock/state.ts";
import { type Figures, NONE, type Parameters, type RuleContext, type Verdicts } from "./rule.ts";

const EXACT_VERSION = 2;

export interface OutflowMemory {
  /** tanks whose chart is calibrated: the coarse check is no longer needed */
  calibrated: Record<string, boolean>;
  /** by tank: losses in steps of the present day */
  steps: Record<string, { fromMs: number; lossL: number; variance: number; count: number }>;
  /** by tank: what was told and goes on */
  told: Record<string, Told>;
}

interface Told {
  fromMs: number;
  lastDay: number;
  /** of the days that have ended */
  lostL: number;
  variance: number;
}

export function emptyOutflow(): OutflowMemory {
  return { calibrated: {}, steps: {}, told: {} };
}

/** One step. Several of a day add up; a gain takes back what a loss may have been (fuel put back). */
export function onStep(memory: OutflowMemory, step: TankStep, { parameters, filings }: RuleContext): Verdicts {
  const { tank, litres, atMs } = step;
  if (step.version < EXACT_VERSION || step.kind !== "step" || filings.excuses(tank, step.fromMs, atMs)) return NONE;
  const sum = memory.steps[tank] ?? { fromMs: step.fromMs, lossL: 0, variance: 0, count: 0 };
  sum.lossL -= litres;
  sum.variance += step.seL ** 2;
  sum.count += litres < 0 ? 1 : 0;
  memory.steps[tank] = sum;
  const se = Math.sqrt(sum.variance);
  const isLoss = litres < 0 && sum.lossL >= parameters.minStepLitres! && sum.lossL >= 6 * se;
  if (!isLoss || (sum.count < 2 && sum.lossL < parameters.minSingleLitres!)) return NONE;
  const told = tell(memory, tank, { fromMs: sum.fromMs, day: localDay(atMs) });
  const figures: Figures = {
    pattern: "steps",
    lostCl: Math.round((told.lostL + sum.lossL) * 100),
    seCl: Math.round(Math.hypot(se, Math.sqrt(told.variance)) * 100),
    steps: sum.count,
    lastLostCl: Math.round(-litres * 100),
    lastLpm: Math.round(-litres / Math.max(1, (atMs - step.fromMs) / 60_000)),
  };
  return [{ verdict: "finding", subject: tank, fromMs: told.fromMs, atMs, figures, evidence: step.evidence }];
}

function tell(memory: OutflowMemory, tank: string, at: { fromMs: number; day: number }): Told {
  const told = memory.told[tank] ?? { fromMs: at.fromMs, lastDay: at.day, lostL: 0, variance: 0 };
  told.lastDay = at.day;
  memory.told[tank] = told;
  return told;
}

/** The close of a day: what it lost as a whole, or what is missing from every sale of a longer time. */
export function onDay(memory: OutflowMemory, day: TankDay, { parameters, filings }: RuleContext): Verdicts {
  const { tank, atMs, evidence } = day;
  const steps = memory.steps[tank];
  delete memory.steps[tank];
  if (day.inconclusive !== null || filings.excuses(tank, dayEndMs(day.day - 1), atMs)) return NONE;
  const known = memory.told[tank];
  const share = judgeLoss(day, "share", known === undefined ? undefined : localDay(known.fromMs));
  const lossL = -day.gainL;
  if (share === undefined && !isLoss(day, lossL, parameters) && (steps === undefined || known?.lastDay !== day.day)) {
    if (known === undefined || day.day - known.lastDay < parameters.endDays!) return NONE;
    delete memory.told[tank];
    return [{ verdict: "ended", subject: tank, atMs }];
  }
  const fromMs = share === undefined ? dayEndMs(day.day - 1) : dayEndMs(share.sinceDay - 1);
  const told = tell(memory, tank, { fromMs, day: day.day });
  told.lostL += Math.max(0, lossL);
  told.variance += day.seL ** 2;
  const whole = share !== undefined && -share.litres > told.lostL;
  const figures: Figures = {
    pattern: share?.cause.kind ?? (steps === undefined ? "day" : "steps"),
    lostCl: Math.round((whole ? -share.litres : told.lostL) * 100),
    seCl: Math.round((whole ? share.se : Math.sqrt(told.variance)) * 100),
    soldCl: Math.round(day.sold * 100),
  };
  return [{ verdict: "finding", subject: tank, fromMs: Math.min(fromMs, told.fromMs), atMs, figures, evidence }];
}

/** A day's loss, from a chart that has seen enough levels: the first delivery alone may shift an early one. */
function isLoss(day: TankDay, lossL: number, parameters: Parameters): boolean {
  if (day.version < EXACT_VERSION) return false;
  const least = Math.max(parameters.minDayLitres!, (day.sold * parameters.dayPermille!) / 1_000, 6 * day.seL);
  return lossL >= least && judgeLoss(day, "time") === undefined;
}
