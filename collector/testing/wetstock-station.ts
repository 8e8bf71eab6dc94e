/**
 * A tank with nozzles, customers and deliveries over weeks, for the tests of the wetstock rules. Its shape is summed up
 * from thin slices, with a probe that stands off the middle of a tilted tank; the book that is tested knows closed forms.
 */
import type { StationEntry } from "../registry/schema.ts";
import type { SeenFiling } from "../rules/filings.ts";
import type { SeenRecord } from "../rules/rule.ts";
import { link, sale, seen, tank } from "./records.ts";
import { STATION, testStation } from "./stations.ts";

export interface WetstockOptions {
  seed: number;
  days: number;
  /** mm in 1 m along the tank */
  tiltMmPerM?: number;
  /** where the probe stands off the middle, m */
  probeOffM?: number;
  noiseMm?: number;
  stepMm?: number;
  customersPerDay?: number;
  nozzles?: number;
  /** first day of what is wrong */
  fromDay?: number;
  leakLPerHour?: number;
  /** by nozzle index: share of the display that does not come out, for one fuelling */
  short?: (fuelling: { nozzle: number; litres: number; hour: number; day: number }) => number;
  /** whether a fuelling never reaches the tax port */
  hidden?: (fuelling: { nozzle: number; litres: number; hour: number; random: number }) => boolean;
  /** days on which fuel comes without a waybill, and how much */
  secret?: { day: number; litres: number }[];
  /** share by which deliveries are short of their waybill */
  deliveryShort?: number;
}

const DAY_MS = 86_400_000;
const START_MS = Date.parse("2026-03-02T00:00:00+08:00");
const DIAMETER_M = 2.6;
const LENGTH_M = 7.2;
const HOURS = [1, 1, 1, 1, 1, 2, 5, 8, 9, 9, 8, 7, 7, 7, 7, 8, 9, 9, 8, 6, 4, 3, 2, 1];
const EXPANSION = 0.00122;
export const CAPACITY_L = Math.round((Math.PI * DIAMETER_M ** 2 * LENGTH_M * 1_000) / 4);

function randomOf(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Area of the circle below a level, m², summed from chords half a millimetre apart. */
const CIRCLE = (() => {
  const areas = [0];
  for (let half = 0; half < DIAMETER_M * 2_000; half += 1) {
    const middle = (half + 0.5) / 2_000;
    areas.push(areas[half]! + (2 * Math.sqrt(Math.max(0, middle * (DIAMETER_M - middle)))) / 2_000);
  }
  return areas;
})();

function areaBelow(levelM: number): number {
  const at = Math.min(CIRCLE.length - 1.001, Math.max(0, levelM * 2_000));
  const index = Math.floor(at);
  return CIRCLE[index]! + (at - index) * (CIRCLE[index + 1]! - CIRCLE[index]!);
}

/** Litres below each millimetre of the probe, summed from slices of the tank. */
function table(tiltMmPerM: number, probeOffM: number): Float64Array {
  const slices = 60;
  const litres = new Float64Array(Math.round(DIAMETER_M * 1_000) + 1);
  for (let slice = 0; slice < slices; slice += 1) {
    const x = ((slice + 0.5) / slices - 0.5) * LENGTH_M;
    const lift = ((x - probeOffM) * tiltMmPerM) / 1_000;
    for (let mm = 0; mm < litres.length; mm += 1) {
      litres[mm] = litres[mm]! + (areaBelow(mm / 1_000 - lift) * LENGTH_M * 1_000) / slices;
    }
  }
  return litres;
}

function levelOf(litres: Float64Array, volume: number): number {
  let low = 0;
  let high = litres.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (litres[middle]! <= volume) low = middle;
    else high = middle;
  }
  return low + (volume - litres[low]!) / Math.max(1e-9, litres[high]! - litres[low]!);
}

export function wetstockStation(nozzles: number): StationEntry {
  const station = testStation(undefined, STATION);
  return {
    ...station,
    dispensers: [
      {
        device: "tax-1",
        nozzles: Array.from({ length: nozzles }, (_, index) => ({
          nozzle: nozzleName(index) as StationEntry["dispensers"][number]["nozzles"][number]["nozzle"],
          grade: "92#",
          tank: station.tanks[0]!.tank,
        })),
      },
    ],
    tanks: [{ ...station.tanks[0]!, capacityL: CAPACITY_L }],
  };
}

export function nozzleName(index: number): string {
  return `N${String(index + 1).padStart(2, "0")}`;
}

interface Fuelling {
  nozzle: number;
  startMs: number;
  endMs: number;
  shownL: number;
  drawnL: number;
  hidden: boolean;
}

/** Plans a day's fuellings, by their start. */
function fuellingsOf(
  day: number,
  random: () => number,
  options: Required<WetstockOptions>,
  bias: number[],
): Fuelling[] {
  const list: Fuelling[] = [];
  const freeMs = new Array<number>(options.nozzles).fill(0);
  const sum = HOURS.reduce((a, b) => a + b, 0);
  for (let hour = 0; hour < 24; hour += 1) {
    const expected = (options.customersPerDay * HOURS[hour]!) / sum;
    const customers = Math.floor(expected + random());
    for (let one = 0; one < customers; one += 1) {
      const nozzle = Math.floor(random() * options.nozzles);
      const startMs = Math.max(START_MS + day * DAY_MS + (hour + random()) * 3_600_000, freeMs[nozzle]! + 60_000);
      const shownL = Math.round((8 + 25 * (random() + random())) * 100) / 100;
      const wrong = day >= options.fromDay;
      const facts = { nozzle, litres: shownL, hour, day, random: random() };
      const share = wrong ? options.short(facts) : 0;
      const drawnL = shownL * (1 - share) * (1 + bias[nozzle]! + 0.0005 * (random() - 0.5));
      const endMs = startMs + (shownL / 32) * 60_000 + 10_000;
      freeMs[nozzle] = endMs;
      list.push({ nozzle, startMs, endMs, shownL, drawnL, hidden: wrong && options.hidden(facts) });
    }
  }
  return list.sort((a, b) => a.startMs - b.startMs);
}

function withDefaults(options: WetstockOptions): Required<WetstockOptions> {
  return {
    tiltMmPerM: 12,
    probeOffM: 1.8,
    noiseMm: 0.1,
    stepMm: 0.1,
    customersPerDay: 200,
    nozzles: 4,
    fromDay: 0,
    leakLPerHour: 0,
    short: () => 0,
    hidden: () => false,
    secret: [],
    deliveryShort: 0,
    ...options,
  };
}

interface Tank {
  options: Required<WetstockOptions>;
  random: () => number;
  gauss: () => number;
  shape: Float64Array;
  flat: Float64Array;
  totals: number[];
  active: Fuelling[];
  seq: number;
  volumeL: number;
  offC: number;
  groundC: number;
  inflowL: number;
  lastLevelUm: number;
  lastToldMs: number;
}

function recordOf(tankState: Tank, body: object, atMs: number): SeenRecord {
  tankState.seq += 1;
  return seen(body, tankState.seq, Math.round(atMs));
}

/** Makes the station's records, day by day, and what was filed. */
export function* wetstockRecords(asked: WetstockOptions): Generator<SeenRecord | { atMs: number; filing: SeenFiling }> {
  const options = withDefaults(asked);
  const random = randomOf(options.seed);
  const gauss = () => random() + random() + random() + random() + random() + random() - 3;
  const one: Tank = {
    options,
    random,
    gauss,
    shape: table(options.tiltMmPerM, options.probeOffM),
    flat: table(0, 0),
    totals: Array.from({ length: options.nozzles }, () => 1_000_000),
    active: [],
    seq: 0,
    volumeL: CAPACITY_L * 0.7,
    offC: 0,
    groundC: 18,
    inflowL: 0,
    lastLevelUm: 0,
    lastToldMs: 0,
  };
  const bias = Array.from({ length: options.nozzles }, () => 0.001 * gauss() * 1.4);
  yield recordOf(one, link("up"), START_MS);
  for (let day = 0; day < options.days; day += 1) {
    const plan = fuellingsOf(day, random, options, bias);
    let next = 0;
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      const nowMs = START_MS + day * DAY_MS + minute * 60_000;
      const filed = deliver(one, day, minute, nowMs);
      if (filed !== undefined) yield { atMs: nowMs, filing: filed };
      for (; next < plan.length && plan[next]!.startMs <= nowMs + 60_000; next += 1) one.active.push(plan[next]!);
      yield* pump(one, nowMs);
      warm(one, day, minute);
      const told = read(one, nowMs);
      if (told !== undefined) yield told;
    }
  }
}

function deliver(one: Tank, day: number, minute: number, nowMs: number): SeenFiling | undefined {
  const { options } = one;
  let filed: SeenFiling | undefined;
  if (one.volumeL < CAPACITY_L * 0.28 && one.inflowL <= 0 && minute > 300 && minute < 1_200) {
    one.inflowL = 12_000 * (1 - (day >= options.fromDay ? options.deliveryShort : 0));
    one.offC += (8 * one.gauss() * 12_000) / (one.volumeL + 12_000);
    filed = waybill(day, nowMs);
  }
  const secret = options.secret.find((delivery) => delivery.day === day);
  if (secret !== undefined && minute === 150) one.inflowL = secret.litres;
  const flow = Math.min(one.inflowL, 450);
  one.inflowL -= flow;
  one.volumeL += flow;
  return filed;
}

function* pump(one: Tank, nowMs: number): Generator<SeenRecord> {
  const { active, totals } = one;
  for (const fuelling of [...active]) {
    const from = Math.max(fuelling.startMs, nowMs);
    const until = Math.min(fuelling.endMs, nowMs + 60_000);
    const share = Math.max(0, until - from) / (fuelling.endMs - fuelling.startMs);
    one.volumeL -= fuelling.drawnL * share;
    if (fuelling.endMs > nowMs + 60_000) continue;
    active.splice(active.indexOf(fuelling), 1);
    if (fuelling.hidden) continue;
    const volumeCl = Math.round(fuelling.shownL * 100);
    const { nozzle } = fuelling;
    yield recordOf(
      one,
      sale({ nozzle: nozzleName(nozzle), volumeCl, beforeVolumeCl: totals[nozzle]! }),
      fuelling.endMs,
    );
    totals[nozzle] = totals[nozzle]! + volumeCl;
  }
}

function warm(one: Tank, day: number, minute: number): void {
  const before = one.groundC + one.offC;
  one.groundC = 18 + 4 * Math.sin((day + minute / 1_440) / 40);
  one.offC *= Math.exp(-1 / (20 * 60));
  one.volumeL *= 1 + EXPANSION * (one.groundC + one.offC - before);
  if (day >= one.options.fromDay) one.volumeL -= one.options.leakLPerHour / 60;
}

/** What the gateway keeps of the gauge: a level that moved, or a heartbeat. */
function read(one: Tank, nowMs: number): SeenRecord | undefined {
  const { noiseMm, stepMm } = one.options;
  const trueMm = levelOf(one.shape, one.volumeL) + noiseMm * one.gauss() * 1.41;
  const levelUm = Math.round(trueMm / stepMm) * stepMm * 1_000;
  const moved = Math.abs(levelUm - one.lastLevelUm) >= Math.max(stepMm * 1_000, 300);
  if (!moved && nowMs - one.lastToldMs < 300_000) return undefined;
  one.lastLevelUm = levelUm;
  one.lastToldMs = nowMs;
  const { flat } = one;
  const index = Math.min(flat.length - 2, Math.floor(levelUm / 1_000));
  const shown = flat[index]! + (levelUm / 1_000 - index) * (flat[index + 1]! - flat[index]!);
  const temperatureMc = Math.round((one.groundC + one.offC) * 10) * 100;
  const body = tank(Math.round(shown * 100), { levelUm: Math.round(levelUm), temperatureMc });
  return recordOf(one, body, nowMs + 59_000);
}

function waybill(day: number, nowMs: number): SeenFiling {
  return {
    filing: "waybill",
    id: `w${day}`,
    station: STATION,
    tank: "T1",
    grade: "92#",
    volumeCl: 1_200_000,
    tanker: "云K12345",
    fromMs: nowMs - 600_000,
    untilMs: nowMs + 3_600_000,
  };
}
