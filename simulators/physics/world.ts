/**
 * The state of a simulated station and the passing of its time. Events happen in order at exact instants and flows
 * are exact between them, so the truth is a function of (scenario, seed, start) alone: neither the size of the
 * steps nor anybody's polls change it. Only what is planted by hand does.
 */

import { FaultBoard } from "../faults/board.ts";
import { serialLines } from "../scenario/references.ts";
import type { DispenserPlan, NozzlePlan, Scenario, SealPlan, TankPlan } from "../scenario/scenario.ts";
import type { TruthEvent } from "../truth/events.ts";
import { type Flow, flowedCl } from "./flow.ts";

/** One fuelling from lift to hang-up. */
export interface Fuelling {
  liftedAt: number;
  /** First drop; the flow says when the last one falls. */
  flowsFrom: number;
  flow: Flow;
  pumpedCl: number;
  /** False: a cheat keeps this sale out of the tax port. */
  onWire: boolean;
}

export interface PeriodTotal {
  volumeCl: number;
  amountFen: number;
}

export interface NozzleState {
  plan: NozzlePlan;
  device: string;
  fuelling: Fuelling | undefined;
  hungUpAt: number;
  /** The car is still in front of the nozzle until then. */
  freeFrom: number;
  /** Everything that went through the hose since the start. */
  pumpedCl: number;
  sales: number;
  salesOnWire: number;
  onWireCl: number;
  /** What the tax port would say. */
  grandTotal: PeriodTotal;
  days: Map<string, PeriodTotal>;
  months: Map<string, PeriodTotal>;
  last: { at: number; volumeCl: number; amountFen: number } | undefined;
  /** Set while a bypass runs; `left` counts down the sales, undefined means until it is lifted. */
  bypass: { left: number | undefined; lifted: () => void } | undefined;
}

export interface TankState {
  plan: TankPlan;
  volumeCl: number;
  deliveredCl: number;
  unloading: Unloading[];
}

export interface Unloading {
  from: number;
  volumeCl: number;
  unloadedCl: number;
  flow: Flow;
}

export type SealCondition = "sealed" | "open" | "cut";

export interface SealState {
  plan: SealPlan;
  condition: SealCondition;
  tamperCount: number;
  openCount: number;
}

export interface DispenserState {
  plan: DispenserPlan;
  factorySerial: string;
  /** The tax port does not answer before this instant (a board being changed). */
  silentUntil: number;
}

/** One thing that has been planted, whether by the scenario or by hand. */
export interface PlantState {
  id: string;
  kind: string;
  subject: string;
  expects: string[];
  phase: "planted" | "running" | "over";
}

interface Due {
  at: number;
  happen: () => void;
}

export interface World {
  readonly scenario: Scenario;
  readonly startAt: number;
  now: number;
  readonly nozzles: Map<string, NozzleState>;
  readonly tanks: Map<string, TankState>;
  readonly seals: Map<string, SealState>;
  readonly dispensers: Map<string, DispenserState>;
  /** Serial lines: true while the cable is in. */
  readonly lines: Map<string, boolean>;
  /** What is broken at present, besides what is cheated. */
  readonly faults: FaultBoard;
  readonly plants: PlantState[];
  /** False while the station is being drained: nobody new comes. */
  open: boolean;
  readonly due: Due[];
  happened: TruthEvent[];
}

/** A station at rest at `startAt` (epoch ms). Nothing is scheduled yet: see station.ts. */
export function createWorld(scenario: Scenario, startAt: number): World {
  const nozzles = scenario.dispensers.flatMap((dispenser) =>
    dispenser.nozzles.map((plan): [string, NozzleState] => [plan.nozzle, nozzleState(plan, dispenser.device, startAt)]),
  );
  return {
    scenario,
    startAt,
    now: startAt,
    nozzles: new Map(nozzles),
    tanks: new Map(
      scenario.tanks.map((plan) => [
        plan.tank,
        { plan, volumeCl: Math.round(plan.startVolumeL * 100), deliveredCl: 0, unloading: [] },
      ]),
    ),
    seals: new Map(
      (scenario.sealHub?.seals ?? []).map((plan) => [
        plan.seal,
        { plan, condition: "sealed", tamperCount: 0, openCount: 0 },
      ]),
    ),
    dispensers: new Map(
      scenario.dispensers.map((plan) => [
        plan.device,
        { plan, factorySerial: plan.factorySerial, silentUntil: startAt },
      ]),
    ),
    lines: new Map(serialLines(scenario).map((line) => [line, true])),
    faults: new FaultBoard(),
    plants: [],
    open: true,
    due: [],
    happened: [],
  };
}

/** Has `happen` called when simulated time reaches `at` (at once when that has passed); ties in order of the calls. */
export function schedule(world: World, at: number, happen: () => void): void {
  const entry: Due = { at: Math.max(at, world.now), happen };
  let place = world.due.length;
  while (place > 0 && world.due[place - 1]!.at > entry.at) place -= 1;
  world.due.splice(place, 0, entry);
}

/** Adds a line to the truth, at the world's present instant. */
export function record(world: World, event: Omit<TruthEvent, "at"> & Record<string, unknown>): void {
  world.happened.push({ ...event, at: world.now } as TruthEvent);
}

/**
 * Lets simulated time pass until `to` (epoch ms; an earlier instant changes nothing).
 * @returns what happened since the last call, in order
 */
export function advance(world: World, to: number): TruthEvent[] {
  for (let next = world.due[0]; next !== undefined && next.at <= to; next = world.due[0]) {
    world.due.shift();
    flowUntil(world, next.at);
    next.happen();
  }
  if (to > world.now) flowUntil(world, to);
  const happened = world.happened;
  world.happened = [];
  return happened;
}

/** True when no nozzle is lifted: all totals are final. */
export function isQuiet(world: World): boolean {
  return [...world.nozzles.values()].every((nozzle) => nozzle.fuelling === undefined);
}

function flowUntil(world: World, to: number): void {
  world.now = to;
  for (const nozzle of world.nozzles.values()) {
    const { fuelling } = nozzle;
    if (!fuelling || fuelling.pumpedCl === fuelling.flow.targetCl) continue;
    const pumped = flowedCl(fuelling.flow, to - fuelling.flowsFrom);
    const step = pumped - fuelling.pumpedCl;
    fuelling.pumpedCl = pumped;
    nozzle.pumpedCl += step;
    world.tanks.get(nozzle.plan.tank)!.volumeCl -= step;
  }
  for (const tank of world.tanks.values()) {
    for (const unloading of tank.unloading) {
      const unloaded = flowedCl(unloading.flow, to - unloading.from);
      tank.volumeCl += unloaded - unloading.unloadedCl;
      tank.deliveredCl += unloaded - unloading.unloadedCl;
      unloading.unloadedCl = unloaded;
    }
  }
}

function nozzleState(plan: NozzlePlan, device: string, startAt: number): NozzleState {
  return {
    plan,
    device,
    fuelling: undefined,
    hungUpAt: startAt,
    freeFrom: startAt,
    pumpedCl: 0,
    sales: 0,
    salesOnWire: 0,
    onWireCl: 0,
    grandTotal: { volumeCl: plan.startTotalCl, amountFen: plan.startTotalFen },
    days: new Map(),
    months: new Map(),
    last: undefined,
    bypass: undefined,
  };
}
