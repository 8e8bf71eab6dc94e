/**
 * The book of one tank: what the gauge says plus what the sales took out since the book was opened. Fuel that leaves
 * through a recorded sale keeps this balance level. It dips while a sale is under way (the record comes at hang-up) and
 * comes back; what does not come back within the window left by another way. So not the balance is compared but its
 * highest value within a sliding window. It is read only at the moments of tank records: there the level is freshest,
 * while at the moment of a sale record the last known level may be old. But consoles serve levels up to a minute old, and
 * a machine that is loaded reads them late: a level may still be that of before a sale which is booked already, and the
 * balance too high by all of it. So what the tank is held to counts a sale only once every level is surely younger.
 */

export interface Sample {
  atMs: number;
  /** gauge volume plus recorded sales, 0.01 L */
  balanceCl: number;
  /** the same without the sales that the level may not show yet, 0.01 L */
  surelyCl: number;
  /** recorded sales so far, 0.01 L */
  soldCl: number;
  volumeCl: number;
  gateway: string;
  seq: number;
}

export interface Book {
  /** all recorded sales of the tank's nozzles since the book began, 0.01 L */
  soldCl: number;
  /** the sales among them that a level may not show yet, oldest first */
  fresh: readonly { atMs: number; volumeCl: number }[];
  /** the highest sure balance since the anchor: what the tank is held to */
  reference: Sample | null;
  anchorMs: number;
  /** since when the samples are without a break, epoch ms; null: the next sample begins */
  resumedMs: number | null;
  /** samples that can still be the highest of the window: times rising, balances falling */
  peaks: readonly Sample[];
  /** the times of the last samples, oldest first */
  lastMs: readonly number[];
}

/** Fewer samples than this in a window say nothing: the only one may have come in the middle of a sale. */
const SAMPLES_NEEDED = 3;
/** Consoles serve levels up to a minute old, and a loaded machine reads and tells them later still. */
const STALE_MS = 120_000;
/** More peaks than this in one window cannot come from a gauge; the lowest are dropped. */
const PEAKS_KEPT = 500;

export const emptyBook: Book = {
  soldCl: 0,
  fresh: [],
  reference: null,
  anchorMs: 0,
  resumedMs: null,
  peaks: [],
  lastMs: [],
};

/** Books a recorded sale, 0.01 L. */
export function withSale(book: Book, volumeCl: number, atMs: number): Book {
  const fresh = [...book.fresh.filter((sale) => sale.atMs > atMs - STALE_MS), { atMs, volumeCl }];
  return { ...book, soldCl: book.soldCl + volumeCl, fresh };
}

/** Forgets the window: samples before and after a break must not be compared as if nothing lay between. */
export function withBreak(book: Book): Book {
  return book.resumedMs === null ? book : { ...book, resumedMs: null, peaks: [], lastMs: [] };
}

/**
 * Books a gauge reading.
 * @param windowMs how long a sale may last before its record comes
 */
export function withLevel(
  book: Book,
  level: { atMs: number; volumeCl: number; gateway: string; seq: number },
  windowMs: number,
): Book {
  const steppedBack = book.lastMs.length > 0 && level.atMs < book.lastMs[book.lastMs.length - 1]!;
  const from = steppedBack ? withBreak(book) : book;
  const balanceCl = level.volumeCl + from.soldCl;
  const fresh = from.fresh.filter((sale) => sale.atMs > level.atMs - STALE_MS);
  const surelyCl = fresh.reduce((left, sale) => left - sale.volumeCl, balanceCl);
  const sample: Sample = { ...level, balanceCl, surelyCl, soldCl: from.soldCl };
  const peaks = from.peaks.filter((peak) => peak.atMs > level.atMs - windowMs && peak.balanceCl > sample.balanceCl);
  if (peaks.length < PEAKS_KEPT) peaks.push(sample);
  const higher = from.reference === null || sample.surelyCl >= from.reference.surelyCl;
  return {
    ...from,
    fresh,
    reference: higher ? sample : from.reference,
    anchorMs: from.reference === null ? level.atMs : from.anchorMs,
    resumedMs: from.resumedMs ?? level.atMs,
    peaks,
    lastMs: [...from.lastMs, level.atMs].slice(-SAMPLES_NEEDED),
  };
}

/** Opens the book anew at the window's highest balance. */
export function anchored(book: Book, atMs: number): Book {
  return { ...book, reference: book.peaks[0] ?? book.reference, anchorMs: atMs };
}

/**
 * What is missing at the moment of the last sample.
 * @returns undefined while the window has not been watched long enough
 */
export function deficit(
  book: Book,
  windowMs: number,
): { lostCl: number; soldCl: number; fellCl: number; from: Sample; to: Sample } | undefined {
  const now = book.lastMs[book.lastMs.length - 1];
  const to = book.peaks[0];
  if (now === undefined || to === undefined || book.reference === null || book.resumedMs === null) return undefined;
  if (now - book.resumedMs < windowMs || book.lastMs.length < SAMPLES_NEEDED) return undefined;
  if (book.lastMs[0]! <= now - windowMs) return undefined;
  const from = book.reference;
  return {
    lostCl: from.surelyCl - to.balanceCl,
    soldCl: to.soldCl - (from.surelyCl - from.volumeCl),
    fellCl: from.volumeCl - to.volumeCl,
    from,
    to,
  };
}
