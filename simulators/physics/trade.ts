/** Customers come, lift a nozzle, fuel, hang up; on hang-up the sale is booked. */
import { randomStream } from "../random.ts";
import { localTime } from "../time.ts";
import { fillSizeCl } from "./fill.ts";
import { flowDurationMs, flowOf } from "./flow.ts";
import { type NozzleState, type PeriodTotal, record, schedule, type World } from "./world.ts";

const HOUR_MS = 3_600_000;
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

/** Lets the first customer come; each one brings the next. Arrivals are Poisson, thinned by the hour of the day. */
export function openForTrade(world: World): void {
  const { customersPerHour, hourFactors } = world.scenario.station;
  const busiest = Math.max(...hourFactors);
  if (customersPerHour * busiest === 0) return;
  const arrivals = randomStream(world.scenario.seed, "arrivals");
  let number = 0;
  const next = (from: number): void => {
    let at = from;
    do {
      at += Math.max(1, Math.round(arrivals.exponential(HOUR_MS / (customersPerHour * busiest))));
    } while (arrivals.next() * busiest >= hourFactors[localTime(at).hour]!);
    number += 1;
    const customer = number;
    schedule(world, at, () => {
      if (world.open) arrive(world, customer);
      next(at);
    });
  };
  next(world.now);
}

function arrive(world: World, customer: number): void {
  const random = randomStream(world.scenario.seed, `customer/${customer}`);
  const free = [...world.nozzles.values()].filter((nozzle) => !nozzle.fuelling && nozzle.freeFrom <= world.now);
  const wanted = free.filter((nozzle) => nozzle.plan.weight > 0);
  if (wanted.length === 0) return;
  const nozzle = random.pick(wanted, (candidate) => candidate.plan.weight);
  const [toFlow, toHangUp, toLeave] = [HANDLING.toFlow, HANDLING.toHangUp, HANDLING.toLeave].map(([low, high]) =>
    random.integer(low, high),
  ) as [number, number, number];
  const size = Math.min(fillSizeCl(random, nozzle.plan), pumpableCl(world, nozzle.plan.tank), MOST_FILL_CL);
  if (size < LEAST_FILL_CL) return;
  const flow = flowOf(size, nozzle.plan.flowLPerMin);
  const flowsFrom = world.now + toFlow;
  nozzle.fuelling = { liftedAt: world.now, flowsFrom, flow, pumpedCl: 0, onWire: !takeBypass(nozzle) };
  schedule(world, flowsFrom + flowDurationMs(flow) + toHangUp, () => {
    hangUp(world, nozzle);
    nozzle.freeFrom = world.now + toLeave;
  });
}

/** What a new customer can still have: the tank less its dead stock less what those already fuelling will take. */
function pumpableCl(world: World, tankName: string): number {
  const tank = world.tanks.get(tankName)!;
  let left = tank.volumeCl - Math.round(tank.plan.deadStockL * 100);
  for (const nozzle of world.nozzles.values()) {
    if (nozzle.plan.tank === tankName && nozzle.fuelling) {
      left -= nozzle.fuelling.flow.targetCl - nozzle.fuelling.pumpedCl;
    }
  }
  return left;
}

function takeBypass(nozzle: NozzleState): boolean {
  const { bypass } = nozzle;
  if (!bypass || bypass.left === 0) return false;
  if (bypass.left !== undefined) bypass.left -= 1;
  return true;
}

function hangUp(world: World, nozzle: NozzleState): void {
  const fuelling = nozzle.fuelling!;
  const volumeCl = fuelling.pumpedCl;
  const { unitPriceFen } = nozzle.plan;
  const amountFen = Math.round((volumeCl * unitPriceFen) / 100);
  nozzle.fuelling = undefined;
  nozzle.hungUpAt = world.now;
  nozzle.sales += 1;
  if (fuelling.onWire) {
    nozzle.salesOnWire += 1;
    nozzle.onWireCl += volumeCl;
    book(nozzle, world.now, volumeCl, amountFen);
  }
  record(world, {
    event: "sale",
    nozzle: nozzle.plan.nozzle,
    tank: nozzle.plan.tank,
    volumeCl,
    amountFen,
    unitPriceFen,
    onWire: fuelling.onWire,
    totalAfterCl: nozzle.grandTotal.volumeCl,
    totalAmountAfterFen: nozzle.grandTotal.amountFen,
  });
  if (!fuelling.onWire) nozzle.bypass?.lifted();
}

function book(nozzle: NozzleState, at: number, volumeCl: number, amountFen: number): void {
  const { date, month } = localTime(at);
  nozzle.last = { at, volumeCl, amountFen };
  nozzle.grandTotal = {
    volumeCl: (nozzle.grandTotal.volumeCl + volumeCl) % TOTAL_LIMIT,
    amountFen: (nozzle.grandTotal.amountFen + amountFen) % TOTAL_LIMIT,
  };
  addTo(nozzle.days, date, { volumeCl, amountFen }, MOST_DAYS);
  addTo(nozzle.months, month, { volumeCl, amountFen }, MOST_MONTHS);
}

function addTo(totals: Map<string, PeriodTotal>, period: string, sale: PeriodTotal, most: number): void {
  const before = totals.get(period) ?? { volumeCl: 0, amountFen: 0 };
  totals.set(period, {
    volumeCl: before.volumeCl + sale.volumeCl,
    amountFen: before.amountFen + sale.amountFen,
  });
  const oldest = totals.keys().next().value;
  if (totals.size > most && oldest !== undefined) totals.delete(oldest);
}
