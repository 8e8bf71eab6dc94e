/**
 * What has been filed about a station, as rules see it: times parsed, and the questions that rules ask of it. Filings
 * come in as inputs, in their order; a filing that comes late covers only what is judged after it came.
 */
import type { Filing, WorkOrderChange } from "@forecourt/protocol/filings/schema.ts";
import { parseTime } from "@forecourt/protocol/time.ts";

interface Header {
  id: string;
  station: string;
}
export interface WaybillFiling extends Header {
  filing: "waybill";
  tank: string;
  /** null on a notice of the older form, which did not say */
  grade: string | null;
  volumeCl: number;
  tanker: string;
  fromMs: number;
  untilMs: number;
}
export interface WorkOrderFiling extends Header {
  filing: "work-order";
  change: WorkOrderChange;
  subject: string;
  fromMs: number;
  untilMs: number;
}
export interface PriceFiling extends Header {
  filing: "price";
  grade: string;
  unitPriceFen: number;
  fromMs: number;
}
/** What the stations of the county ask for a grade, on the median. */
export interface AreaPriceFiling extends Header {
  filing: "area-price";
  grade: string;
  medianFen: number;
  stations: number;
  fromMs: number;
}
export interface InspectionFiling extends Header {
  filing: "inspection";
  fromMs: number;
  untilMs: number;
}
export type SeenFiling = WaybillFiling | WorkOrderFiling | PriceFiling | AreaPriceFiling | InspectionFiling;

/** A filing with its times as epoch ms; it must have been checked by `parseFiling`. */
export function seenFiling(filing: Filing): SeenFiling {
  const { id, station } = filing;
  switch (filing.filing) {
    case "waybill": {
      const { tank, grade, volumeCl, tanker, expectedFrom, expectedUntil } = filing;
      const span = { fromMs: instant(expectedFrom), untilMs: instant(expectedUntil) };
      return { filing: "waybill", id, station, tank, grade, volumeCl, tanker, ...span };
    }
    case "work-order": {
      const { change, subject, from, until } = filing;
      return { filing: "work-order", id, station, change, subject, fromMs: instant(from), untilMs: instant(until) };
    }
    case "price": {
      const { grade, unitPriceFen, from } = filing;
      return { filing: "price", id, station, grade, unitPriceFen, fromMs: instant(from) };
    }
    case "area-price": {
      const { grade, medianFen, stations, from } = filing;
      return { filing: "area-price", id, station, grade, medianFen, stations, fromMs: instant(from) };
    }
    case "inspection":
      return { filing: "inspection", id, station, fromMs: instant(filing.from), untilMs: instant(filing.until) };
  }
}

function instant(text: string): number {
  const epochMs = parseTime(text);
  if (epochMs === undefined) throw new Error(`${text} was taken as a time and is none`);
  return epochMs;
}

/** Filings older than this at the newest are forgotten: records come late by a week, not by a quarter. */
const KEPT_MS = 120 * 86_400_000;
/** A station that files more than this is not a station. */
const MOST_KEPT = 5_000;

/** Changes that move fuel, or the level, without a sale. */
const EXCUSES: readonly WorkOrderChange[] = ["fuel-moved", "tank-cleaned", "gauge-service", "chart-changed"];
const EXCUSE_MARGIN_MS = 2 * 3_600_000;

/** What a station has filed, so that a rule knows the honest changes. JSON inside. */
export class FilingBook {
  readonly #filings: SeenFiling[];

  /** @param filings as {@link FilingBook.toJSON} gave them */
  constructor(filings: readonly SeenFiling[] = []) {
    this.#filings = [...filings];
  }

  add(filing: SeenFiling): void {
    this.#filings.push(filing);
    if (this.#filings.length <= MOST_KEPT && this.#filings[0]!.fromMs > filing.fromMs - KEPT_MS) return;
    const oldestMs = filing.fromMs - KEPT_MS;
    const grades = new Set(this.#filings.flatMap((one) => (one.filing === "area-price" ? [one.grade] : [])));
    // Of an area's prices, those that were in force then.
    const inForce = new Set([...grades].map((grade) => this.areaPrice(grade, oldestMs)));
    const isKept = (one: SeenFiling) =>
      one.filing === "price" || one.fromMs > oldestMs || (one.filing === "area-price" && inForce.has(one));
    const kept = this.#filings.filter(isKept);
    this.#filings.splice(0, this.#filings.length, ...kept.slice(-MOST_KEPT));
  }

  /** The work order that covers this change of the subject, or of the station as a whole, at this moment. */
  workOrder(change: WorkOrderChange, subject: string, atMs: number, marginMs = 0): WorkOrderFiling | undefined {
    return this.#filings.find(
      (one): one is WorkOrderFiling =>
        one.filing === "work-order" &&
        one.change === change &&
        (one.subject === subject || one.subject === "station") &&
        atMs >= one.fromMs - marginMs &&
        atMs <= one.untilMs + marginMs,
    );
  }

  /** The price of a litre that the board shows at this moment, 0.01 CNY; null when none was filed. */
  price(grade: string, atMs: number): number | null {
    let latest: PriceFiling | undefined;
    for (const one of this.#filings) {
      if (one.filing !== "price" || one.grade !== grade || one.fromMs > atMs) continue;
      if (latest === undefined || one.fromMs >= latest.fromMs) latest = one;
    }
    return latest?.unitPriceFen ?? null;
  }

  /** What the stations of the county ask for a grade at this moment; null when nobody has said. */
  areaPrice(grade: string, atMs: number): AreaPriceFiling | null {
    let latest: AreaPriceFiling | null = null;
    for (const one of this.#filings) {
      if (one.filing !== "area-price" || one.grade !== grade || one.fromMs > atMs) continue;
      if (latest === null || one.fromMs >= latest.fromMs) latest = one;
    }
    return latest;
  }

  /** Whether somebody inspected the station at this moment. */
  inspected(atMs: number): boolean {
    return this.#filings.some((one) => one.filing === "inspection" && atMs >= one.fromMs && atMs <= one.untilMs);
  }

  /**
   * Whether something filed explains that a tank gained or lost without a sale: fuel moved, a tank cleaned, a gauge
   * serviced, or an inspection, whose test fuel is put back.
   */
  excuses(tank: string, fromMs: number, untilMs: number): boolean {
    return this.#filings.some((one) => {
      if (one.filing !== "inspection" && one.filing !== "work-order") return false;
      if (untilMs < one.fromMs - EXCUSE_MARGIN_MS || fromMs > one.untilMs + EXCUSE_MARGIN_MS) return false;
      if (one.filing === "inspection") return true;
      return EXCUSES.includes(one.change) && (one.subject === tank || one.subject === "station");
    });
  }

  /** Waybills of a tank whose time, widened by the margin, touches the span. */
  waybills(tank: string, fromMs: number, untilMs: number, marginMs: number): WaybillFiling[] {
    return this.#filings.filter(
      (one): one is WaybillFiling =>
        one.filing === "waybill" &&
        one.tank === tank &&
        untilMs >= one.fromMs - marginMs &&
        fromMs <= one.untilMs + marginMs,
    );
  }

  /** For the checkpoint. */
  toJSON(): readonly SeenFiling[] {
    return this.#filings;
  }
}
