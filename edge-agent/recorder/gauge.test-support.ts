/** A gauge for tests of the recorder: readings with only what a test is about. */
import type { TankObservation } from "../drivers/observation.ts";

/** 2026-11-24T10:00:00+08:00. */
export const MORNING_MS = Date.parse("2026-11-24T02:00:00Z");

/** A good reading of T1 of gauge-1: 1.5 m, 15 000 L, 20 °C. */
export function reading(more: Partial<TankObservation> = {}): TankObservation {
  return {
    point: "tank",
    device: "gauge-1",
    tank: "T1",
    levelUm: 1_500_000,
    waterLevelUm: 10_000,
    temperatureMc: 20_000,
    volumeCl: 1_500_000,
    standardVolumeCl: null,
    waterVolumeCl: 1_000,
    ullageCl: 1_500_000,
    alarms: [],
    quality: "good",
    reason: null,
    raw: ["01"],
    ...more,
  };
}

/** A reading of a tank that holds so many litres: 15 L to the millimetre. */
export function litres(volume: number, more: Partial<TankObservation> = {}): TankObservation {
  return reading({ volumeCl: Math.round(volume * 100), levelUm: Math.round((volume / 15) * 1_000), ...more });
}
