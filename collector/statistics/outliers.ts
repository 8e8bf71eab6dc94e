/**
 * Stations that sold unusually much or little: each is compared with itself in the span before, and that change with what
 * the other stations made of the same weeks, so that a holiday or a price that moved everybody marks nobody.
 */

export interface StationVolumes {
  station: string;
  volumeCl: number;
  /** of the span of the same length before */
  beforeCl: number;
}

export interface Outlier extends StationVolumes {
  /** volume against the span before, in thousandths: 1000 is no change; null when nothing was sold before */
  changePermille: number | null;
  /** how far the change lies from that of the others, in thousandths of their usual scatter; null where it cannot be told */
  scoreMilli: number | null;
}

/** Fewer stations tell nothing of what is usual. */
const LEAST_STATIONS = 5;
/** Median of absolute deviations to standard deviation, for normally scattered values. */
const MAD_TO_SIGMA = 1.4826;
/** Changes of a quiet fortnight scatter by some per cent: less than this is not taken for the usual scatter. */
const LEAST_SIGMA = 0.02;

/** All stations with their score, the most unusual first; those that cannot be compared come last. */
export function outliers(stations: readonly StationVolumes[]): Outlier[] {
  const changes = stations.map(({ volumeCl, beforeCl }) =>
    volumeCl > 0 && beforeCl > 0 ? Math.log(volumeCl / beforeCl) : null,
  );
  const known = changes.filter((change) => change !== null);
  const usual = median(known);
  const sigma = Math.max(LEAST_SIGMA, MAD_TO_SIGMA * median(known.map((change) => Math.abs(change - usual))));
  const enough = known.length >= LEAST_STATIONS;
  return stations
    .map((station, index): Outlier => {
      const change = changes[index] ?? null;
      const { volumeCl, beforeCl } = station;
      const changePermille = beforeCl > 0 ? Math.round((volumeCl * 1_000) / beforeCl) : null;
      const scoreMilli = enough && change !== null ? Math.round(((change - usual) / sigma) * 1_000) : null;
      return { ...station, changePermille, scoreMilli };
    })
    .sort((a, b) => unusual(b) - unusual(a) || (a.station < b.station ? -1 : 1));
}

/** A station that stopped altogether, or began, is unusual beyond any figure. */
function unusual({ scoreMilli, volumeCl, beforeCl }: Outlier): number {
  if (scoreMilli !== null) return Math.abs(scoreMilli);
  return volumeCl > 0 !== beforeCl > 0 ? Number.MAX_SAFE_INTEGER : -1;
}

function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
