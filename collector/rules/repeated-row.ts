/**
 * Whether a nozzle tells a row of old fuellings again in their old order. A fuelling that equals an earlier one proves
 * nothing: an honest station sees it every day. What counts is how unlikely a whole row of them is at one distance. For
 * each distance the odds of its row grow with every equal fuelling by one over the chance that it was an accident, and
 * are gone with the first that differs. Such odds are a martingale while nobody plays anything back: they reach X with a
 * chance of at most 1/X (Ville), and so the limit can be reckoned instead of guessed. Pure.
 */

/** Of one nozzle. JSON, and small: a state is stored at every checkpoint. */
export interface Row {
  /** whose sequence numbers these are */
  gateway: string;
  /** the last fuellings, newest last: volume (0.01 L), amount (fen), sequence number */
  told: [volumeCl: number, amountFen: number, seq: number][];
  /** rows that go on, by their distance */
  runs: Record<number, Run>;
}

interface Run {
  length: number;
  /** how unlikely it is to be chance, natural logarithm */
  nats: number;
  told: boolean;
}

export interface RepeatedRow {
  /** fuellings that were told again since the last word */
  times: number;
  /** how many fuellings lie between the first telling and the second */
  distance: number;
  /** decimal digits of how unlikely it is */
  digits: number;
  /** sequence numbers of the first telling and of the second */
  first: { fromSeq: number; toSeq: number };
  again: { fromSeq: number; toSeq: number };
}

/** Fuellings that are remembered: a loop may be so long. About half a day of a busy nozzle, two of a quiet one. */
const KEPT = 128;
/** Fuellings of a busy station in a year: each may begin a row. */
const FUELLINGS_A_YEAR = 120_000;
/** The chances of all distances add up to one: the short ones have more of it, as loops are short. */
const DISTANCES_NATS = Math.log(Math.log(KEPT) + 0.58);
/** Round fuellings come in rows honestly: so likely at least, and one that equals the one before it says nothing. */
const ROUND_CHANCE = 0.35;
/** Fuellings that are not round are alike to the centilitre by chance: the share of those within a litre, a 200th of it. */
const NEAR_CL = 100;

/** Beyond this nobody doubts, and nobody can imagine the figure. */
const MOST_DIGITS = 30;

export function startRow(gateway: string): Row {
  return { gateway, told: [], runs: {} };
}

/** Round (and half) litres and round money come again and again honestly; nobody draws 37.81 L for 291.89 twice by chance. */
export function isRound(volumeCl: number, amountFen: number): boolean {
  const offTens = Math.min(amountFen % 1_000, 1_000 - (amountFen % 1_000));
  const offOnes = Math.min(amountFen % 100, 100 - (amountFen % 100));
  return volumeCl % 50 === 0 || offTens <= 20 || offOnes <= 4;
}

/**
 * Puts a fuelling into the row.
 * @param oncePerYears how seldom a station may be told of without reason, station-years
 * @returns what repeats beyond chance, once it does so and with every further fuelling
 */
export function takeFuelling(
  row: Row,
  { volumeCl, amountFen, seq }: { volumeCl: number; amountFen: number; seq: number },
  oncePerYears: number,
): RepeatedRow | undefined {
  const { told, runs } = row;
  let nats: number | undefined;
  let found: { distance: number; run: Run } | undefined;
  const last = told.length;
  const isEqual = (distance: number) => {
    const before = told[last - distance];
    return before !== undefined && before[0] === volumeCl && before[1] === amountFen;
  };
  // Few rows go on: they are looked at by themselves, and not at each of all distances.
  for (const distance of Object.keys(runs).map(Number)) if (!isEqual(distance)) delete runs[distance];
  for (let distance = 1; distance <= last; distance += 1) {
    if (!isEqual(distance)) continue;
    nats ??= -Math.log(chanceOf(told, volumeCl, amountFen));
    const run = runs[distance] ?? { length: 0, nats: 0, told: false };
    runs[distance] = run;
    run.length += 1;
    run.nats += nats;
    const limit = Math.log(FUELLINGS_A_YEAR * oncePerYears) + DISTANCES_NATS + Math.log(distance);
    if (found === undefined && run.nats >= limit) found = { distance, run };
  }
  told.push([volumeCl, amountFen, seq]);
  const repeated = found === undefined ? undefined : repeatedOf(told, found);
  if (told.length > KEPT) told.shift();
  return repeated;
}

function repeatedOf(told: Row["told"], { distance, run }: { distance: number; run: Run }): RepeatedRow {
  const times = run.told ? 1 : run.length;
  run.told = true;
  const length = Math.min(run.length, told.length - distance);
  const end = told.length - 1;
  const seqAt = (index: number) => told[index]![2];
  return {
    times,
    distance,
    digits: Math.min(MOST_DIGITS, Math.floor(run.nats / Math.LN10)),
    first: { fromSeq: seqAt(end - distance - length + 1), toSeq: seqAt(end - distance) },
    again: { fromSeq: seqAt(end - length + 1), toSeq: seqAt(end) },
  };
}

/** A fuelling that came so often before is somebody's habit, round or not (88.88 yuan). */
const HABIT = 5;

/** How likely it is that the next fuelling of this nozzle is exactly this one. */
function chanceOf(told: Row["told"], volumeCl: number, amountFen: number): number {
  let same = 0;
  let near = 0;
  for (const [volume, amount] of told) {
    if (volume === volumeCl && amount === amountFen) same += 1;
    if (Math.abs(volume - volumeCl) <= NEAR_CL) near += 1;
  }
  const all = told.length + 1;
  if (isRound(volumeCl, amountFen) || same >= HABIT) {
    const [volume, amount] = told[told.length - 1]!;
    // An inspector's cans, a fleet, three cars of one family.
    return volume === volumeCl && amount === amountFen ? 1 : Math.max(ROUND_CHANCE, same / all);
  }
  return Math.max(near + 1, 5) / all / (2 * NEAR_CL);
}
