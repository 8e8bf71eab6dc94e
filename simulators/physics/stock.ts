/**
 * What is in a tank, as an account in whole microlitres. Between two settlements everything runs evenly or by a closed
 * formula, and settlements happen only at events of the world; so what is in a tank at any instant does not depend on
 * who asks.
 */
import type { TankPlan } from "../scenario/scenario.ts";
import { type Chart, chartOf } from "./chart.ts";
import { expansionAt15, type Fuel, fuelOf, vcf15 } from "./expansion.ts";
import { flowedCl } from "./flow.ts";
import type { Physics } from "./parameters.ts";
import { TankTable } from "./tank-table.ts";
import { type ColdSpell, fuelC, mixIn, type Warmth } from "./temperature.ts";
import type { Fuelling, Unloading } from "./world.ts";

export const UL_PER_CL = 10_000;
export const UL_PER_L = 1_000_000;
const HOUR_MS = 3_600_000;

/** Where the fuel came from and went to since the start, µL. Losses and gains have the sign of the tank's change. */
export interface TankAccount {
  startUl: number;
  deliveredUl: number;
  dispensedUl: number;
  vapourUl: number;
  leakedUl: number;
  /** Taken out or put in without a nozzle: theft, cleaning, a generator, returned test fuel. */
  movedUl: number;
  /** Expansion and contraction with heat. */
  expandedUl: number;
  waterInUl: number;
}

export interface TankState {
  plan: TankPlan;
  fuel: Fuel;
  /** Coefficient of expansion of what is in it, 1/K at 15 °C. */
  alpha: number;
  table: TankTable;
  chart: Chart;
  warmth: Warmth;
  account: TankAccount;
  settledAt: number;
  /** The volume at 15 °C of a litre of its fuel at the last settlement, once that has been asked for. */
  settledVcf: number | undefined;
  fuelUl: number;
  waterUl: number;
  leakUlPerH: number;
  waterUlPerH: number;
  /** What draws from it now. */
  drawing: Set<Fuelling>;
  unloading: Unloading[];
  lastUnloadedAt: number;
  /** What is wrong with the probe: the level it is stuck at, that it is out, or that its levels are made up. */
  probe: { stuckUm: number | undefined; out: boolean; invented?: boolean };
  ordered: boolean;
  /** What is in it, water included, and what it was given, at the world's present instant; 0.01 L, for display. */
  volumeCl: number;
  deliveredCl: number;
}

export interface Climate {
  physics: Physics;
  spells: ColdSpell[];
}

export function newTank(plan: TankPlan, startAt: number, phase: number, physics: Physics): TankState {
  const table = new TankTable(plan);
  const waterUl = Math.round(table.volumeUlAt(plan.waterMm * 1_000));
  const startUl = Math.max(0, Math.round(plan.startVolumeL * UL_PER_L) - waterUl);
  const fuel = fuelOf(plan.grade);
  return {
    plan,
    fuel,
    alpha: expansionAt15(fuel === "diesel" ? physics.dieselDensity : physics.petrolDensity),
    table,
    chart: chartOf({ ...plan, ...plan.chart }, plan.chart.scale),
    warmth: {
      meanC: plan.temperatureC,
      dailyC: plan.temperatureSwingC,
      dailyPhase: phase,
      offsetC: 0,
      at: startAt,
      jumpC: 0,
      jumpAt: startAt,
      ground: { at: Number.NaN, spells: 0, c: 0 },
    },
    settledVcf: undefined,
    account: {
      startUl,
      deliveredUl: 0,
      dispensedUl: 0,
      vapourUl: 0,
      leakedUl: 0,
      movedUl: 0,
      expandedUl: 0,
      waterInUl: waterUl,
    },
    settledAt: startAt,
    fuelUl: startUl,
    waterUl,
    leakUlPerH: 0,
    waterUlPerH: 0,
    drawing: new Set(),
    unloading: [],
    lastUnloadedAt: Number.NEGATIVE_INFINITY,
    probe: { stuckUm: undefined, out: false },
    ordered: false,
    volumeCl: Math.round((startUl + waterUl) / UL_PER_CL),
    deliveredCl: 0,
  };
}

/** True microlitres that a fuelling has drawn `at` an instant. */
export function drawnUl(fuelling: Fuelling, at: number): number {
  const shownCl = flowedCl(fuelling.flow, at - fuelling.flowsFrom);
  if (shownCl >= fuelling.flow.targetCl) return fuelling.targetUl;
  return trueUl(fuelling.meter, shownCl);
}

/** What a meter lets through while it shows `shownCl`: µL, whole. */
export function trueUl(meter: { factor: number; beyondCl: number; factorBeyond: number }, shownCl: number): number {
  const first = Math.min(shownCl, meter.beyondCl);
  return Math.round((first * meter.factor + (shownCl - first) * meter.factorBeyond) * UL_PER_CL);
}

/** Fuel in the tank at an instant from its last settlement on, µL, not rounded. Water is not counted. */
export function fuelUlAt(tank: TankState, at: number, climate: Climate): number {
  const hours = (at - tank.settledAt) / HOUR_MS;
  let fuel = tank.fuelUl - Math.min(tank.leakUlPerH * hours, tank.fuelUl);
  if (hours > 0) fuel *= settledVcf(tank, climate) / vcfAt(tank, at, climate);
  for (const fuelling of tank.drawing) fuel -= drawnUl(fuelling, at) - fuelling.drawnUl;
  for (const unloading of tank.unloading) fuel += unloadedUl(unloading, at) - unloading.unloadedUl;
  return fuel;
}

/** Water in the tank at an instant, µL, not rounded. */
export function waterUlAt(tank: TankState, at: number): number {
  return tank.waterUl + (tank.waterUlPerH * (at - tank.settledAt)) / HOUR_MS;
}

export function unloadedUl(unloading: Unloading, at: number): number {
  const shown = flowedCl(unloading.flow, at - unloading.from);
  return shown >= unloading.flow.targetCl ? unloading.volumeUl : Math.min(unloading.volumeUl, shown * UL_PER_CL);
}

/** Brings the account to an instant. Called at events only. */
export function settle(tank: TankState, at: number, climate: Climate): void {
  const { account } = tank;
  const hours = (at - tank.settledAt) / HOUR_MS;
  if (hours > 0) {
    const leaked = Math.min(Math.round(tank.leakUlPerH * hours), tank.fuelUl);
    const vcf = vcfAt(tank, at, climate);
    const expanded = Math.round((tank.fuelUl - leaked) * (settledVcf(tank, climate) / vcf - 1));
    tank.settledVcf = vcf;
    const water = Math.round(tank.waterUlPerH * hours);
    account.leakedUl -= leaked;
    account.expandedUl += expanded;
    account.waterInUl += water;
    tank.fuelUl += expanded - leaked;
    tank.waterUl += water;
  }
  tank.settledAt = at;
  let drawn = 0;
  for (const fuelling of tank.drawing) {
    const now = drawnUl(fuelling, at);
    drawn += now - fuelling.drawnUl;
    fuelling.drawnUl = now;
  }
  const share = tank.fuel === "diesel" ? climate.physics.dieselVapourShare : climate.physics.petrolVapourShare;
  const vapour = Math.min(Math.round(drawn * share), Math.max(0, tank.fuelUl - drawn));
  account.dispensedUl -= drawn;
  account.vapourUl -= vapour;
  tank.fuelUl -= drawn + vapour;
  for (const unloading of tank.unloading) {
    const now = unloadedUl(unloading, at);
    const step = now - unloading.unloadedUl;
    if (step === 0) continue;
    unloading.unloadedUl = now;
    account.deliveredUl += step;
    tank.fuelUl += step;
    const incoming = { share: step / tank.fuelUl, temperatureC: unloading.temperatureC };
    mixIn(tank.warmth, at, incoming, climate);
    tank.settledVcf = undefined;
    if (unloading.alpha !== tank.alpha) tank.alpha += incoming.share * (unloading.alpha - tank.alpha);
  }
}

/** Moves fuel in (> 0) or out (< 0) without a nozzle; what is not there cannot leave. @returns what was moved, µL */
export function moveFuel(tank: TankState, at: number, byUl: number, climate: Climate): number {
  settle(tank, at, climate);
  const moved = Math.max(-tank.fuelUl, Math.round(byUl));
  tank.account.movedUl += moved;
  tank.fuelUl += moved;
  return moved;
}

/** The account's balance: what should be in the tank, fuel and water, µL. */
export function balanceUl({ account }: TankState): number {
  const { startUl, deliveredUl, dispensedUl, vapourUl, leakedUl, movedUl, expandedUl, waterInUl } = account;
  return startUl + deliveredUl + dispensedUl + vapourUl + leakedUl + movedUl + expandedUl + waterInUl;
}

/** The volume at 15 °C of a litre of what is in the tank. */
function vcfAt({ alpha, warmth }: TankState, at: number, { physics, spells }: Climate): number {
  return vcf15(alpha, fuelC(warmth, at, physics, spells));
}

/** The same at the last settlement: since then neither the mixture has changed, nor what had been mixed into it. */
function settledVcf(tank: TankState, climate: Climate): number {
  tank.settledVcf ??= vcfAt(tank, tank.settledAt, climate);
  return tank.settledVcf;
}
