/**
 * Measures a simulated station the way an operator would measure a real one, and sets the figures beside the ranges
 * that tanks.md cites: daily variance of the wetstock, errors of meters and deliveries, the effect of temperature, noise.
 */
import { templateFile } from "../history/command.ts";
import { readGauge } from "../physics/gauge-reading.ts";
import { createStation } from "../physics/station.ts";
import { UL_PER_CL } from "../physics/stock.ts";
import { advance, type TankState, type World } from "../physics/world.ts";
import { resolveScenario } from "../scenario/scenario.ts";
import type { DeliveryEvent, SaleEvent, TruthEvent } from "../truth/events.ts";

export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** The range in which it should lie, and whose range that is. */
  range: [number, number];
  source: string;
}

const DAY_MS = 86_400_000;
const ZONE_OFFSET_MS = 8 * 3_600_000;
/** The station is read at this hour, when hardly anybody fuels. */
const READING_HOUR = 4;

interface TankDay {
  tank: string;
  soldCl: number;
  /** Close less open, by the chart at the level, and as it truly is (fuel, 0.01 L). */
  byGaugeCl: number;
  trueCl: number;
  deliveredCl: number;
  expandedCl: number;
  vapourCl: number;
}

/** A run of some days of each template, with everything that is measured in it. */
export interface Campaign {
  days: TankDay[];
  sales: SaleEvent[];
  deliveries: DeliveryEvent[];
  meterBias: number[];
  restingLevelsUm: number[];
  temperaturesC: number[];
}

/** Runs the templates. @param days of each */
export function campaign(templates: readonly string[], days: number, seed: number): Campaign {
  const all: Campaign = { days: [], sales: [], deliveries: [], meterBias: [], restingLevelsUm: [], temperaturesC: [] };
  const from = Date.parse("2025-03-10T00:00:00+08:00");
  for (const [index, template] of templates.entries()) {
    const world = createStation(resolveScenario(templateFile(template), seed + index), from);
    const first = from + READING_HOUR * 3_600_000;
    keep(all, advance(world, first));
    let open = stocks(world);
    for (let day = 1; day <= days; day += 1) {
      const events = advance(world, first + day * DAY_MS);
      const close = stocks(world);
      all.days.push(...daysOf(events, open, close));
      keep(all, events);
      open = close;
    }
    for (const { meter } of world.nozzles.values()) all.meterBias.push(meter.bias);
    all.restingLevelsUm.push(...resting(world));
  }
  return all;
}

interface Stock {
  gaugeCl: number;
  trueCl: number;
  expandedCl: number;
  vapourCl: number;
  temperatureC: number;
}

function stocks(world: World): Map<string, Stock> {
  const stock = (tank: TankState): Stock => {
    const reading = readGauge(world, tank);
    return {
      gaugeCl: reading.volumeCl,
      trueCl: tank.volumeCl - tank.waterUl / UL_PER_CL,
      expandedCl: tank.account.expandedUl / UL_PER_CL,
      vapourCl: tank.account.vapourUl / UL_PER_CL,
      temperatureC: reading.temperatureMc / 1_000,
    };
  };
  return new Map([...world.tanks].map(([name, tank]) => [name, stock(tank)]));
}

function daysOf(events: readonly TruthEvent[], open: Map<string, Stock>, close: Map<string, Stock>): TankDay[] {
  return [...open].map(([tank, before]) => {
    const after = close.get(tank)!;
    const own = events.filter((event): event is SaleEvent => event.event === "sale" && event.tank === tank);
    const loads = events.filter(isUnloaded).filter((event) => event.tank === tank);
    return {
      tank,
      soldCl: total(own.map(({ volumeCl }) => volumeCl)),
      byGaugeCl: after.gaugeCl - before.gaugeCl,
      trueCl: after.trueCl - before.trueCl,
      deliveredCl: total(loads.map(({ volumeCl }) => volumeCl)),
      expandedCl: after.expandedCl - before.expandedCl,
      vapourCl: after.vapourCl - before.vapourCl,
    };
  });
}

function keep(all: Campaign, events: readonly TruthEvent[]): void {
  for (const event of events) {
    if (event.event === "sale") all.sales.push(event);
    if (isUnloaded(event)) all.deliveries.push(event);
    if (event.event === "delivery") all.temperaturesC.push(event.temperatureMc / 1_000);
  }
}

function isUnloaded(event: TruthEvent): event is DeliveryEvent {
  return event.event === "delivery" && event.phase === "end";
}

/** Differences of successive readings of the calmest tank, µm, over ten minutes at rest. */
function resting(world: World): number[] {
  const tank = [...world.tanks.values()].find(({ drawing, unloading }) => drawing.size === 0 && unloading.length === 0);
  if (!tank) return [];
  const levels = Array.from({ length: 600 }, (_, second) => readGauge(world, tank, world.now + second * 1_000).levelUm);
  return levels.slice(1).map((level, index) => level - levels[index]!);
}

/** The figures of a campaign beside their ranges. */
export function figures(all: Campaign): Figure[] {
  const ordinary = all.days.filter(({ soldCl, deliveredCl }) => deliveredCl === 0 && soldCl > 50_000);
  const variance = ordinary.map(({ byGaugeCl, soldCl }) => (byGaugeCl + soldCl) / soldCl);
  const trueVariance = ordinary.map(({ trueCl, soldCl }) => (trueCl + soldCl) / soldCl);
  const expansion = ordinary.map(({ expandedCl, soldCl }) => expandedCl / soldCl);
  const meters = all.sales.map(({ trueUl, volumeCl }) => trueUl / (volumeCl * UL_PER_CL) - 1);
  const loads = all.deliveries.map(({ receivedUl, volumeCl }) => receivedUl / (volumeCl * UL_PER_CL) - 1);
  const petrol = all.days.filter(({ vapourCl }) => vapourCl < 0);
  const vapour = -total(petrol.map(({ vapourCl }) => vapourCl)) / total(petrol.map(({ soldCl }) => soldCl));
  const figure = (name: string, value: number, unit: string, range: [number, number], source: string): Figure => ({
    name,
    value,
    unit,
    range,
    source,
  });
  return [
    figure(
      "daily variance, true litres, sd",
      100 * spread(trueVariance),
      "% of sales",
      [0.02, 1],
      "tanks.md 2.3: operators look into 0.5 %, escalate 1 %; 2.8: 0.02 to 0.3 % after calibration",
    ),
    figure(
      "daily variance, by the raw chart, sd",
      100 * spread(variance),
      "% of sales",
      [0.1, 7],
      "tanks.md 2.5: -6.6 to +7.3 % by level with an untilted chart",
    ),
    figure(
      "daily variance, by the raw chart, mean",
      100 * mean(variance),
      "% of sales",
      [-1.5, 1.5],
      "tanks.md 2.5: total bias under 1 %",
    ),
    figure("meter error, sd over nozzles", 100 * spread(all.meterBias), "%", [0.05, 0.16], "tanks.md 4.3: N(0, 0.1 %)"),
    figure(
      "meter error, largest of a nozzle",
      100 * Math.max(...all.meterBias.map(Math.abs)),
      "%",
      [0.05, 0.3],
      "JJG 443: ±0.30 %",
    ),
    figure(
      "meter error, sd over sales",
      100 * spread(meters),
      "%",
      [0.05, 0.2],
      "tanks.md 4.3: bias 0.1 %, repeat 0.1 %",
    ),
    figure(
      "received less waybill, mean",
      100 * mean(loads),
      "%",
      [-0.6, 0.1],
      "tanks.md 2.3: 0.49 % on average (0.38 to 0.77), all losses of a site; 2.1: 0.07 to 0.17 % at loading",
    ),
    figure("received less waybill, sd", 100 * spread(loads), "%", [0.1, 0.5], "tanks.md 2.7: 0.2 to 0.5 %"),
    figure("vapour of petrol", 100 * vapour, "% of sales", [0.12, 0.16], "tanks.md 2.7: 0.14 to 0.15 %"),
    figure(
      "expansion between two days, sd",
      100 * spread(expansion),
      "% of sales",
      [0.02, 1],
      "tanks.md 2.6: 18 L a °C of 15 m³",
    ),
    figure(
      "fill, mean",
      total(all.sales.map(({ volumeCl }) => volumeCl)) / all.sales.length / 100,
      "L",
      [20, 90],
      "tanks.md 4.2: 30 to 40 L petrol, 100 to 400 L lorries",
    ),
    figure(
      "level noise at rest, sd",
      spread(all.restingLevelsUm) / Math.SQRT2 / 1_000,
      "mm",
      [0.03, 0.35],
      "tanks.md 4.3: 0.03 to 0.3 mm",
    ),
    figure(
      "level noise, lag-1 of differences",
      lagOne(all.restingLevelsUm),
      "",
      [-0.6, -0.3],
      "tanks.md 2.5: -0.4, white",
    ),
    figure(
      "deliveries, share between 6 and 23 h",
      100 *
        share(
          all.deliveries.map(({ at }) => hour(at)),
          6,
          24,
        ),
      "%",
      [99, 100],
      "assumption",
    ),
    figure(
      "sales between 8 and 20 h",
      100 *
        share(
          all.sales.map(({ at }) => hour(at)),
          8,
          20,
        ),
      "%",
      [60, 95],
      "tanks.md 4.2: 94 % at the contest's tank",
    ),
  ];
}

function hour(at: number): number {
  return ((at + ZONE_OFFSET_MS) % DAY_MS) / 3_600_000;
}

function share(hours: readonly number[], from: number, until: number): number {
  return hours.filter((value) => value >= from && value < until).length / hours.length;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function mean(values: readonly number[]): number {
  return total(values) / values.length;
}

function spread(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

function lagOne(differences: readonly number[]): number {
  const pairs = differences.slice(1).map((value, index) => value * differences[index]!);
  return mean(pairs) / spread(differences) ** 2;
}
