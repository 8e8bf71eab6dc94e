/** From the fields of the form to what the API takes. Pure. */
import type { FiledChangeView, RegistryEntry } from "../../../../api/registry-schemas.ts";
import { momentOf } from "./days.ts";

export type ChangeKind = FiledChangeView["kind"];

export const KINDS = [
  "dispenser-replaced",
  "dispenser-added",
  "dispenser-scrapped",
  "board-replaced",
  "seal-opened",
  "chart-changed",
] as const satisfies ChangeKind[];

export interface NozzleFields {
  nozzle?: string;
  grade?: string;
  tank?: string;
  /** yuan a litre */
  price?: string;
  maxFlowLpm?: number;
}

export interface ChangeFields {
  kind: ChangeKind;
  subject: string;
  workOrder: string;
  from: string;
  until: string;
  why: string;
  maker?: string;
  model?: string;
  serial?: string;
  verifiedUntil?: string;
  sealNumber?: string;
  nozzles: NozzleFields[];
}

/** What a change of this kind can be about. */
export function subjectsOf(kind: ChangeKind, entry: RegistryEntry["entry"]): string[] {
  if (kind === "seal-opened") return entry.seals.map(({ seal }) => seal);
  if (kind === "chart-changed") return entry.tanks.map(({ tank }) => tank);
  return entry.dispensers.map(({ device }) => device);
}

export function orderOf(station: string, fields: ChangeFields): object {
  const { kind, subject, workOrder, from, until, why, sealNumber } = fields;
  const order = { station, kind, subject, workOrder, why, from: momentOf(from), until: momentOf(until) };
  if (kind === "seal-opened") return { ...order, plan: filled({ sealNumber }) };
  if (kind !== "dispenser-added" && kind !== "dispenser-replaced") return order;
  const { maker, model, serial, verifiedUntil, nozzles } = fields;
  const dispenser = {
    device: subject,
    ...filled({ maker, model, serial, verifiedUntil }),
    nozzles: nozzles.map(nozzleOf),
  };
  return { ...order, plan: { dispenser } };
}

function nozzleOf({ nozzle, grade, tank, price, maxFlowLpm }: NozzleFields): object {
  const unitPriceFen = price === undefined || price.trim() === "" ? undefined : Math.round(Number(price) * 100);
  return { nozzle, grade, tank, ...filled({ unitPriceFen, maxFlowLpm }) };
}

/** What was left empty is left out. */
function filled(fields: Record<string, string | number | undefined>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ""));
}
