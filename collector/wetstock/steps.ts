/**
 * Steps of a tank's balance: fuel that came or went between two quiet moments without a record. A step counts only
 * when the tank stays there; a single reading that is off (a sale not yet told, a wave) is dropped.
 */

import { chartSeL } from "./chart-error.ts";
import type { Balance, TankState, TankStep, WetstockEvent } from "./state.ts";
import type { TankFacts } from "./tank-book.ts";

export const stepLimits = {
  /** a step must pass so many standard deviations of one anchor */
  sigmas: 6,
  leastL: 6,
  /** before the chart is known, its error may look like this */
  leastUncalibratedL: 60,
  /** a share of what was sold meanwhile: less is a matter of the nozzles, not a step */
  shareOfSold: 0.4,
  /** a gain of this much is an inflow: a new stretch begins */
  inflowL: 150,
  /** the noise of a gauge is the mean over about so many anchors */
  noiseAnchors: 60,
  /** anchors that must agree before a step is believed */
  agreeing: 2,
  /** anchors of which the litres are averaged */
  measured: 3,
  recent: 4,
  /** a tank that moves again so soon after an inflow moves with it: the float came free, the waves have gone */
  partsMs: 1_800_000,
  /** so long after an inflow the thermometers are late, and the fuel is said to change though it does not */
  settlingMs: 3_600_000,
  /** a step that is not calm by then is told as it stands */
  openMs: 5_400_000,
};

interface Taken {
  events: WetstockEvent[];
  /** balances that may be fitted */
  accepted: readonly Balance[];
}

const NOTHING: readonly Balance[] = [];

/**
 * Takes the balance of one anchor.
 * @param surface litres a millimetre
 */
export function takeBalance(state: TankState, facts: TankFacts, now: Balance, surface: number): Taken {
  const base = state.recent;
  if (base.length === 0) {
    base.push(now);
    return { events: [], accepted: [now] };
  }
  const sigmaL = Math.sqrt(state.noiseMm2) * surface;
  const before = meanOf(base);
  const off = now.rest - before.rest;
  if (!isStep(state, off, now.sold - before.sold, sigmaL)) {
    state.waiting = [];
    learnNoise(state, base[base.length - 1]!, now, surface);
    base.push(now);
    if (base.length > stepLimits.recent) base.shift();
    return { events: finishStep(state, facts, now, sigmaL), accepted: [now] };
  }
  const { waiting } = state;
  const last = waiting[waiting.length - 1];
  const agrees = last !== undefined && !isStep(state, now.rest - last.rest, now.sold - last.sold, sigmaL);
  if (!agrees) waiting.length = 0;
  waiting.push(now);
  if (waiting.length < stepLimits.agreeing) return { events: [], accepted: NOTHING };
  return { events: beginStep(state, facts, before, sigmaL), accepted: NOTHING };
}

function isStep(state: TankState, off: number, sold: number, sigmaL: number): boolean {
  const least = state.calibration === null ? stepLimits.leastUncalibratedL : stepLimits.leastL;
  return Math.abs(off) > Math.max(least, stepLimits.sigmas * sigmaL) && Math.abs(off) > stepLimits.shareOfSold * sold;
}

function meanOf(list: readonly Balance[]): Balance {
  const n = list.length;
  const last = list[n - 1]!;
  let rest = 0;
  let sold = 0;
  for (const one of list) {
    rest += one.rest / n;
    sold += one.sold / n;
  }
  return { ...last, rest, sold };
}

function learnNoise(state: TankState, before: Balance, now: Balance, surface: number): void {
  if (now.sold - before.sold > 80 || now.atMs - before.atMs > 7_200_000) return;
  const squareMm = ((now.rest - before.rest) / surface) ** 2 / 2;
  const capped = Math.min(squareMm, 9 * state.noiseMm2);
  state.noiseAnchors = Math.min(stepLimits.noiseAnchors, state.noiseAnchors + 1);
  const learnt = state.noiseMm2 + (capped - state.noiseMm2) / state.noiseAnchors;
  state.noiseMm2 = Math.min(1, Math.max(0.0004, learnt));
}

/** The tank stands elsewhere now: what follows is measured until it is calm. */
function beginStep(state: TankState, facts: TankFacts, base: Balance, sigmaL: number): WetstockEvent[] {
  const after = state.waiting;
  const before = isSameInflow(state) ? state.open!.before : base;
  const events = state.open === null || before !== base ? [] : [closeStep(state, facts, sigmaL)];
  const size = meanOf(after).rest - before.rest;
  state.open = { before, after: [...after] };
  state.recent = [...after];
  state.waiting = [];
  state.stand = null;
  if (isInflow(size, before, after)) {
    state.inflows += 1;
    state.settlingUntilMs = after[0]!.atMs + stepLimits.settlingMs;
    state.stretch += 1;
    state.origin = null;
    state.temperatureC = null;
  } else {
    state.offsetL += size;
  }
  return events;
}

/** Whether what the tank does now is a further part of the inflow that is being measured. */
function isSameInflow({ open, waiting }: TankState): boolean {
  if (open === null || !isInflow(meanOf(open.after).rest - open.before.rest, open.before, open.after)) return false;
  return waiting[0]!.atMs - open.after[open.after.length - 1]!.atMs < stepLimits.partsMs;
}

/** Fuel that came in lifts the level. A float that sticks while fuel is sold gains as well, and lifts nothing. */
function isInflow(litres: number, before: Balance, after: readonly Balance[]): boolean {
  return litres >= stepLimits.inflowL && after[after.length - 1]!.volumeL - before.volumeL > 0.3 * litres;
}

function finishStep(state: TankState, facts: TankFacts, now: Balance, sigmaL: number): WetstockEvent[] {
  const { open } = state;
  if (open === null) return [];
  open.after.push(now);
  const calm = open.after.length >= stepLimits.agreeing + stepLimits.measured;
  if (!calm && now.atMs - open.after[0]!.atMs < stepLimits.openMs) return [];
  return [closeStep(state, facts, sigmaL)];
}

/** Tells of the step that is being measured. */
export function closeStep(state: TankState, facts: TankFacts, sigmaL: number): TankStep {
  const { before, after } = state.open!;
  state.open = null;
  const measured = after.slice(-stepLimits.measured);
  const mean = meanOf(measured);
  const litres = mean.rest - before.rest;
  const first = after[0]!;
  const last = after[after.length - 1]!;
  const inflow = isInflow(litres, before, after);
  if (!inflow) {
    state.day.steps += 1;
    if (litres > 0) state.day.stepGainL += litres;
    else state.day.stepLossL -= litres;
  }
  // The next day's gain must not hold what came in with a delivery.
  if (inflow && state.endL !== null) state.endL += litres;
  return {
    kind: inflow ? "inflow" : "step",
    tank: facts.tank,
    fromMs: before.atMs,
    atMs: first.atMs,
    litres,
    seL: sigmaL * Math.sqrt(1 / stepLimits.recent + 1 / measured.length),
    chartSeL: chartSeL(state, before.levelMm, last.levelMm),
    soldL: mean.sold - before.sold,
    levelBeforeMm: before.levelMm,
    levelAfterMm: last.levelMm,
    volumeBeforeL: before.volumeL,
    soldBeforeL: before.sold,
    calibrated: state.calibration !== null,
    version: state.calibration?.version ?? 0,
    evidence:
      before.gateway === last.gateway
        ? [{ gateway: last.gateway, fromSeq: Math.min(before.seq, last.seq), toSeq: Math.max(before.seq, last.seq) }]
        : [before, last].map(({ gateway, seq }) => ({ gateway, fromSeq: seq, toSeq: seq })),
  };
}
