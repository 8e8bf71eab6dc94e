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
}

export interface DeliveryEvent {
  event: "delivery";
  at: number;
  phase: Phase;
  tank: string;
  volumeCl: number;
  notice: boolean;
  tanker: string;
}

/** A delivery has been announced; the shell posts it. */
export interface NoticeEvent {
  event: "notice";
  at: number;
  tank: string;
  volumeCl: number;
  tanker: string;
}

export interface CheatEvent {
  event: "cheat";
  at: number;
  id: string;
  kind: string;
  /** What the flag should be about: a tank, nozzle, seal or device. */
  subject: string;
  phase: Phase;
  /** Ids of the rules that should find it. */
  expects: string[];
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
export type TruthEvent = SaleEvent | DeliveryEvent | NoticeEvent | CheatEvent | FaultEvent | LineEvent;

/** What stands in the file: the physics, and the run around them. */
export type TruthLine = TruthEvent | NoticePostEvent | StartEvent | StopEvent;
