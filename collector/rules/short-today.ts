/**
 * What a short nozzle has kept since the last day that was judged. Days close at midnight; until the next one does, what
 * is sold today is taken to be short like the days before. A day that says otherwise takes it back.
 */
import type { SaleRecord } from "@forecourt/protocol/records/schema.ts";
import type { Judged } from "../wetstock/judge.ts";
import { isNight } from "../wetstock/sold.ts";
import type { EvidenceRange, Figures, Verdict } from "./rule.ts";

export interface Today {
  /** what the last day that was judged said */
  kind: Judged["cause"]["kind"];
  value: number;
  valueSe: number;
  litres: number;
  litresSe: number;
  figures: Figures;
  fromMs: number;
  closedMs: number;
  /** sold since then, of what is short, L */
  soldL: number;
  /** when it was told last, epoch ms */
  toldMs: number;
}

/** Often enough for who looks at the flag, and a handful of findings a day. */
const TOLD_EVERY_MS = 2 * 3_600_000;
/** Beyond this a chip may cheat while a 20 L can shows nothing, L. */
const BEYOND_L = 20;

/** The book of the day that begins. @param day the end of the day that was judged, epoch ms, and what was told of it */
export function startToday(
  { cause, litres, se }: Judged,
  day: { fromMs: number; atMs: number; figures: Figures },
): Today {
  const { kind, value, se: valueSe } = cause;
  const { fromMs, atMs: closedMs, figures } = day;
  return { kind, value, valueSe, litres, litresSe: se, figures, fromMs, closedMs, soldL: 0, toldMs: closedMs };
}

/** Takes a sale of a nozzle that is short. @returns the litres so far, now and then */
export function soldToday(
  today: Today,
  sale: Pick<SaleRecord, "volumeCl" | "count">,
  seen: { subject: string; atMs: number; evidence: EvidenceRange[] },
): Verdict | undefined {
  const { subject, atMs, evidence } = seen;
  if (atMs < today.closedMs) return undefined;
  today.soldL += partOf(today.kind, sale, atMs);
  if (atMs - today.toldMs < TOLD_EVERY_MS) return undefined;
  today.toldMs = atMs;
  const litres = today.litres + today.value * today.soldL;
  const figures: Figures = {
    ...today.figures,
    shortCl: Math.round(litres * 100),
    seCl: Math.round(Math.hypot(today.litresSe, today.valueSe * today.soldL) * 100),
  };
  return { verdict: "finding", subject, fromMs: today.fromMs, atMs, figures, evidence };
}

/** What the last day that was judged had said: since then nothing is sure. Undefined when nothing else was told. */
export function takenBack(today: Today, subject: string, atMs: number): Verdict | undefined {
  if (today.toldMs === today.closedMs) return undefined;
  return { verdict: "finding", subject, fromMs: today.fromMs, atMs, figures: today.figures, evidence: [] };
}

function partOf(
  kind: Today["kind"],
  { volumeCl, count }: Pick<SaleRecord, "volumeCl" | "count">,
  atMs: number,
): number {
  const litres = volumeCl / 100;
  if (kind.startsWith("night")) return isNight(atMs) ? litres : 0;
  // Several fuellings in one record: nobody knows how far each went.
  if (kind.startsWith("beyond")) return count === 1 ? Math.max(0, litres - BEYOND_L) : 0;
  return litres;
}
