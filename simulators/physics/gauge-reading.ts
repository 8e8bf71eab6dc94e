/** What a tank gauge would read: the true height with noise, rounded to what the probe can tell, and the chart's volumes. */
import { randomStream } from "../random.ts";
import type { TankPlan } from "../scenario/scenario.ts";
import { heightOfMm, tankCapacityCl, volumeAtCl } from "./tank-shape.ts";

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

/** The probe's resolution (tanks.md 4.3: quantised to 0.01 to 1 mm). */
const RESOLUTION_UM = 100;
/** The probe measures once a second; within that second every master reads the same. */
const MEASURE_EVERY_MS = 1_000;
const DAY_MS = 86_400_000;
/** 20 °C is the base of standard volume in China; slopes from the VCF vectors of tanks.md 2.5 (740 and 840 kg/m3). */
const BASE_MC = 20_000;
const EXPANSION_PER_K = { petrol: 0.001_23, diesel: 0.000_85 };
/** Alarm limits as in the Greek list (tanks.md 3.3): above 95 %, water above 4 cm; low at 10 %. */
const LIMITS = { highShare: 0.95, lowShare: 0.1, waterUm: 40_000 };

/**
 * @param volumeCl the true liquid in the tank, water included
 * @param at simulated epoch ms; the noise is a function of (seed, tank, second), not of how often anybody asks
 */
export function readGauge(plan: TankPlan, volumeCl: number, at: number, seed: number): GaugeReading {
  const second = Math.floor(at / MEASURE_EVERY_MS);
  const noise = randomStream(seed, `gauge/${plan.tank}/${second}`).gaussian(0, plan.noiseMm * 1_000);
  const trueUm = heightOfMm(plan, volumeCl) * 1_000;
  const levelUm = quantise(Math.min(Math.max(trueUm + noise, 0), plan.diameterMm * 1_000));
  const waterLevelUm = quantise(plan.waterMm * 1_000);
  const waterVolumeCl = Math.round(volumeAtCl(plan, waterLevelUm / 1_000));
  const grossCl = Math.round(volumeAtCl(plan, levelUm / 1_000));
  const fuelCl = Math.max(0, grossCl - waterVolumeCl);
  const temperatureMc = temperature(plan, at, seed);
  const expansion = isDiesel(plan.grade) ? EXPANSION_PER_K.diesel : EXPANSION_PER_K.petrol;
  const capacityCl = tankCapacityCl(plan);
  return {
    levelUm,
    waterLevelUm,
    temperatureMc,
    volumeCl: fuelCl,
    standardVolumeCl: Math.round(fuelCl * (1 - (expansion * (temperatureMc - BASE_MC)) / 1_000)),
    waterVolumeCl,
    ullageCl: Math.max(0, capacityCl - grossCl),
    levelHigh: grossCl > capacityCl * LIMITS.highShare,
    levelLow: grossCl < capacityCl * LIMITS.lowShare,
    waterHigh: waterLevelUm > LIMITS.waterUm,
  };
}

function temperature(plan: TankPlan, at: number, seed: number): number {
  const phase = randomStream(seed, `temperature/${plan.tank}`).next();
  const swing = Math.sin(2 * Math.PI * ((at % DAY_MS) / DAY_MS + phase));
  return Math.round((plan.temperatureC + plan.temperatureSwingC * swing) * 1_000);
}

function quantise(um: number): number {
  return Math.round(um / RESOLUTION_UM) * RESOLUTION_UM;
}

function isDiesel(grade: string): boolean {
  return /^-?\d+#$/.test(grade) && Number.parseInt(grade, 10) <= 10;
}
