/** What the book of a tank remembers, and what it tells the rules. All JSON; litres, hours and °C as numbers. */
import type { EvidenceRange } from "../rules/rule.ts";
import type { Cell } from "./cells.ts";
import type { Cylinder } from "./cylinder.ts";
import type { Explanation } from "./explain.ts";
import type { ChartKnowledge, Estimate } from "./fit.ts";
import { type QuietState, startQuiet } from "./quiet.ts";
import type { Since } from "./since.ts";

/** A quiet moment as the balance sees it. */
export interface Balance {
  atMs: number;
  /** unexplained litres: what the tank holds more than the book says */
  rest: number;
  /** litres sold by all nozzles so far */
  sold: number;
  levelMm: number;
  volumeL: number;
  gateway: string;
  seq: number;
}

/** A chart's correction, frozen: later fits begin with it and never change it. */
export interface Calibration {
  /** 1 after the first sales, 2 once a delivery was seen, 3 and 4 after many sales */
  version: number;
  /** how often the version was made anew from more of the same */
  edition: number;
  /** whether the chart is wrong by more than the placing of its tank */
  isBent: boolean;
  knowledge: ChartKnowledge;
  /** gain of each nozzle that is its own, within the legal tolerance, a share */
  gains: number[];
  frozenMs: number;
  sales: number;
}

export interface DayBook {
  day: number;
  anchors: number;
  sold: number;
  stepGainL: number;
  stepLossL: number;
  steps: number;
  blindMs: number;
  readings: number;
  fromSeq: EvidenceRange | null;
}

export interface ClosedDay {
  day: number;
  /** change of the unexplained litres over the day, deliveries left out */
  gainL: number;
  /** the same without steps: what a share of the sales, or time, may explain */
  steadyL: number;
  sold: number;
  anchors: number;
}

export interface TankState {
  quiet: QuietState;
  /** litres by nozzle since the book began */
  sold: number[];
  night: number[];
  beyond: number[];
  inspected: number;
  sales: number;
  /** levels that were seen, mm, and deliveries: a chart is not known where the tank has not been */
  lowMm: number;
  highMm: number;
  inflows: number;
  stretch: number;
  /** where the present stretch began; columns count from here, so that the sums stay small */
  origin: { atMs: number; sold: number[]; night: number[]; beyond: number[]; inspected: number; book: number } | null;
  expansionL: number;
  temperatureC: number | null;
  cylinder: Cylinder | null;
  pairs: { levelMm: number; volumeL: number }[];
  /** running mean square of the noise of an anchor, mm² */
  noiseMm2: number;
  /** how many anchors it was learnt from, while they are few; a gauge of which nothing is known counts as some */
  noiseAnchors: number;
  calibration: Calibration | null;
  recent: Balance[];
  /** the volume that the gauge said last, and what had been sold when it first said it, L */
  held?: { volumeL: number; sold: number };
  waiting: Balance[];
  /** steps that were told, taken out of the book, L */
  offsetL: number;
  /** a step or inflow that is being measured until the tank is calm */
  open: OpenStep | null;
  cells: Cell[];
  day: DayBook;
  days: ClosedDay[];
  /** litres of each nozzle, by day */
  soldByDay: SoldDay[];
  /** rest at the end of the last day, with all steps in it */
  endL: number | null;
  /** running mean of the columns of the last balances that were accepted, since the last step: where the tank stands */
  stand: { row: number[]; anchors: number } | null;
  /** until then the thermometers do not follow what came in, epoch ms */
  settlingUntilMs: number;
  /** first day of what seems to go on */
  sinceDay: number | null;
  blindSinceMs: number | null;
  /** a meter was set: what was sold before this day says nothing of the meters of now */
  judgeFromDay?: number;
  /** nozzles (by their place) whose meter was set since the chart was learnt: they may be anywhere within the law */
  reset?: number[];
}

/** What each nozzle sold on one day, L. */
export interface SoldDay {
  day: number;
  litres: number[];
  night: number[];
  beyond: number[];
}

export interface OpenStep {
  before: Balance;
  after: Balance[];
}

export interface TankDay {
  kind: "day";
  tank: string;
  day: number;
  /** end of the day, epoch ms */
  atMs: number;
  gainL: number;
  /** standard error of `gainL` */
  seL: number;
  sold: number;
  stepGainL: number;
  stepLossL: number;
  steps: number;
  anchors: number;
  /** noise of the gauge as the quiet moments show it, mm */
  noiseMm: number;
  /** version of the chart's calibration; 0 without one */
  version: number;
  nozzles: readonly string[];
  /** what explains the book best, over windows of days that end today, the shortest first */
  explanations: Explanation[];
  /** what began on some day, beside all that is known of the days before; null while that is too little */
  since: Since | null;
  soldByDay: readonly SoldDay[];
  days: readonly ClosedDay[];
  /** why the day says nothing; null when it does */
  inconclusive: string | null;
  evidence: EvidenceRange[];
}

export interface TankStep {
  kind: "inflow" | "step";
  tank: string;
  fromMs: number;
  atMs: number;
  /** gained, 0.1 L accurate at best; below zero lost */
  litres: number;
  seL: number;
  /** standard error that the chart itself adds between the two levels, L; null where it is not known */
  chartSeL: number | null;
  /** sold between the two moments, L */
  soldL: number;
  levelBeforeMm: number;
  levelAfterMm: number;
  /** by the gauge's own chart, just before */
  volumeBeforeL: number;
  /** litres sold by all nozzles since the book began, just before */
  soldBeforeL: number;
  calibrated: boolean;
  /** version of the chart's calibration; 0 without one */
  version: number;
  evidence: EvidenceRange[];
}

export interface TankCalibrated {
  kind: "calibrated";
  tank: string;
  atMs: number;
  version: number;
  edition: number;
  /** by nozzle: gain against the median of the tank's nozzles, with its error */
  gains: Estimate[];
  nozzles: readonly string[];
  scalePercent: Estimate;
  sales: number;
  sold: number[];
  /** noise of the gauge so far, mm */
  noiseMm: number;
  evidence: EvidenceRange[];
}

export type WetstockEvent = TankDay | TankStep | TankCalibrated;

export function startTank(nozzles: number): TankState {
  const zeros = () => new Array<number>(nozzles).fill(0);
  return {
    quiet: startQuiet(),
    sold: zeros(),
    night: zeros(),
    beyond: zeros(),
    inspected: 0,
    sales: 0,
    lowMm: Number.MAX_SAFE_INTEGER,
    highMm: 0,
    inflows: 0,
    stretch: 0,
    origin: null,
    expansionL: 0,
    temperatureC: null,
    cylinder: null,
    pairs: [],
    noiseMm2: 0.09,
    noiseAnchors: 8,
    calibration: null,
    recent: [],
    waiting: [],
    offsetL: 0,
    open: null,
    cells: [],
    day: startDay(0),
    days: [],
    soldByDay: [],
    endL: null,
    stand: null,
    settlingUntilMs: 0,
    sinceDay: null,
    blindSinceMs: null,
  };
}

export function startDay(day: number): DayBook {
  return {
    day,
    anchors: 0,
    sold: 0,
    stepGainL: 0,
    stepLossL: 0,
    steps: 0,
    blindMs: 0,
    readings: 0,
    fromSeq: null,
  };
}
