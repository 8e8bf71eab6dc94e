/**
 * The state of a simulated station and the passing of its time. Events happen in order at exact instants and flows
 * are exact between them, so the truth is a function of (scenario, seed, start) alone: neither the size of the
 * steps nor anybody's polls change it. Only what is planted by hand does.
 */

import { FaultBoard } from "../faults/board.ts";
import { randomStream } from "../random.ts";
import { serialLines } from "../scenario/references.ts";
import type { DispenserPlan, Scenario, SealPlan } from "../scenario/scenario.ts";
import type { TruthEvent } from "../truth/events.ts";
import { type Flow, flowedCl } from "./flow.ts";
import { type Fuelling, type NozzleState, nozzleState } from "./nozzle.ts";
import { type Climate, fuelUlAt, newTank, settle, type TankState, UL_PER_CL, unloadedUl, waterUlAt } from "./stock.ts";

export type { Fuelling, NozzleState, PeriodTotal } from "./nozzle.ts";
export type { TankState } from "./stock.ts";

export interface Unloading {
  from: number;
  volumeUl: number;
  unloadedUl: number;
  temperatureC: number;
  /** Coefficient of expansion of what is unloaded. */
  alpha: number;
  flow: Flow;
}

export type SealCondition = "sealed" | "open" | "cut";

export interface SealState {
  plan: SealPlan;
  condition: SealCondition;
  serial: string;
  tamperCount: number;
  openCount: number;
  /** The hub does not hear it. */
  silent: boolean;
}

export interface DispenserState {
  plan: DispenserPlan;
  factorySerial: string;
  /** Whether the board has its tax state: without it, it knows its serial number and nothing else. */
  initialised: boolean;
  /** The tax port does not answer before this instant (a board being changed). */
  silentUntil: number;
  /** What its clock is ahead of the world's, ms, at the start; and its drift, ms a day. */
  clockAheadMs: number;
  clockDriftMsPerDay: number;
}

/** One thing that has been planted, whether by the scenario or by hand. */
export interface PlantState {
  id: string;
  kind: string;
  subject: string;
  /** What else a flag about it may name: the tank of a nozzle, all tanks where it is the whole station. */
  subjects: string[];
  /** Ids of the rules that must find it, each of them; the first should tell first. */
  expects: string[];
  /** Ids of rules that see it from another side. */
  also: string[];
  honest: boolean;
  phase: "planted" | "running" | "over";
  /** What it has moved, hidden or made up so far. */
  effectUl: number;
  effectFen: number;
  /** Brings these to the present, where they grow by themselves. */
  reckon?: () => void;
}

/** A running plant that meddles with fuellings: at the lift with the meter, at the hang-up with what is booked. */
export interface Meddling {
  lift?: (fuelling: Fuelling, nozzle: NozzleState) => boolean;
  hangUp?: (booking: Booking, fuelling: Fuelling, nozzle: NozzleState) => boolean;
  plant: PlantState;
}

/** What of a sale is booked in the tax port. */
export interface Booking {
  volumeCl: number;
  amountFen: number;
  unitPriceFen: number;
}

/** A tank's own orders arrive short of their waybill, or without one. */
export interface ShortSupply {
  tank: string;
  share: number;
  notice: boolean;
  /** what arrives later is honest, simulated ms */
  untilAt: number;
  done: (receivedUl: number, missingUl: number) => void;
}

/** How often a time server corrects the gateway's clock. */
const CORRECTED_EVERY_MS = 3_600_000;

interface Due {
  at: number;
  happen: () => void;
}

export interface World {
  readonly scenario: Scenario;
  readonly startAt: number;
  now: number;
  readonly climate: Climate;
  readonly nozzles: Map<string, NozzleState>;
  readonly tanks: Map<string, TankState>;
  readonly seals: Map<string, SealState>;
  readonly dispensers: Map<string, DispenserState>;
  /** Serial lines: true while the cable is in. */
  readonly lines: Map<string, boolean>;
  /** What is broken at present, besides what is cheated. */
  readonly faults: FaultBoard;
  readonly plants: PlantState[];
  readonly meddling: Meddling[];
  /** What dishonest suppliers do to the deliveries that a tank orders by itself. */
  readonly shortSupply: ShortSupply[];
  /** False while the station is being drained: nobody new comes. */
  open: boolean;
  /** Whether the mains are on, the gateway's plug is in, and the seal hub answers. */
  powered: boolean;
  gatewayOn: boolean;
  sealHubOn: boolean;
  /** The door of the gateway's cabinet. */
  cabinetOpen: boolean;
  /** What the gateway's clock has been set ahead, ms. */
  gatewayAheadMs: number;
  /** Somebody inspects: a careful cheat is honest meanwhile. */
  inspected: number;
  readonly due: Due[];
  happened: TruthEvent[];
  filings: number;
}

/** A station at rest at `startAt` (epoch ms). Nothing is scheduled yet: see station.ts. */
export function createWorld(scenario: Scenario, startAt: number): World {
  const { seed, physics } = scenario;
  const nozzles = scenario.dispensers.flatMap((dispenser) =>
    dispenser.nozzles.map((plan): [string, NozzleState] => [
      plan.nozzle,
      nozzleState(scenario, plan, dispenser.device, startAt),
    ]),
  );
  return {
    scenario,
    startAt,
    now: startAt,
    climate: { physics, spells: [] },
    nozzles: new Map(nozzles),
    tanks: new Map(
      scenario.tanks.map((plan) => {
        const phase = randomStream(seed, `temperature/${plan.tank}`).next();
        return [plan.tank, newTank(plan, startAt, phase, physics)];
      }),
    ),
    seals: new Map(
      (scenario.sealHub?.seals ?? []).map((plan) => [
        plan.seal,
        { plan, condition: "sealed", serial: plan.serial, tamperCount: 0, openCount: 0, silent: false },
      ]),
    ),
    dispensers: new Map(
      scenario.dispensers.map((plan) => {
        const random = randomStream(seed, `clock/${plan.device}`);
        const clockDriftMsPerDay = random.gaussian(0, physics.dispenserClockDriftSdSPerDay * 1_000);
        const { factorySerial, initialised } = plan;
        return [
          plan.device,
          { plan, factorySerial, initialised, silentUntil: startAt, clockAheadMs: 0, clockDriftMsPerDay },
        ];
      }),
    ),
    lines: new Map(serialLines(scenario).map((line) => [line, true])),
    faults: new FaultBoard(),
    plants: [],
    meddling: [],
    shortSupply: [],
    open: true,
    powered: true,
    gatewayOn: true,
    sealHubOn: true,
    cabinetOpen: false,
    gatewayAheadMs: 0,
    inspected: 0,
    due: [],
    happened: [],
    filings: 0,
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
  const happened = step(world, to);
  show(world);
  return happened;
}

/** The same, without bringing what is there for display to the present. */
export function step(world: World, to: number): TruthEvent[] {
  for (let next = world.due[0]; next !== undefined && next.at <= to; next = world.due[0]) {
    world.due.shift();
    world.now = next.at;
    next.happen();
  }
  if (to > world.now) world.now = to;
  const { happened } = world;
  if (happened.length > 0) world.happened = [];
  return happened;
}

/** True when no nozzle is lifted: all totals are final. */
export function isQuiet(world: World): boolean {
  return [...world.nozzles.values()].every((nozzle) => nozzle.fuelling === undefined);
}

/** Brings a tank's account to the world's present instant; for events only. */
export function settleTank(world: World, tank: TankState): void {
  settle(tank, world.now, world.climate);
}

/** The dispenser's own clock, epoch ms. */
export function dispenserClock(world: World, device: string, at: number): number {
  const { clockAheadMs, clockDriftMsPerDay } = world.dispensers.get(device)!;
  return at + Math.round(clockAheadMs + (clockDriftMsPerDay * (at - world.startAt)) / 86_400_000);
}

/** Whether the box of the gateway has power: the mains are on, and its plug is in. */
export function boxHasPower({ powered, gatewayOn }: World): boolean {
  return powered && gatewayOn;
}

/** What the gateway's clock is ahead at an instant, ms: as it was set, and what it drifted since the hour's correction. */
export function gatewayClockAheadMs({ gatewayAheadMs, climate }: World, at: number): number {
  return gatewayAheadMs + Math.round(((at % CORRECTED_EVERY_MS) * climate.physics.gatewayClockDriftPpm) / 1e6);
}

/** Values that others read at any instant; nothing in the world depends on them. */
function show(world: World): void {
  for (const nozzle of world.nozzles.values()) {
    const { fuelling } = nozzle;
    if (fuelling) fuelling.pumpedCl = flowedCl(fuelling.flow, world.now - fuelling.flowsFrom);
    nozzle.pumpedCl = nozzle.soldCl + (fuelling?.pumpedCl ?? 0);
  }
  for (const tank of world.tanks.values()) {
    const fuel = fuelUlAt(tank, world.now, world.climate);
    tank.volumeCl = Math.round((fuel + waterUlAt(tank, world.now)) / UL_PER_CL);
    const coming = tank.unloading.reduce((sum, part) => sum + unloadedUl(part, world.now) - part.unloadedUl, 0);
    tank.deliveredCl = Math.round((tank.account.deliveredUl + coming) / UL_PER_CL);
  }
}
