/** Customers come, lift a nozzle, fuel, hang up; on hang-up the sale is booked. */
import { type Random, randomStream } from "../random.ts";
import { localTime } from "../time.ts";
import { fillSizeCl } from "./fill.ts";
import { flowDurationMs, flowedCl, flowOf } from "./flow.ts";
import { meterFactor } from "./meter.ts";
import { drawnUl, fuelUlAt, trueUl, UL_PER_CL, UL_PER_L } from "./stock.ts";
import {
  type Booking,
  dispenserClock,
  type Fuelling,
  type NozzleState,
  type PeriodTotal,
  record,
  schedule,
  settleTank,
  type World,
} from "./world.ts";

const HOUR_MS = 3_600_000;
const ZONE_OFFSET_MS = 8 * HOUR_MS;
/** A grand total has 12 digits of 0.01 and starts again from 0. */
const TOTAL_LIMIT = 10 ** 12;
/** The least anybody buys; below that the customer is turned away. */
const LEAST_FILL_CL = 100;
/** A last fuelling on the port has six digits of 0.01 L; ordinary machines cap a sale below that (tax-port.md 1.8). */
const MOST_FILL_CL = 990_000;
/** How long the steps of a fuelling take, in ms: lift to first drop, last drop to hang-up, hang-up to the next car. */
const HANDLING = { toFlow: [4_000, 12_000], toHangUp: [3_000, 8_000], toLeave: [30_000, 60_000] } as const;
/** Months and days that the tax port remembers. */
const MOST_DAYS = 62;
const MOST_MONTHS = 25;

/** Lets the first customer come; each one brings the next. Arrivals are Poisson, thinned by hour and weekday. */
export function openForTrade(world: World): void {
  const { customersPerHour, hourFactors, weekdayFactors } = world.scenario.station;
  const busiest = Math.max(...hourFactors) * Math.max(...weekdayFactors);
  if (customersPerHour * busiest === 0) return;
  const arrivals = randomStream(world.scenario.seed, "arrivals");
  let number = 0;
  const next = (from: number): void => {
    let at = from;
    do {
      at += Math.max(1, Math.round(arrivals.exponential(HOUR_MS / (customersPerHour * busiest))));
    } while (arrivals.next() * busiest >= hourFactors[localHour(at)]! * weekdayFactors[weekday(at)]!);
    number += 1;
    const customer = number;
    schedule(world, at, () => {
      if (world.open && world.powered) arrive(world, randomStream(world.scenario.seed, `customer/${customer}`));
      next(at);
    });
  };
  next(world.now);
}

/** Hour of the local day, 0 to 23. */
export function localHour(at: number): number {
  return Math.floor(((at + ZONE_OFFSET_MS) % (24 * HOUR_MS)) / HOUR_MS);
}

/** 0 is Monday. The first of January 1970 was a Thursday. */
function weekday(at: number): number {
  return (Math.floor((at + ZONE_OFFSET_MS) / (24 * HOUR_MS)) + 3) % 7;
}

function arrive(world: World, random: Random): void {
  const wanted: NozzleState[] = [];
  for (const nozzle of world.nozzles.values()) {
    if (!nozzle.fuelling && nozzle.freeFrom <= world.now && nozzle.plan.weight > 0) wanted.push(nozzle);
  }
  if (wanted.length === 0) return;
  const nozzle = random.pick(wanted, (candidate) => candidate.plan.weight);
  const wish = { fills: nozzle.plan.fills, unitPriceFen: nozzle.unitPriceFen };
  fuel(world, nozzle, { sizeCl: () => fillSizeCl(random, wish, world.scenario.physics), random });
}

/**
 * Lifts a nozzle for a fill of `sizeCl()`, or of what there is.
 * @param test it is not a customer's, and nobody pays
 * @returns false when there is too little fuel
 */
export function fuel(
  world: World,
  nozzle: NozzleState,
  of: { sizeCl: () => number; random: Random; test?: boolean; done?: (drawnUl: number) => void },
): boolean {
  const { random } = of;
  const { physics } = world.scenario;
  const [toFlow, toHangUp, toLeave] = [HANDLING.toFlow, HANDLING.toHangUp, HANDLING.toLeave].map(([low, high]) =>
    random.integer(low, high),
  ) as [number, number, number];
  const wishedCl = of.sizeCl();
  const factor = meterFactor(nozzle.meter, world.now, random, physics);
  const size = Math.min(wishedCl, pumpableCl(world, nozzle.plan.tank), MOST_FILL_CL);
  if (size < LEAST_FILL_CL) return false;
  const fuelling: Fuelling = {
    liftedAt: world.now,
    flowsFrom: world.now + toFlow,
    flow: flowOf(size, nozzle.plan.flowLPerMin, physics),
    pumpedCl: 0,
    meter: { factor, beyondCl: Number.POSITIVE_INFINITY, factorBeyond: factor },
    targetUl: 0,
    drawnUl: 0,
    unitPriceFen: nozzle.unitPriceFen,
    onWire: !takeBypass(nozzle),
    elsewhere: false,
    cheats: [],
    test: of.test ?? false,
  };
  for (const { lift, plant } of world.meddling) if (lift?.(fuelling, nozzle)) fuelling.cheats.push(plant.id);
  fuelling.targetUl = trueUl(fuelling.meter, size);
  nozzle.fuelling = fuelling;
  const tank = world.tanks.get(nozzle.plan.tank)!;
  if (!fuelling.elsewhere) {
    settleTank(world, tank);
    tank.drawing.add(fuelling);
  }
  schedule(world, fuelling.flowsFrom + flowDurationMs(fuelling.flow) + toHangUp, () => {
    // A power cut may have ended it before.
    if (nozzle.fuelling !== fuelling) return;
    hangUp(world, nozzle);
    nozzle.freeFrom = Math.max(nozzle.freeFrom, world.now + toLeave);
    of.done?.(fuelling.targetUl);
  });
  return true;
}

/** The pump stops where it is, and the nozzle is hung up: what a power cut does. */
export function cutShort(world: World, nozzle: NozzleState): void {
  const { fuelling } = nozzle;
  if (!fuelling) return;
  fuelling.targetUl = drawnUl(fuelling, world.now);
  const shownCl = flowedCl(fuelling.flow, world.now - fuelling.flowsFrom);
  fuelling.flow = { ...fuelling.flow, targetCl: shownCl, slowPartCl: 0, fullRate: Number.POSITIVE_INFINITY };
  hangUp(world, nozzle);
}

/** What a new customer can still have: the tank less its dead stock less what those already fuelling will take. */
function pumpableCl(world: World, tankName: string): number {
  const tank = world.tanks.get(tankName)!;
  let leftUl = fuelUlAt(tank, world.now, world.climate) - tank.plan.deadStockL * UL_PER_L;
  for (const fuelling of tank.drawing) leftUl -= fuelling.targetUl - drawnUl(fuelling, world.now);
  return Math.floor(leftUl / UL_PER_CL);
}

function takeBypass({ bypass }: NozzleState): boolean {
  if (!bypass || bypass.left === 0 || !bypass.takes()) return false;
  if (bypass.left !== undefined) bypass.left -= 1;
  return true;
}

function hangUp(world: World, nozzle: NozzleState): void {
  const fuelling = nozzle.fuelling!;
  const tank = world.tanks.get(nozzle.plan.tank)!;
  if (!fuelling.elsewhere) {
    settleTank(world, tank);
    tank.drawing.delete(fuelling);
  }
  const volumeCl = fuelling.flow.targetCl;
  const { unitPriceFen } = fuelling;
  const amountFen = Math.round((volumeCl * unitPriceFen) / 100);
  nozzle.fuelling = undefined;
  nozzle.hungUpAt = world.now;
  nozzle.soldCl += volumeCl;
  nozzle.soldUl += fuelling.targetUl;
  if (volumeCl === 0) return;
  nozzle.sales += 1;
  const booking: Booking = { volumeCl, amountFen, unitPriceFen };
  if (fuelling.onWire) {
    for (const { hangUp: alter, plant } of world.meddling) {
      if (alter?.(booking, fuelling, nozzle)) fuelling.cheats.push(plant.id);
    }
    nozzle.salesOnWire += 1;
    nozzle.onWireCl += booking.volumeCl;
    book(world, nozzle, booking);
  }
  const isAltered = booking.volumeCl !== volumeCl || booking.amountFen !== amountFen;
  record(world, {
    event: "sale",
    nozzle: nozzle.plan.nozzle,
    tank: nozzle.plan.tank,
    volumeCl,
    amountFen,
    unitPriceFen: booking.unitPriceFen,
    onWire: fuelling.onWire,
    totalAfterCl: nozzle.grandTotal.volumeCl,
    totalAmountAfterFen: nozzle.grandTotal.amountFen,
    trueUl: fuelling.targetUl,
    ...(isAltered && fuelling.onWire && { wireVolumeCl: booking.volumeCl, wireAmountFen: booking.amountFen }),
    ...(fuelling.cheats.length > 0 && { cheats: fuelling.cheats }),
    ...(fuelling.elsewhere && { elsewhere: true }),
    ...(fuelling.test && { test: true }),
  });
  if (!fuelling.onWire) nozzle.bypass?.lifted();
}

/** Books a sale that was never made: nothing flows, and nobody comes. @returns what was booked */
export function inventSale(world: World, nozzle: NozzleState, volumeCl: number, cheat: string): Booking {
  const { unitPriceFen } = nozzle;
  const booking: Booking = { volumeCl, amountFen: Math.round((volumeCl * unitPriceFen) / 100), unitPriceFen };
  nozzle.salesOnWire += 1;
  nozzle.onWireCl += volumeCl;
  book(world, nozzle, booking);
  record(world, {
    event: "sale",
    nozzle: nozzle.plan.nozzle,
    tank: nozzle.plan.tank,
    ...booking,
    onWire: true,
    totalAfterCl: nozzle.grandTotal.volumeCl,
    totalAmountAfterFen: nozzle.grandTotal.amountFen,
    trueUl: 0,
    cheats: [cheat],
    elsewhere: true,
    invented: true,
  });
  return booking;
}

let known = { day: Number.NaN, date: "", month: "" };

/** The local date and month; asked for in the order of time, so the last answer is mostly right again. */
function calendarDay(at: number): { date: string; month: string } {
  const day = Math.floor((at + ZONE_OFFSET_MS) / (24 * HOUR_MS));
  if (day !== known.day) {
    const { date, month } = localTime(at);
    known = { day, date, month };
  }
  return known;
}

/** Books a sale in the tax port, at the world's present instant. */
export function book(world: World, nozzle: NozzleState, { volumeCl, amountFen, unitPriceFen }: Booking): void {
  const at = dispenserClock(world, nozzle.device, world.now);
  const { date, month } = calendarDay(at);
  nozzle.last = { at, volumeCl, amountFen, unitPriceFen };
  nozzle.grandTotal = {
    volumeCl: (nozzle.grandTotal.volumeCl + volumeCl) % TOTAL_LIMIT,
    amountFen: (nozzle.grandTotal.amountFen + amountFen) % TOTAL_LIMIT,
  };
  addTo(nozzle.days, date, volumeCl, amountFen, MOST_DAYS);
  addTo(nozzle.months, month, volumeCl, amountFen, MOST_MONTHS);
}

function addTo(
  totals: Map<string, PeriodTotal>,
  period: string,
  volumeCl: number,
  amountFen: number,
  most: number,
): void {
  const total = totals.get(period);
  if (total) {
    total.volumeCl += volumeCl;
    total.amountFen += amountFen;
    return;
  }
  totals.set(period, { volumeCl, amountFen });
  const oldest = totals.keys().next().value;
  if (totals.size > most && oldest !== undefined) totals.delete(oldest);
}
