/**
 * Quiet moments of a tank: readings at which all its nozzles hang, so that level and totals belong together. A sale is
 * recorded when it ends, so a reading is judged only after every sale that could have been under way has been told.
 * Readings of one lull are averaged.
 */

export interface Reading {
  atMs: number;
  levelMm: number;
  volumeL: number;
  /** null when the gauge gave none */
  temperatureC: number | null;
  gateway: string;
  seq: number;
  /** the gateway itself saw that all nozzles hang and the level is fresh */
  quiet: boolean;
}

export interface Fuelling {
  atMs: number;
  nozzle: number;
  litres: number;
  /** the part of it beyond the first 20 L; null when several fuellings are in it */
  beyondL: number | null;
}

export interface Anchor {
  fromMs: number;
  atMs: number;
  levelMm: number;
  volumeL: number;
  temperatureC: number | null;
  readings: number;
  /** the volume of the lull's last reading, L, and how many readings in a row said the very same */
  lastL: number;
  same: number;
  gateway: string;
  seq: number;
}

type Item = { reading: Reading } | { fuelling: Fuelling };

export interface QuietState {
  queue: Item[];
  busyUntilMs: number;
  /** the lull that goes on */
  lull: (Anchor & { temperatures: number; lastMs: number }) | null;
}

export const quietLimits = {
  /** the slowest that a fuelling is taken to be, with pauses and the slow end, L/min */
  slowLpm: 18,
  /** the fastest: what the gateway calls quiet is believed unless a sale this fast was under way, L/min */
  fastLpm: 60,
  beforeMs: 60_000,
  /** consoles serve levels up to a minute old */
  afterMs: 75_000,
  /** after so long every sale that was under way has been told: 200 L at the slow rate */
  settleMs: 900_000,
  /** a lull longer than this is several anchors, so that time and warmth are seen in it */
  lullMs: 1_800_000,
  queue: 4_000,
};

export function startQuiet(): QuietState {
  return { queue: [], busyUntilMs: 0, lull: null };
}

/** Puts in what was read or sold. Times mostly rise; what comes late is put in its place. */
export function enqueue(state: QuietState, item: Item): void {
  const atMs = timeOf(item);
  let index = state.queue.length;
  while (index > 0 && timeOf(state.queue[index - 1]!) > atMs) index -= 1;
  state.queue.splice(index, 0, item);
  if (state.queue.length > quietLimits.queue) state.queue.shift();
}

function timeOf(item: Item): number {
  return "reading" in item ? item.reading.atMs : item.fuelling.atMs;
}

/** How long before its end a fuelling may have begun, ms. */
function durationMs(litres: number): number {
  return (litres / quietLimits.slowLpm) * 60_000 + quietLimits.beforeMs;
}

/**
 * Works off what has settled.
 * @param moveL a reading that is off the lull by more than this ends it: the level moves
 * @param onAnchor told of each anchor before the sales that follow it
 * @param onFuelling told of each sale, in order
 */
export function settle(
  state: QuietState,
  nowMs: number,
  moveL: number,
  onAnchor: (anchor: Anchor) => void,
  onFuelling: (fuelling: Fuelling) => void,
): void {
  const { queue } = state;
  let done = 0;
  for (; done < queue.length && timeOf(queue[done]!) <= nowMs - quietLimits.settleMs; done += 1) {
    const item = queue[done]!;
    if ("fuelling" in item) {
      closeLull(state, onAnchor);
      state.busyUntilMs = Math.max(state.busyUntilMs, item.fuelling.atMs + quietLimits.afterMs);
      onFuelling(item.fuelling);
    } else if (isBusy(state, queue, done, item.reading)) {
      closeLull(state, onAnchor);
    } else {
      take(state, item.reading, moveL, onAnchor);
    }
  }
  if (done > 0) queue.splice(0, done);
}

/** Ends the lull now: at the end of a day, before a delivery is booked. */
export function closeLull(state: QuietState, onAnchor: (anchor: Anchor) => void): void {
  const { lull } = state;
  if (lull === null) return;
  state.lull = null;
  const { temperatures, lastMs, ...anchor } = lull;
  const temperatureC = temperatures === 0 ? null : lull.temperatureC;
  onAnchor({ ...anchor, atMs: Math.round((lull.fromMs + lastMs) / 2), temperatureC });
}

/** Whether a nozzle may have been lifted at a reading, or the level was not fresh yet. */
function isBusy(state: QuietState, queue: readonly Item[], place: number, { atMs, quiet }: Reading): boolean {
  if (!quiet && atMs < state.busyUntilMs) return true;
  for (let index = place + 1; index < queue.length; index += 1) {
    const item = queue[index]!;
    if (!("fuelling" in item)) continue;
    const { litres, atMs: endMs } = item.fuelling;
    if (endMs - (quiet ? (litres / quietLimits.fastLpm) * 60_000 : durationMs(litres)) <= atMs) return true;
  }
  return false;
}

function take(state: QuietState, reading: Reading, moveL: number, onAnchor: (anchor: Anchor) => void): void {
  const before = state.lull;
  const over = before !== null && reading.atMs - before.fromMs > quietLimits.lullMs;
  if (over || (before !== null && Math.abs(reading.volumeL - before.volumeL) > moveL)) closeLull(state, onAnchor);
  const { atMs, gateway, seq, temperatureC } = reading;
  const { lull } = state;
  if (lull === null) {
    const { levelMm, volumeL } = reading;
    const temperatures = temperatureC === null ? 0 : 1;
    state.lull = {
      fromMs: atMs,
      atMs,
      lastMs: atMs,
      levelMm,
      volumeL,
      temperatureC,
      temperatures,
      readings: 1,
      lastL: volumeL,
      same: 1,
      gateway,
      seq,
    };
    return;
  }
  const n = lull.readings + 1;
  lull.levelMm += (reading.levelMm - lull.levelMm) / n;
  lull.volumeL += (reading.volumeL - lull.volumeL) / n;
  if (temperatureC !== null) {
    lull.temperatures += 1;
    lull.temperatureC =
      (lull.temperatureC ?? temperatureC) + (temperatureC - (lull.temperatureC ?? temperatureC)) / lull.temperatures;
  }
  lull.readings = n;
  lull.same = reading.volumeL === lull.lastL ? lull.same + 1 : 1;
  lull.lastL = reading.volumeL;
  lull.lastMs = atMs;
  lull.seq = seq;
}
