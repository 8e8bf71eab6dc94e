/** A tanker announces itself (or does not), couples up, and unloads at an even rate. */
import { deliveryPlan, type Plant } from "../scenario/scenario.ts";
import { flowDurationMs } from "./flow.ts";
import { tankCapacityCl } from "./tank-shape.ts";
import { record, schedule, type TankState, type Unloading, type World } from "./world.ts";

/** The notice goes out this long before unloading may begin. */
const NOTICE_LEAD_MS = 30_000;

/**
 * Schedules a delivery: unloading begins at `beginAt`, or later when a notice must still go out before it.
 * @param on called when unloading starts and when it has ended
 */
export function plantDelivery(
  world: World,
  plant: Extract<Plant, { kind: "delivery" | "delivery-without-notice" }>,
  on: { begin: () => void; end: () => void },
): void {
  const plan = deliveryPlan(plant);
  const tank = world.tanks.get(plan.tank)!;
  const announced = { tank: plan.tank, volumeCl: Math.round(plan.volumeL * 100), tanker: plan.tanker };
  const earliest = world.now + (plan.notice ? NOTICE_LEAD_MS : 0);
  const beginAt = Math.max(world.startAt + plant.atMs, earliest);
  if (plan.notice) schedule(world, beginAt - NOTICE_LEAD_MS, () => record(world, { event: "notice", ...announced }));
  schedule(world, beginAt, () => {
    const volumeCl = Math.min(announced.volumeCl, roomCl(tank));
    const said = { event: "delivery" as const, tank: plan.tank, volumeCl, notice: plan.notice, tanker: plan.tanker };
    const unloading: Unloading = {
      from: world.now,
      volumeCl,
      unloadedCl: 0,
      flow: evenFlow(volumeCl, plan.unloadLPerMin),
    };
    on.begin();
    record(world, { ...said, phase: "start" });
    tank.unloading.push(unloading);
    schedule(world, world.now + (volumeCl > 0 ? flowDurationMs(unloading.flow) : 0), () => {
      tank.unloading.splice(tank.unloading.indexOf(unloading), 1);
      record(world, { ...said, phase: "end" });
      on.end();
    });
  });
}

function evenFlow(volumeCl: number, litresPerMin: number): Unloading["flow"] {
  const rate = (litresPerMin * 100) / 60_000;
  return { targetCl: volumeCl, fullRate: rate, slowRate: rate, slowPartCl: 0 };
}

function roomCl(tank: TankState): number {
  const coming = tank.unloading.reduce((sum, unloading) => sum + unloading.volumeCl - unloading.unloadedCl, 0);
  const most = Math.floor(tankCapacityCl(tank.plan) * tank.plan.maxFillShare);
  return Math.max(0, most - tank.volumeCl - coming);
}
