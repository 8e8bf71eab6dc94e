/**
 * The wetstock reconciliation of a tank by days, as a bookkeeper does it: what was there, what was delivered, what was
 * sold, and what is there now. The rules judge more finely; this is what a person checks by hand. Pure.
 */

export interface TankReading {
  atMs: number;
  /** as the gauge gave it, 0.01 L */
  volumeCl: number;
}

export interface ReconciliationDay {
  /** local day */
  day: number;
  /** the last reading before the day began, 0.01 L; null when there was none within the day before */
  openingCl: number | null;
  deliveries: number;
  /** null when one of the deliveries has no volume */
  deliveredCl: number | null;
  soldCl: number;
  /** the last reading of the day */
  closingCl: number | null;
  /** closing − opening − delivered + sold: below zero fuel is missing; null when one of them is */
  differenceCl: number | null;
}

export interface DayBooks {
  days: { from: number; until: number };
  /** epoch ms at which a local day begins */
  startMs: (day: number) => number;
  /** readings with a volume, oldest first, from a day before the first */
  readings: readonly TankReading[];
  deliveries: readonly { endedMs: number; volumeCl: number | null }[];
  /** 0.01 L by local day */
  soldCl: ReadonlyMap<number, number>;
}

/** A reading that is older than this when a day begins says nothing of its opening. */
const STALE_MS = 86_400_000;

/** One line a day, the last day first. */
export function reconcile({ days, startMs, readings, deliveries, soldCl }: DayBooks): ReconciliationDay[] {
  const lastBefore = (ms: number) => {
    const last = readings.findLast(({ atMs }) => atMs < ms);
    return last === undefined || ms - last.atMs > STALE_MS ? null : last.volumeCl;
  };
  const lines: ReconciliationDay[] = [];
  for (let day = days.until; day >= days.from; day -= 1) {
    const [fromMs, untilMs] = [startMs(day), startMs(day + 1)];
    const own = deliveries.filter(({ endedMs }) => endedMs >= fromMs && endedMs < untilMs);
    const deliveredCl = own.reduce<number | null>(
      (sum, { volumeCl }) => (sum === null || volumeCl === null ? null : sum + volumeCl),
      0,
    );
    const openingCl = lastBefore(fromMs);
    const closingCl = lastBefore(untilMs);
    const sold = soldCl.get(day) ?? 0;
    const isWhole = openingCl !== null && closingCl !== null && deliveredCl !== null;
    const differenceCl = isWhole ? closingCl - openingCl - deliveredCl + sold : null;
    lines.push({ day, openingCl, deliveries: own.length, deliveredCl, soldCl: sold, closingCl, differenceCl });
  }
  return lines;
}
