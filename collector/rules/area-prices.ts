/**
 * What the stations of a county ask for a grade, on the median. A rule sees its own station only, so the collector files
 * the median with each station like anything else that is known of it from outside: a re-run finds what was known then.
 */
import type { AreaPriceFiling } from "./filings.ts";

/** The price of a grade that a station has filed and that is in force, and the median that it was told last. */
export interface PriceInForce {
  station: string;
  grade: string;
  /** 0.01 CNY a litre; null when the station filed none */
  unitPriceFen: number | null;
  medianFen: number | null;
}

/** Of fewer stations nothing is said. */
const LEAST_STATIONS = 3;

/**
 * The medians that have changed, one filing for each station of the county, those without a price of their own among
 * them.
 * @param countyOf a station's county; undefined for one that is not registered any more
 * @param atMs from when they hold, epoch ms
 */
export function areaPrices(
  prices: readonly PriceInForce[],
  countyOf: (station: string) => string | undefined,
  atMs: number,
): AreaPriceFiling[] {
  const areas = new Map<string, PriceInForce[]>();
  for (const one of prices) {
    const county = countyOf(one.station);
    if (county === undefined) continue;
    const key = `${county}\n${one.grade}`;
    areas.set(key, [...(areas.get(key) ?? []), one]);
  }
  return [...areas.values()].flatMap((area) => medianOf(area, atMs));
}

function medianOf(area: readonly PriceInForce[], atMs: number): AreaPriceFiling[] {
  const prices = area.flatMap(({ unitPriceFen }) => unitPriceFen ?? []).sort((a, b) => a - b);
  if (prices.length < LEAST_STATIONS) return [];
  const medianFen = prices[Math.floor(prices.length / 2)]!;
  return area
    .filter((one) => one.medianFen !== medianFen)
    .map(({ station, grade }) => ({
      filing: "area-price" as const,
      id: `area-${station}-${Buffer.from(grade).toString("hex")}-${atMs}`,
      ...{ station, grade, medianFen, stations: prices.length, fromMs: atMs },
    }));
}
