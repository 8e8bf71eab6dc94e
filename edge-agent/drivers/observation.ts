/** What drivers hand on: one value that a device stated, with the bytes that said so. Not yet worth keeping. */
import type { Quality } from "@forecourt/protocol/records/schema.ts";

export interface LastFuellingValue {
  dayOfMonth: number;
  hour: number;
  minute: number;
  volumeCl: number;
  amountFen: number;
  unitPriceFen: number;
}

export interface GrandTotalObservation {
  point: "grand-total";
  device: string;
  nozzle: string;
  volumeCl: number;
  amountFen: number;
  raw: string[];
}

export interface LastFuellingObservation {
  point: "last-fuelling";
  device: string;
  nozzle: string;
  fuelling: LastFuellingValue;
  raw: string[];
}

export interface InformationObservation {
  point: "information";
  device: string;
  nozzle: string;
  initialised: boolean;
  factorySerial: string;
  gunCode: string | null;
  taxpayerId: string | null;
  oilCode: string | null;
  deviceTime: string | null;
  raw: string[];
}

/** What the device itself counted in a day or a month. */
export interface PeriodTotalObservation {
  point: "period-total";
  device: string;
  nozzle: string;
  scope: "day" | "month";
  /** `YYYY-MM-DD` or `YYYY-MM` */
  period: string;
  volumeCl: number;
  amountFen: number;
  /** Why the answer is none: then the figures are 0 and mean nothing. */
  noData: string | null;
  raw: string[];
}

export interface TankObservation {
  point: "tank";
  device: string;
  tank: string;
  levelUm: number | null;
  waterLevelUm: number | null;
  temperatureMc: number | null;
  volumeCl: number | null;
  standardVolumeCl: number | null;
  waterVolumeCl: number | null;
  ullageCl: number | null;
  alarms: string[];
  quality: Quality;
  reason: string | null;
  raw: string[];
}

export interface SealObservation {
  point: "seal";
  device: string;
  seal: string;
  /** null when the hub's code is not one of the profile's */
  state: string | null;
  tamperCount: number | null;
  openCount: number | null;
  batteryPercent: number | null;
  serial: string | null;
  quality: Quality;
  reason: string | null;
  raw: string[];
}

/** A tank at one moment, as a gauge's report states it. */
export interface TankMoment {
  levelUm: number | null;
  waterLevelUm: number | null;
  temperatureMc: number | null;
  volumeCl: number | null;
}

/** A delivery that the gauge reports; it is reported again with every reading. */
export interface DeliveryObservation {
  point: "delivery";
  device: string;
  tank: string;
  /** The gauge's own clock, `2026-11-24T02:28`: when it was asked, and when the delivery began and ended. */
  deviceNow: string | null;
  deviceStartedAt: string | null;
  deviceEndedAt: string | null;
  start: TankMoment;
  end: TankMoment;
  volumeCl: number | null;
  quality: Quality;
  reason: string | null;
  raw: string[];
}

/** The strapping table that a gauge uses for a tank. */
export interface ChartObservation {
  point: "chart";
  device: string;
  tank: string;
  /** From the lowest to the highest. */
  points: { levelUm: number; volumeCl: number }[];
  /** When the gauge says it was last changed, by its own clock. */
  deviceChangedAt: string | null;
  quality: Quality;
  reason: string | null;
  raw: string[];
}

/** Who a gauge or hub says it is. */
export interface DeviceObservation {
  point: "device";
  device: string;
  model: string | null;
  serial: string | null;
  software: string | null;
  parts: { name: string; serial: string | null; model: string | null }[];
  /** The device's own clock at the moment of the observation, `2026-11-24T02:28` or with seconds. */
  deviceClock: string | null;
  quality: Quality;
  reason: string | null;
  raw: string[];
}

export type Observation =
  | GrandTotalObservation
  | LastFuellingObservation
  | InformationObservation
  | PeriodTotalObservation
  | TankObservation
  | SealObservation
  | DeliveryObservation
  | ChartObservation
  | DeviceObservation;
