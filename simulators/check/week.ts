/** A picture of one simulated week as SVG: levels of the tanks, litres an hour, deliveries. For a person to look at. */
import { templateFile } from "../history/command.ts";
import { readGauge } from "../physics/gauge-reading.ts";
import { createStation } from "../physics/station.ts";
import { advance } from "../physics/world.ts";
import { resolveScenario } from "../scenario/scenario.ts";
import type { DeliveryEvent, SaleEvent } from "../truth/events.ts";

const HOUR_MS = 3_600_000;
const DAYS = 7;
const STEP_MS = 5 * 60_000;
const WIDTH = 1_400;
const LEFT = 70;
const PLOT = WIDTH - LEFT - 20;
const PANEL = 150;
const GAP = 40;
const COLOURS = ["#1668dc", "#389e0d", "#d46b08", "#722ed1", "#cf1322", "#08979c"];
/** From here on a label stands to the left of its line. */
const LATE_HOUR = 155;
const DAY_NAMES = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

interface Week {
  name: string;
  /** Levels in mm every five minutes, by tank. */
  levels: { tank: string; grade: string; diameterMm: number; mm: number[] }[];
  litresAnHour: number[];
  deliveries: { tank: string; hour: number; litres: number }[];
  sales: number;
}

/** The picture of a template's week, beginning on a Monday in May. */
export function weekSvg(template: string, seed: number): string {
  return draw(observe(template, seed));
}

function observe(template: string, seed: number): Week {
  const from = Date.parse("2025-05-12T00:00:00+08:00");
  const world = createStation(resolveScenario(templateFile(template), seed), from);
  const tanks = [...world.tanks.values()];
  const levels = tanks.map(({ plan }) => ({
    tank: plan.tank,
    grade: plan.grade,
    diameterMm: plan.diameterMm,
    mm: [] as number[],
  }));
  const litresAnHour = Array.from({ length: DAYS * 24 }, () => 0);
  const deliveries: Week["deliveries"] = [];
  let sales = 0;
  for (let at = from; at <= from + DAYS * 24 * HOUR_MS; at += STEP_MS) {
    for (const event of advance(world, at)) {
      const hour = (event.at - from) / HOUR_MS;
      if (event.event === "sale") {
        sales += 1;
        const index = Math.min(litresAnHour.length - 1, Math.floor(hour));
        litresAnHour[index]! += (event as SaleEvent).volumeCl / 100;
      }
      if (event.event === "delivery" && event.phase === "start") {
        deliveries.push({ tank: event.tank, hour, litres: (event as DeliveryEvent).receivedUl / 1e6 });
      }
    }
    for (const [index, tank] of tanks.entries()) levels[index]!.mm.push(readGauge(world, tank).levelUm / 1_000);
  }
  return { name: world.scenario.name, levels, litresAnHour, deliveries, sales };
}

function draw(week: Week): string {
  const height = 50 + (week.levels.length + 1) * (PANEL + GAP);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    `<text x="${LEFT}" y="24" font-size="17">One simulated week: ${week.name}, ${week.sales} sales</text>`,
  ];
  week.levels.forEach((tank, index) => {
    const marks = week.deliveries.filter((delivery) => delivery.tank === tank.tank);
    parts.push(tankPanel(tank, marks, 50 + index * (PANEL + GAP), COLOURS[index % COLOURS.length]!));
  });
  parts.push(salesPanel(week.litresAnHour, 50 + week.levels.length * (PANEL + GAP)), "</svg>");
  return parts.join("\n");
}

function tankPanel(tank: Week["levels"][number], marks: Week["deliveries"], top: number, colour: string): string {
  const y = (mm: number) => (top + PANEL - (mm / tank.diameterMm) * PANEL).toFixed(1);
  const points = tank.mm.map((mm, index) => `${(LEFT + (index / (tank.mm.length - 1)) * PLOT).toFixed(1)},${y(mm)}`);
  const arrows = marks.map(({ hour, litres }) => {
    const x = hourX(hour).toFixed(1);
    const label = `${Math.round(litres).toLocaleString("en")} L`;
    const isLate = hour > LATE_HOUR;
    const place = `x="${Number(x) + (isLate ? -4 : 4)}" text-anchor="${isLate ? "end" : "start"}"`;
    return [
      `<line x1="${x}" x2="${x}" y1="${top}" y2="${top + PANEL}" stroke="#999" stroke-dasharray="3 3"/>`,
      `<text ${place} y="${top + PANEL - 6}" fill="#666" font-size="11">${label}</text>`,
    ].join("");
  });
  return [
    frame(top, `${tank.tank} ${tank.grade}, level in mm`, [0, tank.diameterMm / 2, tank.diameterMm], tank.diameterMm),
    ...arrows,
    `<polyline points="${points.join(" ")}" fill="none" stroke="${colour}" stroke-width="1.4"/>`,
  ].join("\n");
}

function salesPanel(litres: readonly number[], top: number): string {
  const most = Math.ceil(Math.max(...litres) / 500) * 500;
  const width = PLOT / litres.length;
  const bars = litres.map((value, hour) => {
    const tall = (value / most) * PANEL;
    return `<rect x="${hourX(hour).toFixed(1)}" y="${(top + PANEL - tall).toFixed(1)}" width="${(width - 1).toFixed(1)}" height="${tall.toFixed(1)}" fill="#8c8c8c"/>`;
  });
  return [frame(top, "litres sold an hour, all nozzles", [0, most / 2, most], most), ...bars].join("\n");
}

function frame(top: number, title: string, ticks: readonly number[], most: number): string {
  const days = Array.from({ length: DAYS + 1 }, (_, day) => {
    const x = hourX(day * 24).toFixed(1);
    const name =
      day < DAYS ? `<text x="${Number(x) + 4}" y="${top + PANEL + 15}" fill="#666">${DAY_NAMES[day]}</text>` : "";
    return `<line x1="${x}" x2="${x}" y1="${top}" y2="${top + PANEL}" stroke="#ddd"/>${name}`;
  });
  const labels = ticks.map((tick) => {
    const y = top + PANEL - (tick / most) * PANEL;
    return `<line x1="${LEFT}" x2="${LEFT + PLOT}" y1="${y}" y2="${y}" stroke="#eee"/><text x="${LEFT - 8}" y="${y + 4}" text-anchor="end" fill="#666">${tick}</text>`;
  });
  return [...days, ...labels, `<text x="${LEFT}" y="${top - 6}">${title}</text>`].join("\n");
}

function hourX(hour: number): number {
  return LEFT + (hour / (DAYS * 24)) * PLOT;
}
