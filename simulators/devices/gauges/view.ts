/** What a gauge has to say about a tank at the world's present instant, its faults included. */
import type { Chart } from "../../physics/chart.ts";
import { type GaugeReading, readGauge } from "../../physics/gauge-reading.ts";
import type { World } from "../../physics/world.ts";
import type { TankPlan } from "../../scenario/scenario.ts";

export interface TankView {
  plan: TankPlan;
  /** `missing`: no probe answers; `no-number`: figures that are none; `blank`: a console's question marks. */
  state: "ok" | "missing" | "no-number" | "blank";
  reading: GaugeReading;
  delivering: boolean;
  /** The strapping table that the gauge has. */
  chart: Chart;
}

/** All tanks with their gauge's view of them, by probe number from 1. */
export function gaugeViews(world: World): Map<number, TankView> {
  return new Map([...world.tanks.values()].map(({ plan }) => [plan.probe, viewOf(world, plan)]));
}

function viewOf(world: World, plan: TankPlan): TankView {
  const { faults } = world;
  const tank = world.tanks.get(plan.tank)!;
  return {
    plan,
    state:
      tank.probe.out || faults.on("probe-pulled", plan.tank)
        ? "missing"
        : faults.on("not-a-number", plan.tank)
          ? "no-number"
          : faults.on("question-marks", plan.tank)
            ? "blank"
            : "ok",
    reading: faults.frozen(plan.tank) ?? present(world, plan),
    delivering: tank.unloading.length > 0,
    chart: tank.chart,
  };
}

/** What the probe of a tank reads now, were nothing wrong with it. */
export function present(world: World, plan: TankPlan): GaugeReading {
  const tank = world.tanks.get(plan.tank)!;
  return readGauge(world, tank);
}
