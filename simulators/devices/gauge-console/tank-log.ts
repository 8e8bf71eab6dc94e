/**
 * What a console remembers of its tanks: when their charts were changed, and deliveries. It notices these by itself: it looks at its tanks by itself, takes a rise for a delivery while it lasts, and
 * closes it when the tank has been quiet for the programmed delay (function 610).
 */

import type { Chart } from "../../physics/chart.ts";
import type { GaugeReading } from "../../physics/gauge-reading.ts";
import { schedule, type World } from "../../physics/world.ts";
import { gaugeViews } from "../gauges/view.ts";

/** A tank as it was before or after a delivery. */
export interface DeliverySide {
  at: number;
  reading: GaugeReading;
}

export interface LoggedDelivery {
  start: DeliverySide;
  end: DeliverySide;
}

/** How often it looks, how long it waits for the fuel to settle, and how many things of a kind a tank it remembers. */
const LOOK_EVERY_MS = 30_000;
const SETTLING_MS = 5 * 60_000;
const MOST_REMEMBERED = 10;

interface Watched {
  quiet: DeliverySide | undefined;
  start: DeliverySide | undefined;
  endedAt: number | undefined;
  log: LoggedDelivery[];
  chart: Chart;
  chartChanges: number[];
}

export class TankLog {
  readonly #world: World;
  readonly #tanks = new Map<number, Watched>();

  /** Begins to look, on the world's own time. */
  constructor(world: World) {
    this.#world = world;
    for (const [probe, { chart }] of gaugeViews(world)) {
      const nothing = { quiet: undefined, start: undefined, endedAt: undefined };
      this.#tanks.set(probe, { ...nothing, log: [], chart, chartChanges: [] });
    }
    const look = () => {
      this.#look();
      schedule(world, world.now + LOOK_EVERY_MS, look);
    };
    look();
  }

  /** The deliveries of a tank that are remembered, oldest first. */
  of(probe: number): readonly LoggedDelivery[] {
    return this.#tanks.get(probe)?.log ?? [];
  }

  /** When the chart of a tank was changed, newest last. */
  chartChangesOf(probe: number): readonly number[] {
    return this.#tanks.get(probe)?.chartChanges ?? [];
  }

  #look(): void {
    const { now } = this.#world;
    for (const [probe, { state, reading, delivering, chart }] of gaugeViews(this.#world)) {
      const tank = this.#tanks.get(probe);
      if (!tank) continue;
      if (chart !== tank.chart) {
        tank.chart = chart;
        tank.chartChanges = [...tank.chartChanges, now].slice(-MOST_REMEMBERED);
      }
      // A console without a probe sees nothing, and so remembers no delivery.
      if (state !== "ok") continue;
      const side = { at: now, reading };
      if (delivering) {
        tank.start ??= tank.quiet ?? side;
        tank.endedAt = undefined;
        continue;
      }
      if (tank.start) {
        tank.endedAt ??= now;
        if (now - tank.endedAt < SETTLING_MS) continue;
        tank.log.push({ start: tank.start, end: side });
        if (tank.log.length > MOST_REMEMBERED) tank.log.shift();
        tank.start = undefined;
        tank.endedAt = undefined;
      }
      tank.quiet = side;
    }
  }
}
