/** What a tank gauge would read: the true height with noise, rounded to what the probe can tell, and the chart's volumes. */
import { vcf20 } from "./expansion.ts";
import { fuelUlAt, type TankState, waterUlAt } from "./stock.ts";
import { probeC } from "./temperature.ts";
import type { World } from "./world.ts";

export interface GaugeReading {
  levelUm: number;
  waterLevelUm: number;
  temperatureMc: number;
  /** Fuel above the water, by the chart at the level read. */
  volumeCl: number;
  standardVolumeCl: number;
  waterVolumeCl: number;
  ullageCl: number;
  levelHigh: boolean;
  levelLow: boolean;
  waterHigh: boolean;
}

/** The probe measures once a second; within that second every master reads the same. */
const MEASURE_EVERY_MS = 1_000;
/** Alarm limits as in the Greek list (tanks.md 3.3): above 95 %, water above 4 cm; low at 10 %. */
const LIMITS = { highShare: 0.95, lowShare: 0.1, waterUm: 40_000 };

/** What the probe of a tank measures at an instant not before the world's last event, were it not out. */
export function readGauge(world: World, tank: TankState, at: number = world.now): GaugeReading {
  const { chart, probe } = tank;
  const { physics } = world.climate;
  const waterUl = waterUlAt(tank, at);
  const stepUm = physics.levelStepMm * 1_000;
  const levelUm = probe.stuckUm ?? noisyLevelUm(world, tank, at, waterUl);
  const waterLevelUm = waterUl > 0 ? quantise(tank.table.heightUmAt(waterUl), stepUm) : 0;
  const waterVolumeCl = Math.round(chart.volumeClAt(waterLevelUm));
  const grossCl = Math.round(chart.volumeClAt(levelUm));
  const fuelCl = Math.max(0, grossCl - waterVolumeCl);
  const stepMc = physics.temperatureStepC * 1_000;
  const temperatureMc = quantise(probeC(tank.warmth, at, physics, world.climate.spells) * 1_000, stepMc);
  return {
    levelUm,
    waterLevelUm,
    temperatureMc,
    volumeCl: fuelCl,
    standardVolumeCl: Math.round(fuelCl * vcf20(tank.alpha, temperatureMc / 1_000)),
    waterVolumeCl,
    ullageCl: Math.max(0, chart.capacityCl - grossCl),
    levelHigh: grossCl > chart.capacityCl * LIMITS.highShare,
    levelLow: grossCl < chart.capacityCl * LIMITS.lowShare,
    waterHigh: waterLevelUm > LIMITS.waterUm,
  };
}

/** Who makes a level up writes it as exactly as the gauge's protocol allows. */
const INVENTED_STEP_UM = 10;

/** The level as the probe has it at an instant, µm: noise depends on seed, tank and second, not on who asks. */
export function noisyLevelUm(world: World, tank: TankState, at: number, waterUl = waterUlAt(tank, at)): number {
  const { physics } = world.climate;
  const second = Math.floor(at / MEASURE_EVERY_MS);
  const trueUm = tank.table.heightUmAt(fuelUlAt(tank, at, world.climate) + waterUl);
  const slosh = tank.unloading.some(({ from }) => from < at)
    ? 1
    : Math.exp(-(at - tank.lastUnloadedAt) / (physics.sloshDecayS * 1_000));
  const unrest = (physics.sloshUnloadingMm * slosh) ** 2 + tank.drawing.size * physics.sloshPumpingMm ** 2;
  const spreadUm = Math.sqrt(tank.plan.noiseMm ** 2 + unrest) * 1_000;
  if (tank.probe.invented === true) return quantise(trueUm, INVENTED_STEP_UM);
  const noisy = trueUm + normal(world.scenario.seed, tank.plan.probe, second) * spreadUm;
  return quantise(Math.min(Math.max(noisy, 0), tank.plan.diameterMm * 1_000), physics.levelStepMm * 1_000);
}

function quantise(value: number, step: number): number {
  return Math.round(Math.round(value / step) * step);
}

/** A normal number that depends on three integers alone (two rounds of a 32-bit mixer, then Box-Muller). */
function normal(seed: number, probe: number, second: number): number {
  const first = mix(mix(seed ^ Math.imul(probe, 0x9e37_79b1)) ^ second);
  const other = mix(first ^ 0x85eb_ca6b);
  return Math.sqrt(-2 * Math.log((first + 1) / 0x1_0000_0001)) * Math.cos((2 * Math.PI * other) / 0x1_0000_0000);
}

/** splitmix32's finaliser. */
function mix(value: number): number {
  let mixed = (value + 0x9e37_79b9) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0_aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
