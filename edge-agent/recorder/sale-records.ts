/** How what was found out about a nozzle's total is written down: sale and total records, and the reasons in words. */
import type { RecordHeader, SaleRecord, TotalRecord } from "@forecourt/protocol/records/schema.ts";
import type { LastFuellingObservation } from "../drivers/observation.ts";
import type { Candidate, Total } from "./nozzle-state.ts";

export type SaleBody = Omit<SaleRecord, keyof RecordHeader>;
export type TotalBody = Omit<TotalRecord, keyof RecordHeader>;

/** A nozzle of a device. */
export interface Place {
  device: string;
  nozzle: string;
}

/** A rise of the grand total from one value to another. */
export interface Rise {
  from: Total;
  to: Candidate;
}

/** What casts doubt on a sale, each put into words by {@link unconfirmedSale}. */
export interface Doubts {
  /** The last fuelling has the same litres, but not the same amount. */
  amountDiffers: boolean;
  /** Total and last fuelling are those of another nozzle. */
  neighbours: boolean;
  whileNotRunning: boolean;
  whileSilent: boolean;
  tooFast: boolean;
}

/** The sale that rise and last fuelling agree on. */
export function confirmedSale({ device, nozzle }: Place, rise: Rise, fuelling: LastFuellingObservation): SaleBody {
  return {
    kind: "sale",
    device,
    nozzle,
    volumeCl: rise.to.volumeCl - rise.from.volumeCl,
    amountFen: rise.to.amountFen - rise.from.amountFen,
    unitPriceFen: fuelling.fuelling.unitPriceFen,
    count: 1,
    basis: "total-and-last-fuelling",
    beforeVolumeCl: rise.from.volumeCl,
    beforeAmountFen: rise.from.amountFen,
    totalVolumeCl: rise.to.volumeCl,
    totalAmountFen: rise.to.amountFen,
    lastFuelling: fuelling.fuelling,
    quality: "good",
    reason: null,
    raw: [...rise.to.raw, ...fuelling.raw],
  };
}

/** Litres that left the nozzle for certain, in a number of fuellings that is not. */
export function unconfirmedSale(
  { device, nozzle }: Place,
  rise: Rise,
  fuelling: LastFuellingObservation | null,
  doubts: Doubts,
): SaleBody {
  return {
    kind: "sale",
    device,
    nozzle,
    volumeCl: rise.to.volumeCl - rise.from.volumeCl,
    amountFen: rise.to.amountFen - rise.from.amountFen,
    unitPriceFen: null,
    count: doubts.amountDiffers ? 1 : null,
    basis: "total",
    beforeVolumeCl: rise.from.volumeCl,
    beforeAmountFen: rise.from.amountFen,
    totalVolumeCl: rise.to.volumeCl,
    totalAmountFen: rise.to.amountFen,
    lastFuelling: fuelling?.fuelling ?? null,
    quality: "unconfirmed",
    reason: reasonOf(fuelling, doubts),
    raw: [...rise.to.raw, ...(fuelling?.raw ?? [])],
  };
}

/** A sale made about when the total went back: the litres are those of the last fuelling, there is nothing else. */
export function saleBesideDecrease(
  { device, nozzle }: Place,
  total: Candidate,
  fuelling: LastFuellingObservation,
): SaleBody {
  const { volumeCl, amountFen, unitPriceFen } = fuelling.fuelling;
  return {
    kind: "sale",
    device,
    nozzle,
    volumeCl,
    amountFen,
    unitPriceFen,
    count: 1,
    basis: "last-fuelling",
    beforeVolumeCl: Math.max(0, total.volumeCl - volumeCl),
    beforeAmountFen: Math.max(0, total.amountFen - amountFen),
    totalVolumeCl: total.volumeCl,
    totalAmountFen: total.amountFen,
    lastFuelling: fuelling.fuelling,
    quality: "unconfirmed",
    reason: "the grand total decreased at the same time: litres are those of the last fuelling",
    raw: [...total.raw, ...fuelling.raw],
  };
}

/** A grand total as the port stated it. */
export function totalStatement(
  { device, nozzle }: Place,
  total: Total & { raw: string[] },
  of: { cause: TotalBody["cause"]; previous: Total | null },
): TotalBody {
  return {
    kind: "total",
    device,
    nozzle,
    scope: "grand",
    period: null,
    cause: of.cause,
    volumeCl: total.volumeCl,
    amountFen: total.amountFen,
    previousVolumeCl: of.previous?.volumeCl ?? null,
    previousAmountFen: of.previous?.amountFen ?? null,
    quality: "good",
    reason: null,
    raw: total.raw,
  };
}

/** All reasons together stay within the 200 characters that a record has for them. */
function reasonOf(fuelling: LastFuellingObservation | null, doubts: Doubts): string {
  const reasons = [explanation(fuelling, doubts)];
  if (doubts.whileNotRunning) reasons.push("sold while the agent was not running");
  if (doubts.whileSilent) reasons.push("sold while the tax port was silent");
  if (doubts.tooFast) reasons.push("rose faster than this nozzle can flow");
  return reasons.join("; ");
}

function explanation(fuelling: LastFuellingObservation | null, doubts: Doubts): string {
  if (doubts.neighbours) return "total and last fuelling are those of another nozzle";
  if (fuelling === null) return "the last fuelling could not be read";
  return doubts.amountDiffers
    ? "the amount of the last fuelling differs from the rise of the grand total"
    : "the last fuelling does not explain the rise of the grand total";
}
