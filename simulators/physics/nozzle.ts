/** A nozzle: its meter, the fuelling that is under way, and what its tax port would say. */
import type { NozzlePlan, Scenario } from "../scenario/scenario.ts";
import type { Flow } from "./flow.ts";
import { type Meter, newMeter } from "./meter.ts";

/** One fuelling from lift to hang-up. */
export interface Fuelling {
  liftedAt: number;
  /** First drop; the flow says when the last one falls. */
  flowsFrom: number;
  /** As the display counts. */
  flow: Flow;
  pumpedCl: number;
  /** True litres a displayed litre; another factor beyond so many displayed. */
  meter: { factor: number; beyondCl: number; factorBeyond: number };
  /** All that will have flowed, and what the tank's account has of it, µL. */
  targetUl: number;
  drawnUl: number;
  unitPriceFen: number;
  /** False: a cheat keeps this sale out of the tax port. */
  onWire: boolean;
  /** Not drawn from the nozzle's own tank. */
  elsewhere: boolean;
  /** Ids of the cheats that touch it. */
  cheats: string[];
  /** Not a customer's: test fuel. */
  test: boolean;
}

export interface PeriodTotal {
  volumeCl: number;
  amountFen: number;
}

export interface NozzleState {
  plan: NozzlePlan;
  device: string;
  meter: Meter;
  unitPriceFen: number;
  fuelling: Fuelling | undefined;
  hungUpAt: number;
  /** The car is still in front of the nozzle until then. */
  freeFrom: number;
  /** Everything that the display counted since the start, and what truly went through the hose (µL, at hang-ups). */
  pumpedCl: number;
  soldCl: number;
  soldUl: number;
  sales: number;
  salesOnWire: number;
  onWireCl: number;
  /** What the tax port would say. */
  grandTotal: PeriodTotal;
  days: Map<string, PeriodTotal>;
  months: Map<string, PeriodTotal>;
  last: { at: number; volumeCl: number; amountFen: number; unitPriceFen: number } | undefined;
  /** Set while a bypass runs; `left` counts down the sales, undefined means until it is lifted. */
  bypass: { left: number | undefined; takes: () => boolean; lifted: () => void } | undefined;
}

/** A nozzle that hangs, as it is found at the start. */
export function nozzleState(scenario: Scenario, plan: NozzlePlan, device: string, startAt: number): NozzleState {
  return {
    plan,
    device,
    meter: newMeter(scenario, plan, startAt),
    unitPriceFen: plan.unitPriceFen,
    fuelling: undefined,
    hungUpAt: startAt,
    freeFrom: startAt,
    pumpedCl: 0,
    soldCl: 0,
    soldUl: 0,
    sales: 0,
    salesOnWire: 0,
    onWireCl: 0,
    grandTotal: { volumeCl: plan.startTotalCl, amountFen: plan.startTotalFen },
    days: new Map(),
    months: new Map(),
    last: undefined,
    bypass: undefined,
  };
}
