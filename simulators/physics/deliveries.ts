/**
 * A tanker loads, announces itself (or does not), couples up, and unloads at an even rate. What its waybill says was
 * measured at the terminal; what arrives has lost a little and has changed its temperature on the road.
 */
import { type Random, randomStream } from "../random.ts";
import { deliveryPlan, type Plant } from "../scenario/scenario.ts";
import { expansionAt15, fuelOf, vcf15 } from "./expansion.ts";
import { evenFlow, flowDurationMs } from "./flow.ts";
import { fuelUlAt, type TankState, UL_PER_CL, UL_PER_L, waterUlAt } from "./stock.ts";
import { tankCapacityCl } from "./tank-shape.ts";
import { groundC } from "./temperature.ts";
import { record, schedule, settleTank, type Unloading, type World } from "./world.ts";

/** The notice goes out this long before unloading may begin. */
const NOTICE_LEAD_MS = 30_000;
/** The window in which an announced tanker is expected. */
const WINDOW_MS = { before: 3_600_000, after: 8 * 3_600_000 };
/** While a tank is filled, its temperature is mixed anew this often. */
const MIX_EVERY_MS = 60_000;

export interface Load {
  tank: string;
  /** As the waybill says. */
  volumeL: number;
  notice: boolean;
  tanker: string;
  unloadLPerMin: number;
  /** Share of the load that is unloaded here; the rest goes elsewhere. */
  share: number;
  /** What it truly is; the waybill says the tank's own grade. */
  grade?: string;
  /** How long before unloading the waybill is filed; default: half a minute. */
  noticeLeadMs?: number;
}

/**
 * Schedules a delivery: unloading begins at `beginAt`, or later when a notice must still go out before it.
 * @param on called when unloading starts and when it has ended, with the litres that are missing from the waybill (µL)
 */
export function plantDelivery(
  world: World,
  plant: Extract<Plant, { kind: "delivery" | "delivery-without-notice" | "delivery-short" | "wrong-product" }>,
  on: { begin: () => void; end: (receivedUl: number, missingUl: number) => void },
): void {
  const load = deliveryPlan(plant);
  const earliest = world.now + (load.notice ? NOTICE_LEAD_MS : 0);
  scheduleDelivery(world, load, Math.max(world.startAt + plant.atMs, earliest), on);
}

/** Schedules a tanker that begins to unload at an instant. */
export function scheduleDelivery(
  world: World,
  load: Load,
  beginAt: number,
  on: { begin: () => void; end: (receivedUl: number, missingUl: number) => void },
): void {
  const announced = { tank: load.tank, volumeCl: Math.round(load.volumeL * 100), tanker: load.tanker };
  const random = randomStream(world.scenario.seed, `delivery/${load.tank}/${beginAt}`);
  if (load.notice) {
    schedule(world, beginAt - (load.noticeLeadMs ?? NOTICE_LEAD_MS), () => {
      const expected = { expectedFrom: beginAt - WINDOW_MS.before, expectedUntil: beginAt + WINDOW_MS.after };
      record(world, { event: "notice", ...announced, ...expected });
    });
  }
  schedule(world, beginAt, () => unload(world, load, random, on));
}

function unload(
  world: World,
  load: Load,
  random: Random,
  on: { begin: () => void; end: (receivedUl: number, missingUl: number) => void },
): void {
  const tank = world.tanks.get(load.tank)!;
  const arrived = arriving(world, tank, load, random);
  const volumeUl = Math.min(Math.round(arrived.volumeUl * load.share), roomUl(world, tank));
  settleTank(world, tank);
  const volumeCl = Math.round(load.volumeL * 100);
  const said = { event: "delivery" as const, tank: load.tank, volumeCl, notice: load.notice, tanker: load.tanker };
  const true_ = { receivedUl: volumeUl, temperatureMc: Math.round(arrived.temperatureC * 1_000) };
  const unloading: Unloading = {
    from: world.now,
    volumeUl,
    unloadedUl: 0,
    temperatureC: arrived.temperatureC,
    alpha: arrived.alpha,
    flow: evenFlow(Math.ceil(volumeUl / UL_PER_CL), load.unloadLPerMin),
  };
  on.begin();
  record(world, { ...said, ...true_, phase: "start" });
  tank.unloading.push(unloading);
  const endsAt = world.now + (volumeUl > 0 ? flowDurationMs(unloading.flow) : 0);
  mixUntil(world, tank, endsAt);
  schedule(world, endsAt, () => {
    settleTank(world, tank);
    tank.unloading.splice(tank.unloading.indexOf(unloading), 1);
    tank.lastUnloadedAt = world.now;
    tank.ordered = false;
    record(world, { ...said, ...true_, phase: "end" });
    on.end(volumeUl, volumeCl * UL_PER_CL - volumeUl);
  });
}

function mixUntil(world: World, tank: TankState, endsAt: number): void {
  const next = world.now + MIX_EVERY_MS;
  if (next >= endsAt) return;
  schedule(world, next, () => {
    settleTank(world, tank);
    mixUntil(world, tank, endsAt);
  });
}

/** What is in the tanker when it couples up. */
function arriving(world: World, tank: TankState, load: Load, random: Random) {
  const { physics, spells } = world.climate;
  const fuel = fuelOf(load.grade ?? tank.plan.grade);
  const alpha =
    load.grade === undefined || fuel === tank.fuel
      ? tank.alpha
      : expansionAt15(fuel === "diesel" ? physics.dieselDensity : physics.petrolDensity);
  const ground = groundC(tank.warmth, world.now, physics, spells);
  const temperatureC = ground + random.gaussian(0, physics.deliveryOffsetSdC);
  const loadedC = temperatureC - random.gaussian(0, physics.transitWarmingSdC);
  const loadedUl = load.volumeL * UL_PER_L * (1 + random.gaussian(0, physics.terminalErrorSd));
  const loss = fuel === "diesel" ? physics.dieselLineLossShare : physics.petrolLineLossShare;
  const volumeUl = (loadedUl * (1 - loss) * vcf15(alpha, loadedC)) / vcf15(alpha, temperatureC);
  return { volumeUl: Math.round(volumeUl), temperatureC, alpha };
}

/** Room up to the highest level that is allowed, less what is coming already, whole µL. */
export function roomUl(world: World, tank: TankState): number {
  const coming = tank.unloading.reduce((sum, part) => sum + part.volumeUl - part.unloadedUl, 0);
  const most = tankCapacityCl(tank.plan) * tank.plan.maxFillShare * UL_PER_CL;
  const liquid = fuelUlAt(tank, world.now, world.climate) + waterUlAt(tank, world.now);
  return Math.max(0, Math.floor(most - liquid - coming));
}
