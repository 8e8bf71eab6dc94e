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

export type Observation =
  | GrandTotalObservation
  | LastFuellingObservation
  | InformationObservation
  | TankObservation
  | SealObservation;
