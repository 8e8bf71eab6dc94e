/** The kinds of line in a ground-truth file. Times are simulated epoch milliseconds until they are written. */

import type { FaultKind } from "../faults/kinds.ts";
import type { Summary } from "./summary.ts";

export type Phase = "start" | "end";

export interface SaleEvent {
  event: "sale";
  at: number;
  nozzle: string;
  tank: string;
  volumeCl: number;
  amountFen: number;
  unitPriceFen: number;
  /** False when the sale never reached the tax port. */
  onWire: boolean;
  totalAfterCl: number;
  totalAmountAfterFen: number;
  /** What truly flowed, µL. */
  trueUl: number;
  /** What the tax port was told, where a cheat altered it. */
  wireVolumeCl?: number;
  wireAmountFen?: number;
  /** Ids of the cheats that touched it. */
  cheats?: string[];
  /** Not drawn from the nozzle's own tank. */
  elsewhere?: true;
  /** Filled into a can, not sold. */
  test?: true;
  /** Written into the tax port; nothing was sold. */
  invented?: true;
}

export interface DeliveryEvent {
  event: "delivery";
  at: number;
  phase: Phase;
  tank: string;
  volumeCl: number;
  notice: boolean;
  tanker: string;
  /** What truly came into the tank, µL, and how warm. */
  receivedUl: number;
  temperatureMc: number;
}

/** A delivery has been announced; the shell posts it. */
export interface NoticeEvent {
  event: "notice";
  at: number;
  tank: string;
  volumeCl: number;
  tanker: string;
  expectedFrom: number;
  expectedUntil: number;
}

/** A cheat (or an honest event that looks odd) began or ended; at its end, what it has moved, hidden or made up. */
export interface CheatEvent {
  event: "cheat" | "odd";
  at: number;
  id: string;
  kind: string;
  /** What the flag should be about: a tank, nozzle, seal or device. */
  subject: string;
  /** All that a flag about it may name. */
  subjects: string[];
  phase: Phase;
  /** Ids of the rules that must find it, each of them; the first should tell first. */
  expects: string[];
  /** Ids of rules that see it from another side: their flags are neither asked for nor wrong. */
  also: string[];
  [detail: string]: unknown;
}

/** A fault began or ended; its own fields (line, device or tank, share, …) stand beside these. */
export interface FaultEvent {
  event: "fault";
  at: number;
  kind: FaultKind;
  phase: Phase;
  [detail: string]: unknown;
}

export interface LineEvent {
  event: "line";
  at: number;
  line: string;
  state: "pulled" | "plugged";
}

/** Something was filed with the collector: its fields as in protocol/filings, times in epoch ms. */
export interface FilingEvent {
  event: "filing";
  at: number;
  filing: "work-order" | "inspection";
  from: number;
  until: number;
  change?: string;
  subject?: string;
}

/** A new price on the board and in the dispensers, from now on. */
export interface PriceEvent {
  event: "price";
  at: number;
  grade: string;
  unitPriceFen: number;
}

/** What the stations of the county ask for a grade on the median, from now on. */
export interface AreaPriceEvent {
  event: "area-price";
  at: number;
  grade: string;
  medianFen: number;
}

/** Mains, gateway, a device or a float changed its state. */
export interface StateEvent {
  event: "power" | "gateway" | "device" | "float";
  at: number;
  state: string;
  device?: string;
  tank?: string;
  /** By how much the gateway's clock was set, ms. */
  stepMs?: number;
}

/** What came of posting a notice. */
export interface NoticePostEvent {
  event: "notice-post";
  at: number;
  tank: string;
  outcome: "posted" | "failed" | "given-up";
  attempt: number;
  reason?: string;
}

export interface StartEvent {
  event: "start";
  at: number;
  station: string;
  scenario: string;
  seed: number;
  speed: number;
  version: string;
}

export interface StopEvent {
  event: "stop";
  at: number;
  summary: Summary;
}

/** What the physics say. */
export type TruthEvent =
  | SaleEvent
  | DeliveryEvent
  | NoticeEvent
  | CheatEvent
  | FaultEvent
  | LineEvent
  | FilingEvent
  | PriceEvent
  | AreaPriceEvent
  | StateEvent;

/** What stands in the file: the physics, and the run around them. */
export type TruthLine = TruthEvent | NoticePostEvent | StartEvent | StopEvent;
