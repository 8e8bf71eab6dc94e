/** Matches what came into a tank with what was filed: for the rules about deliveries. */
import type { TankStep } from "../wetstock/state.ts";
import type { FilingBook, WaybillFiling } from "./filings.ts";

/** A tanker may come some time before or after it was expected. */
const MARGIN_MS = 3 * 3_600_000;

/** Standard error of what came in, the gauge's and that of the chart between the two levels, L. */
export function statedSeL({ seL, chartSeL }: TankStep): number {
  return Math.hypot(seL, chartSeL ?? 0);
}

/** The waybills of an inflow and what they announce together; several compartments may fill one tank. */
export function waybillsOf(filings: FilingBook, inflow: TankStep): { waybills: WaybillFiling[]; litres: number } {
  const waybills = filings.waybills(inflow.tank, inflow.fromMs, inflow.atMs, MARGIN_MS);
  return { waybills, litres: waybills.reduce((sum, one) => sum + one.volumeCl / 100, 0) };
}
