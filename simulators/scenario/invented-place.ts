/**
 * Where a simulated station stands: somewhere around the seat of its county, always the same for the same id. No real
 * station stands there, or if one does it is by chance.
 */

interface Place {
  /** 0.000001°, WGS-84 */
  longitudeUdeg: number;
  latitudeUdeg: number;
}

/** About where the seats of the counties lie, to a hundredth of a degree. */
const SEATS: Readonly<Record<string, Place>> = {
  "532801": { longitudeUdeg: 100_800_000, latitudeUdeg: 22_000_000 },
  "532822": { longitudeUdeg: 100_450_000, latitudeUdeg: 21_960_000 },
  "532823": { longitudeUdeg: 101_560_000, latitudeUdeg: 21_480_000 },
};
/** The golden angle, in turns: points that are laid out by it never crowd. */
const GOLDEN_TURNS = 0.381966;
/** The first stands this far from the seat, and the hundredth ten times as far. */
const SPACING_UDEG = 28_000;

/** @returns undefined for a county of which we know no seat */
export function inventedPlace(station: string): Place | undefined {
  const seat = SEATS[station.slice(0, 6)];
  if (seat === undefined) return undefined;
  const number = Number(station.slice(7));
  const distance = SPACING_UDEG * Math.sqrt(number);
  const angle = 2 * Math.PI * GOLDEN_TURNS * number;
  return {
    longitudeUdeg: Math.round(seat.longitudeUdeg + distance * Math.cos(angle)),
    latitudeUdeg: Math.round(seat.latitudeUdeg + distance * Math.sin(angle)),
  };
}
