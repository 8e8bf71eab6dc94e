/** Figures of sales as they are shown: stations gathered into counties, steps of time as text. */
import { formatTime } from "@forecourt/protocol/time.ts";
import type { SaleFigure, TimeStep } from "./store.ts";
import type { SaleSum } from "./sums.ts";

const DAY_MS = 86_400_000;

export type GroupBy = "station" | "county" | "brand" | "grade" | "nozzle";

export interface ShownFigure extends SaleSum {
  /** start of the hour (RFC 3339), `YYYY-MM-DD`, `YYYY-MM`, `YYYY`, or hour of the day `00` to `23`; null without a step */
  at: string | null;
  station: string | null;
  county: string | null;
  /** what the sign says; empty where the registry does not say it */
  brand: string | null;
  grade: string | null;
  nozzle: string | null;
}

/** The steps that can be asked for; a year is made of its months. */
export type ShownStep = TimeStep | "year";

/**
 * Gathers figures of stations into what was asked for, in the order of time, county, brand, station, grade, nozzle.
 * @param placeOf county and brand of a station
 */
export function gather(
  figures: readonly SaleFigure[],
  by: ReadonlySet<GroupBy>,
  step: ShownStep | undefined,
  placeOf: (station: string) => { county: string; brand: string },
): ShownFigure[] {
  const sums = new Map<string, ShownFigure>();
  for (const figure of figures) {
    const { station } = figure;
    const place = {
      at: stepText(step, figure.at),
      station: by.has("station") ? station : null,
      county: by.has("county") && station !== null ? placeOf(station).county : null,
      brand: by.has("brand") && station !== null ? placeOf(station).brand : null,
      grade: by.has("grade") ? figure.grade : null,
      nozzle: by.has("nozzle") ? figure.nozzle : null,
    };
    const key = JSON.stringify([place.at, place.county, place.brand, place.station, place.grade, place.nozzle]);
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { ...place, ...sumOf([figure]) });
    else Object.assign(sum, sumOf([sum, figure]));
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, figure]) => figure);
}

/** The sum of some figures. */
export function sumOf(figures: readonly SaleSum[]): SaleSum {
  const total = { sales: 0, volumeCl: 0, amountFen: 0, untrustedSales: 0, untrustedVolumeCl: 0 };
  for (const figure of figures) {
    total.sales += figure.sales;
    total.volumeCl += figure.volumeCl;
    total.amountFen += figure.amountFen;
    total.untrustedSales += figure.untrustedSales;
    total.untrustedVolumeCl += figure.untrustedVolumeCl;
  }
  return total;
}

function stepText(step: ShownStep | undefined, at: number | null): string | null {
  if (step === undefined || at === null) return null;
  switch (step) {
    case "hour":
      return formatTime(at);
    case "day":
      return new Date(at * DAY_MS).toISOString().slice(0, 10);
    case "month":
      return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}`;
    case "year":
      return String(Math.floor(at / 12));
    default:
      return String(at).padStart(2, "0");
  }
}
