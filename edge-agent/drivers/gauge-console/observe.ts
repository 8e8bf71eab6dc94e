/**
 * Turns a console's reports into observations. Pure. What a console does not state is null, never zero; what it
 * states in units that are not known is marked.
 */
import type { ChartReport } from "@forecourt/protocol/gauge-console/chart.ts";
import type { ConsoleDelivery, DeliverySide } from "@forecourt/protocol/gauge-console/deliveries.ts";
import type { ConsoleNumber } from "@forecourt/protocol/gauge-console/fields.ts";
import { type ConsoleTank, isHeightInvalid, statusNames } from "@forecourt/protocol/gauge-console/inventory.ts";
import { type ConsoleQuantity, type ConsoleUnits, canonical } from "@forecourt/protocol/gauge-console/units.ts";
import type { Quality } from "@forecourt/protocol/records/schema.ts";
import type { ChartObservation, DeliveryObservation, TankMoment, TankObservation } from "../observation.ts";

/** In which units the console states its numbers, and whether that is certain. */
export interface KnownUnits {
  units: ConsoleUnits;
  /** Why they are not certain, or null. */
  doubt: string | null;
}

interface Trust {
  quality: Quality;
  reason: string | null;
}

const MAX_REASON = 200;
const IMPERIAL = "the console states imperial units, which are not converted: set it to metric units";
/** Only then is a corrected volume what we call a standard volume. */
const STANDARD_MC = 20_000;
const STANDARD_TOLERANCE_MC = 50;

type Convert = (value: ConsoleNumber, quantity: ConsoleQuantity) => number | null;

function converter({ units }: KnownUnits): Convert {
  return (value, quantity) => (units === "imperial" ? null : canonical(value, quantity, units));
}

/** One tank of an inventory. @param tank undefined when the console reports no such tank */
export function tankObservation(of: {
  device: string;
  name: string;
  tank: ConsoleTank | undefined;
  units: KnownUnits;
  /** What the console's corrected volumes refer to, m°C; null when it does not say. */
  referenceMc: number | null;
  alarms: readonly string[];
  raw: string[];
}): TankObservation {
  const { tank, referenceMc } = of;
  const convert = converter(of.units);
  const stated = (value: ConsoleNumber | undefined, quantity: ConsoleQuantity) => convert(value ?? null, quantity);
  const isStandard = referenceMc !== null && Math.abs(referenceMc - STANDARD_MC) <= STANDARD_TOLERANCE_MC;
  const values = {
    levelUm: stated(tank?.height, "length"),
    waterLevelUm: stated(tank?.waterHeight, "length"),
    temperatureMc: stated(tank?.temperature, "temperature"),
    volumeCl: stated(tank?.volume, "volume"),
    standardVolumeCl: isStandard ? stated(tank?.correctedVolume, "volume") : null,
    waterVolumeCl: stated(tank?.waterVolume, "volume"),
    ullageCl: stated(tank?.ullage, "volume"),
  };
  const alarms = [...statusNames(tank?.status ?? 0), ...of.alarms];
  const { device, name, raw } = of;
  return {
    point: "tank",
    device,
    tank: name,
    ...values,
    alarms: [...new Set(alarms)],
    ...trustOf(tank, values, of.units),
    raw,
  };
}

function trustOf(tank: ConsoleTank | undefined, values: TankMoment, units: KnownUnits): Trust {
  if (tank === undefined) return { quality: "missing", reason: "the console reports no such tank" };
  if (units.units === "imperial") return { quality: "missing", reason: IMPERIAL };
  const missing = Object.entries({ level: values.levelUm, volume: values.volumeCl }).flatMap(([name, value]) =>
    value === null ? [name] : [],
  );
  if (missing.length > 0) return { quality: "missing", reason: `the console has no value for ${missing.join(", ")}` };
  if (isHeightInvalid(tank.status)) {
    return { quality: "out-of-range", reason: "the console marks the height as invalid" };
  }
  return units.doubt === null ? { quality: "good", reason: null } : { quality: "unconfirmed", reason: units.doubt };
}

/** One delivery of a tank. */
export function deliveryObservation(of: {
  device: string;
  name: string;
  deviceNow: string | null;
  delivery: ConsoleDelivery;
  units: KnownUnits;
  raw: string[];
}): DeliveryObservation {
  const convert = converter(of.units);
  const moment = (side: DeliverySide): TankMoment => ({
    levelUm: convert(side.height, "length"),
    waterLevelUm: convert(side.waterHeight, "length"),
    temperatureMc: convert(side.temperature, "temperature"),
    volumeCl: convert(side.volume, "volume"),
  });
  const start = moment(of.delivery.start);
  const end = moment(of.delivery.end);
  const volumeCl = start.volumeCl === null || end.volumeCl === null ? null : end.volumeCl - start.volumeCl;
  return {
    point: "delivery",
    device: of.device,
    tank: of.name,
    deviceNow: of.deviceNow,
    deviceStartedAt: of.delivery.start.at,
    deviceEndedAt: of.delivery.end.at,
    start,
    end,
    volumeCl,
    ...reportTrust(volumeCl === null ? "the console has no volume for the delivery" : null, of.units),
    raw: of.raw,
  };
}

/** The chart of a tank; undefined when the report holds none. Points without a value are left out, and said. */
export function chartObservation(of: {
  device: string;
  name: string;
  chart: ChartReport["tanks"][number];
  deviceChangedAt: string | null;
  units: KnownUnits;
  raw: string[];
}): ChartObservation | undefined {
  const convert = converter(of.units);
  const converted = of.chart.points.map(({ height, volume }) => ({
    levelUm: convert(height, "length"),
    volumeCl: convert(volume, "volume"),
  }));
  const points = converted.filter(
    (point): point is { levelUm: number; volumeCl: number } => point.levelUm !== null && point.volumeCl !== null,
  );
  if (points.length === 0) return undefined;
  const lost = converted.length - points.length;
  return {
    point: "chart",
    device: of.device,
    tank: of.name,
    points: points.sort((a, b) => a.levelUm - b.levelUm),
    deviceChangedAt: of.deviceChangedAt,
    ...reportTrust(lost > 0 ? `${lost} points of the chart have no value` : null, of.units),
    raw: of.raw,
  };
}

function reportTrust(missing: string | null, units: KnownUnits): Trust {
  if (units.units === "imperial") return { quality: "missing", reason: IMPERIAL };
  if (missing !== null) return { quality: "missing", reason: missing.slice(0, MAX_REASON) };
  return units.doubt === null ? { quality: "good", reason: null } : { quality: "unconfirmed", reason: units.doubt };
}
