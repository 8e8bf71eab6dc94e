/** What runs by itself at a station: fuel is ordered, prices change at midnight, the mains fail, floats stick. */
import { randomStream } from "../random.ts";
import { scheduleDelivery } from "./deliveries.ts";
import { noisyLevelUm } from "./gauge-reading.ts";
import { fuelUlAt, UL_PER_L } from "./stock.ts";
import { tankCapacityCl } from "./tank-shape.ts";
import { cutShort } from "./trade.ts";
import { record, schedule, settleTank, type TankState, type World } from "./world.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ZONE_OFFSET_MS = 8 * HOUR_MS;
const YEAR_MS = 365.25 * DAY_MS;
/** Hours in which tankers come. */
const UNLOADING_HOURS = { from: 6, until: 23 };
/** Less than this is not worth a journey, L. */
const LEAST_ORDER_L = 3_000;
/** Room left above what was ordered. */
const MARGIN_SHARE = 0.02;
/** A tanker is unloaded by then. What arrives when the dishonest supply is over is honest. */
const ARRIVES_WITHIN_MS = 2 * HOUR_MS;
/** A waybill is filed about this long before the tanker couples up. */
const WAYBILL_LEAD_MS = { from: 40 * 60_000, until: 3 * HOUR_MS };

/** Settles every tank once an hour, and looks whether fuel must be ordered. */
export function keepAccounts(world: World): void {
  const tick = () => {
    for (const tank of world.tanks.values()) {
      settleTank(world, tank);
      if (world.scenario.supply.automatic) order(world, tank);
    }
    schedule(world, world.now + HOUR_MS, tick);
  };
  schedule(world, world.now + HOUR_MS, tick);
}

function order(world: World, tank: TankState): void {
  const { physics } = world.climate;
  const capacityL = tankCapacityCl(tank.plan) / 100;
  const stockL = fuelUlAt(tank, world.now, world.climate) / UL_PER_L;
  if (tank.ordered || !world.open || stockL > capacityL * physics.orderAtShare) return;
  const random = randomStream(world.scenario.seed, `order/${tank.plan.tank}/${world.now}`);
  const room = capacityL * (tank.plan.maxFillShare - MARGIN_SHARE) - stockL;
  const volumeL = Math.floor(Math.min(room, physics.tankerL) / physics.compartmentL) * physics.compartmentL;
  if (volumeL < LEAST_ORDER_L) return;
  tank.ordered = true;
  const lead = physics.orderLeadHours + random.next() * physics.orderSpreadHours;
  const arrivesAt = inDeliveryHours(world.now + Math.round(lead * HOUR_MS), random.next());
  const short = world.shortSupply.find(
    ({ tank: of, untilAt }) => of === tank.plan.tank && arrivesAt + ARRIVES_WITHIN_MS < untilAt,
  );
  const load = {
    tank: tank.plan.tank,
    volumeL,
    notice: short?.notice ?? true,
    tanker: `${world.scenario.supply.tankerPrefix}${random.integer(10_000, 99_999)}`,
    unloadLPerMin: 400 + random.integer(0, 200),
    share: short?.share ?? 1,
    noticeLeadMs: random.integer(WAYBILL_LEAD_MS.from, WAYBILL_LEAD_MS.until),
  };
  scheduleDelivery(world, load, arrivesAt, {
    begin: () => undefined,
    end: (receivedUl, missingUl) => short?.done(receivedUl, missingUl),
  });
}

function inDeliveryHours(at: number, chance: number): number {
  const local = (at + ZONE_OFFSET_MS) % DAY_MS;
  const from = UNLOADING_HOURS.from * HOUR_MS;
  if (local < from) return at - local + from + Math.round(chance * HOUR_MS);
  if (local > UNLOADING_HOURS.until * HOUR_MS) return at - local + DAY_MS + from + Math.round(chance * HOUR_MS);
  return at;
}

/** Prices change at midnight every so many days, all grades alike, and a price list is filed. */
export function keepPrices(world: World): void {
  const { priceEveryDays, priceStepSdFen } = world.scenario.physics;
  if (priceEveryDays === 0) return;
  const random = randomStream(world.scenario.seed, "prices");
  // Prices are set for everybody: the area's median moves with them.
  const boards = new Map([...world.nozzles.values()].map(({ plan, unitPriceFen }) => [plan.grade, unitPriceFen]));
  let areaFen = 0;
  const midnight = world.startAt - ((world.startAt + ZONE_OFFSET_MS) % DAY_MS);
  const change = () => {
    const byFen = Math.round(random.gaussian(0, priceStepSdFen));
    if (byFen !== 0) changePrices(world, (fen) => Math.max(1, fen + byFen));
    areaFen = byFen === 0 ? areaFen : areaFen + byFen;
    for (const [grade, fen] of boards) {
      if (byFen !== 0) record(world, { event: "area-price", grade, medianFen: Math.max(1, fen + areaFen) });
    }
    schedule(world, world.now + priceEveryDays * DAY_MS, change);
  };
  schedule(world, midnight + priceEveryDays * DAY_MS, change);
}

/** Sets new prices on the board and in the dispensers, and files the list. @param only one grade, or all */
export function changePrices(world: World, next: (fen: number) => number, only?: string): void {
  const grades = new Map<string, number>();
  for (const nozzle of world.nozzles.values()) {
    if (only !== undefined && nozzle.plan.grade !== only) continue;
    nozzle.unitPriceFen = next(nozzle.unitPriceFen);
    grades.set(nozzle.plan.grade, nozzle.unitPriceFen);
  }
  for (const [grade, unitPriceFen] of grades) record(world, { event: "price", grade, unitPriceFen });
}

/** The mains fail now and then; what is being pumped stops. */
export function keepPower(world: World): void {
  const { powerCutsPerYear, powerCutMeanMinutes } = world.scenario.physics;
  if (powerCutsPerYear === 0) return;
  const random = randomStream(world.scenario.seed, "power");
  const next = () => {
    schedule(world, world.now + Math.round(random.exponential(YEAR_MS / powerCutsPerYear)), () => {
      const lasts = Math.round(random.exponential(powerCutMeanMinutes * 60_000)) + 1_000;
      cutPower(world, lasts);
      schedule(world, world.now + lasts, next);
    });
  };
  next();
}

/** Takes the mains away for a time: nozzles stop, tax ports and gateway are dead. */
export function cutPower(world: World, forMs: number): void {
  if (!world.powered) return;
  world.powered = false;
  record(world, { event: "power", state: "lost" });
  for (const nozzle of world.nozzles.values()) cutShort(world, nozzle);
  const backAt = world.now + forMs;
  for (const dispenser of world.dispensers.values()) dispenser.silentUntil = Math.max(dispenser.silentUntil, backAt);
  schedule(world, backAt, () => {
    world.powered = true;
    record(world, { event: "power", state: "back" });
  });
}

/** A float sticks for a while now and then: one value is repeated, then it jumps. */
export function stickFloats(world: World): void {
  const { floatSticksPerYear, floatStickMinutes } = world.scenario.physics;
  if (floatSticksPerYear === 0) return;
  for (const tank of world.tanks.values()) {
    const random = randomStream(world.scenario.seed, `float/${tank.plan.tank}`);
    const next = () => {
      schedule(world, world.now + Math.round(random.exponential(YEAR_MS / floatSticksPerYear)), () => {
        const lasts = Math.round(random.exponential(floatStickMinutes * 60_000)) + 1_000;
        if (tank.probe.stuckUm === undefined) {
          tank.probe.stuckUm = noisyLevelUm(world, tank, world.now);
          record(world, { event: "float", tank: tank.plan.tank, state: "stuck" });
          schedule(world, world.now + lasts, () => {
            tank.probe.stuckUm = undefined;
            record(world, { event: "float", tank: tank.plan.tank, state: "free" });
          });
        }
        schedule(world, world.now + lasts, next);
      });
    };
    next();
  }
}
