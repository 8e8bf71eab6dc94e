/**
 * The book of one tank: takes readings and sales, keeps the balance at quiet moments, calibrates the chart, and tells
 * of steps, inflows and days. It judges nothing: rules do.
 */
import type { EvidenceRange } from "../rules/rule.ts";
import { calibrate, isDue } from "./calibrate.ts";
import { addAnchor, prune } from "./cells.ts";
import { type Columns, columnsOf } from "./columns.ts";
import { type Cylinder, chartFunctions, cylinderOfChart, fitCylinder, levelMm, litresPerMm } from "./cylinder.ts";
import { closeDay } from "./day.ts";
import { dayEndMs, localDay } from "./local-day.ts";
import { type Anchor, closeLull, enqueue, type Fuelling, quietLimits, type Reading, settle } from "./quiet.ts";
import { bookSold } from "./sold.ts";
import { moveStand, restOf, standL, unrestMm } from "./stand.ts";
import { type Balance, startDay, startTank, type TankState, type WetstockEvent } from "./state.ts";
import { closeStep, takeBalance } from "./steps.ts";

/** What an operator knows of the tank. */
export interface TankFacts {
  tank: string;
  nozzles: readonly string[];
  capacityL: number;
  cylinder: Cylinder | null;
  expansionPerC: number;
}

const HOUR_MS = 3_600_000;
const PAIRS = 24;
/** A rise of more than this between two anchors is fuel that came in. */
const MIXED_L = 60;
/** So much cannot be sold without the level falling by a step, L. */
const STUCK_L = 12;

export class TankBook {
  readonly facts: TankFacts;
  readonly columns: Columns;
  readonly state: TankState;
  readonly #row: Float64Array;
  #events: WetstockEvent[] = [];

  /** @param state as it was stored; undefined: the book begins */
  constructor(facts: TankFacts, state?: TankState) {
    this.facts = facts;
    this.columns = columnsOf(facts.nozzles.length);
    this.state = state ?? startTank(facts.nozzles.length);
    this.#row = new Float64Array(this.columns.width);
    this.state.cylinder ??= facts.cylinder;
  }

  /** A reading of the gauge. */
  reading(reading: Reading): void {
    this.state.day.readings += 1;
    if (this.state.blindSinceMs === null) enqueue(this.state.quiet, { reading });
    if (this.state.cylinder === null) this.#learnShape(reading);
  }

  fuelling(fuelling: Fuelling): void {
    enqueue(this.state.quiet, { fuelling });
  }

  /** From now on sales are not seen, or are seen again. */
  blind(isBlind: boolean, atMs: number): void {
    const { state } = this;
    if (isBlind) state.blindSinceMs ??= atMs;
    else if (state.blindSinceMs !== null) {
      state.day.blindMs += Math.max(0, atMs - state.blindSinceMs);
      state.blindSinceMs = null;
    }
  }

  /** Works off what has settled by now. @param inspected whether somebody inspected at a moment */
  advance(nowMs: number, inspected: (atMs: number) => boolean): WetstockEvent[] {
    const { state } = this;
    if (state.day.day === 0) state.day = startDay(localDay(nowMs));
    const onAnchor = (anchor: Anchor) => this.#anchor(anchor);
    const onSold = (one: Fuelling) => bookSold(state, one, inspected(one.atMs));
    const end = dayEndMs(state.day.day);
    if (nowMs - quietLimits.settleMs >= end) {
      settle(state.quiet, end + quietLimits.settleMs, this.#moveL(), onAnchor, onSold);
      closeLull(state.quiet, onAnchor);
      this.#endDay(nowMs);
    }
    settle(state.quiet, nowMs, this.#moveL(), onAnchor, onSold);
    const events = this.#events;
    if (events.length > 0) this.#events = [];
    return events;
  }

  /** A nozzle's meter was set: what it gives from now on is judged by itself. @param atMs when the work was done */
  meterSet(nozzle: number, atMs: number): void {
    const { state } = this;
    state.judgeFromDay = Math.max(state.judgeFromDay ?? 0, localDay(atMs) + 1);
    state.reset = [...new Set([...(state.reset ?? []), nozzle])];
  }

  /** Forgets what was learnt of the chart: another chart, another tank, or a repair. */
  restart(): void {
    const { state } = this;
    state.calibration = null;
    state.cells = [];
    state.origin = null;
    state.stretch += 1;
    state.stand = null;
    state.sinceDay = null;
    state.recent = [];
    state.waiting = [];
    state.open = null;
    state.endL = null;
    state.sales = 0;
    Object.assign(state, { lowMm: Number.MAX_SAFE_INTEGER, highMm: 0, inflows: 0 });
    state.cylinder = this.facts.cylinder;
    state.pairs = [];
  }

  /** The gauge told its strapping table: the shape of the tank is known from it. */
  chart(points: readonly { levelMm: number; volumeL: number }[]): void {
    const { state } = this;
    const cylinder = cylinderOfChart(points);
    // What was booked by another shape must not be mixed with this; what was learnt already is not thrown away.
    if (cylinder === undefined || state.calibration !== null) return;
    if (state.cells.length > 0) this.restart();
    state.cylinder = cylinder;
  }

  #endDay(nowMs: number): void {
    const { state, facts, columns } = this;
    const atMs = dayEndMs(state.day.day);
    if (state.blindSinceMs !== null) {
      state.day.blindMs += Math.max(0, atMs - state.blindSinceMs);
      state.blindSinceMs = atMs;
    }
    // In the middle of a delivery the balance stands between two levels: a new chart waits for a calm evening.
    const isCalm = state.open === null && state.waiting.length === 0;
    if (state.open !== null)
      this.#events.push(closeStep(state, facts, Math.sqrt(state.noiseMm2) * this.#surface(1_000)));
    const closed = closeDay(state, facts, columns, { atMs, end: standL(state, columns) });
    this.#events.push(closed);
    const due = isCalm ? isDue(state, columns, closed) : null;
    if (due !== null) {
      const told = calibrate(state, facts, columns, { atMs, due });
      if (told !== undefined) this.#events.push(told);
      if (told !== undefined && state.stand !== null) state.endL = restOf(state, columns, state.stand.row);
    }
    prune(state.cells, state.day.day, state.sinceDay);
    state.day = startDay(localDay(nowMs - quietLimits.settleMs));
  }

  #learnShape(reading: Reading): void {
    const { pairs } = this.state;
    if (pairs.some((pair) => Math.abs(pair.levelMm - reading.levelMm) < 20)) return;
    pairs.push({ levelMm: reading.levelMm, volumeL: reading.volumeL });
    if (pairs.length >= PAIRS) this.state.cylinder = fitCylinder(this.facts.capacityL, pairs);
  }

  #cylinder(): Cylinder {
    return this.state.cylinder ?? fitCylinder(this.facts.capacityL, this.state.pairs.slice(-3));
  }

  /** How far a level may be off before it counts as moving, L. */
  #moveL(): number {
    return Math.max(4, 4 * Math.sqrt(this.state.noiseMm2) * this.#surface(this.state.recent[0]?.levelMm ?? 1_000));
  }

  #surface(level: number): number {
    return litresPerMm(this.state.cylinder ?? { diameterMm: 2_400, lengthMm: 6_400 }, level);
  }

  #anchor(anchor: Anchor): void {
    const { state, facts } = this;
    if (state.cylinder === null && state.pairs.length < 3) return;
    if (this.#isStuck(anchor)) return;
    if (anchor.levelMm > 0) {
      state.lowMm = Math.min(state.lowMm, anchor.levelMm);
      state.highMm = Math.max(state.highMm, anchor.levelMm);
    }
    this.#warm(anchor);
    const row = this.#fill(anchor);
    const balance = this.#balance(anchor, row);
    const taken = takeBalance(state, facts, balance, this.#surface(anchor.levelMm));
    this.#events.push(...taken.events);
    for (const one of taken.accepted) {
      if (one !== balance || state.origin === null) continue;
      moveStand(state, row);
      if (one.atMs < state.settlingUntilMs) continue;
      row[this.columns.book] = row[this.columns.book]! - state.offsetL - state.origin.book;
      const sigmaL = Math.sqrt(state.noiseMm2) * this.#surface(one.levelMm);
      addAnchor(state.cells, { stretch: state.stretch, day: state.day.day }, row, 1 / (sigmaL ** 2 + 0.09));
      state.day.anchors += 1;
      const range: EvidenceRange = { gateway: one.gateway, fromSeq: one.seq, toSeq: one.seq };
      state.day.fromSeq ??= range;
      state.day.fromSeq.toSeq = Math.max(state.day.fromSeq.toSeq, one.seq);
    }
  }

  /** A float that sticks says the very same while fuel is drawn; it comes free by itself. */
  #isStuck({ levelMm: level, lastL, same, readings }: Anchor): boolean {
    const { state } = this;
    const sold = state.sold.reduce((sum, litres) => sum + litres, 0);
    const { held } = state;
    if (held?.volumeL !== lastL || same < readings) {
      state.held = { volumeL: lastL, sold };
      return false;
    }
    return sold - held.sold > Math.max(STUCK_L, 4 * Math.sqrt(state.noiseMm2) * this.#surface(level));
  }

  /** Books how much the fuel has expanded since the last anchor. */
  #warm({ temperatureC, volumeL, atMs }: Anchor): void {
    const { state, facts } = this;
    if (temperatureC === null) return;
    const last = state.recent[state.recent.length - 1];
    // What came in brings its own warmth: that is no expansion.
    if (last !== undefined && volumeL > last.volumeL + MIXED_L) state.temperatureC = null;
    if (state.temperatureC !== null && Math.abs(temperatureC - state.temperatureC) < 3) {
      state.expansionL += facts.expansionPerC * volumeL * (temperatureC - state.temperatureC);
    }
    state.temperatureC = atMs < state.settlingUntilMs ? null : temperatureC;
  }

  #fill(anchor: Anchor): Float64Array {
    const { state, columns } = this;
    const row = this.#row;
    const soldL = state.sold.reduce((sum, litres) => sum + litres, 0);
    const book = anchor.volumeL + soldL - state.expansionL;
    state.origin ??= {
      atMs: anchor.atMs,
      sold: [...state.sold],
      night: [...state.night],
      beyond: [...state.beyond],
      inspected: state.inspected,
      book: book - state.offsetL,
    };
    const { origin } = state;
    row[0] = 1;
    row[columns.expansion] = state.expansionL;
    row[columns.hours] = (anchor.atMs - origin.atMs) / HOUR_MS;
    for (let index = 0; index < columns.nozzles; index += 1) {
      row[columns.sold + index] = state.sold[index]! - origin.sold[index]!;
      row[columns.night + index] = state.night[index]! - origin.night[index]!;
      row[columns.beyond + index] = state.beyond[index]! - origin.beyond[index]!;
    }
    row[columns.inspected] = state.inspected - origin.inspected;
    row[columns.book] = book;
    const cylinder = this.#cylinder();
    const level = anchor.levelMm > 0 ? anchor.levelMm : levelMm(cylinder, anchor.volumeL);
    chartFunctions(cylinder, level, row, columns.chart);
    const calm = level - unrestMm(state, columns, row, this.#surface(level));
    if (calm !== level) chartFunctions(cylinder, calm, row, columns.chart);
    return row;
  }

  /** What the frozen chart leaves unexplained. Without one, all that the chart does. */
  #balance(anchor: Anchor, row: Float64Array): Balance {
    const rest = restOf(this.state, this.columns, row, this.state.sold);
    const sold = this.state.sold.reduce((sum, litres) => sum + litres, 0);
    const { atMs, levelMm: level, volumeL, gateway, seq } = anchor;
    return { atMs, rest, sold, levelMm: level, volumeL, gateway, seq };
  }
}
