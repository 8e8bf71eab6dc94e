/**
 * What is drawn for stations: where each stands in the system of the map, and which stand so close that one mark stands
 * for all of them. Pure.
 */
import type { StationSummary } from "../../../../../api/schemas.ts";
import { type LngLat, type Point, worldPoint } from "./mercator.ts";

export interface Placed {
  station: StationSummary;
  place: LngLat;
}

export type Severity = "high" | "medium" | "notice";

/** One mark on the map: a station, or several that would lie on each other. */
export interface Mark {
  /** the first station's id: stays the same while the same stations are gathered */
  key: string;
  stations: StationSummary[];
  /** places of all of them, for a closer look */
  places: LngLat[];
  /** pixels of the world at the zoom of the marks */
  at: Point;
  /** the state that most needs a look */
  state: StationSummary["state"];
  severity: Severity | undefined;
}

/** Marks that would come closer than this lie on each other, pixels. */
const GATHER_PX = 26;
const STATE_WORTH = { live: 0, never: 1, silent: 2 } as const;
const SEVERITIES = ["high", "medium", "notice"] as const;

/** The most severe open flag of a station. */
export function severityOf({ openFlags }: Pick<StationSummary, "openFlags">): Severity | undefined {
  return SEVERITIES.find((severity) => openFlags[severity] > 0);
}

/**
 * Gathers stations that would lie on each other.
 * @param zoom of the camera; between two whole zooms the marks stay the same
 */
export function marksOf(stations: readonly Placed[], zoom: number): Mark[] {
  const marks: Mark[] = [];
  const cells = new Map<string, Mark[]>();
  const byWorth = [...stations].sort((a, b) => worth(b.station) - worth(a.station));
  for (const { station, place } of byWorth) {
    const at = worldPoint(place, zoom);
    const near = neighbours(cells, at).find((mark) => Math.hypot(mark.at.x - at.x, mark.at.y - at.y) < GATHER_PX);
    if (near !== undefined) {
      near.stations.push(station);
      near.places.push(place);
      if (STATE_WORTH[station.state] > STATE_WORTH[near.state]) near.state = station.state;
      continue;
    }
    const { id: key, state } = station;
    const mark = { key, stations: [station], places: [place], at, state, severity: severityOf(station) };
    marks.push(mark);
    const cell = cellOf(at);
    cells.set(cell, [...(cells.get(cell) ?? []), mark]);
  }
  // What needs a look lies above the rest.
  return marks.reverse();
}

/** What needs a look comes first, and gathers the others around it. */
function worth(station: StationSummary): number {
  const severity = severityOf(station);
  const flags = severity === undefined ? 0 : 3 - SEVERITIES.indexOf(severity);
  return flags * 10 + STATE_WORTH[station.state];
}

function cellOf({ x, y }: Point, dx = 0, dy = 0): string {
  return `${Math.floor(x / GATHER_PX) + dx} ${Math.floor(y / GATHER_PX) + dy}`;
}

function neighbours(cells: ReadonlyMap<string, Mark[]>, at: Point): Mark[] {
  const around = [-1, 0, 1];
  return around.flatMap((dx) => around.flatMap((dy) => cells.get(cellOf(at, dx, dy)) ?? []));
}

export type Direction = "left" | "right" | "up" | "down";

const AHEAD: Record<Direction, (from: Point, to: Point) => { along: number; aside: number }> = {
  left: (from, to) => ({ along: from.x - to.x, aside: Math.abs(to.y - from.y) }),
  right: (from, to) => ({ along: to.x - from.x, aside: Math.abs(to.y - from.y) }),
  up: (from, to) => ({ along: from.y - to.y, aside: Math.abs(to.x - from.x) }),
  down: (from, to) => ({ along: to.y - from.y, aside: Math.abs(to.x - from.x) }),
};

/** The next mark in a direction: near, and rather ahead than aside. */
export function nextMark(marks: readonly Mark[], from: Mark, direction: Direction): Mark | undefined {
  let best: Mark | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const mark of marks) {
    const { along, aside } = AHEAD[direction](from.at, mark.at);
    if (along <= 0) continue;
    const cost = along + 2 * aside;
    if (cost < least) [best, least] = [mark, cost];
  }
  return best;
}

/** A county's name, at the mean of its stations' places. */
export interface CountyLabel {
  county: string;
  place: LngLat;
}

export function countyLabels(stations: readonly Placed[]): CountyLabel[] {
  const sums = new Map<string, { lng: number; lat: number; count: number }>();
  for (const { station, place } of stations) {
    const sum = sums.get(station.county) ?? { lng: 0, lat: 0, count: 0 };
    sums.set(station.county, { lng: sum.lng + place.lng, lat: sum.lat + place.lat, count: sum.count + 1 });
  }
  return [...sums].map(([county, { lng, lat, count }]) => ({ county, place: { lng: lng / count, lat: lat / count } }));
}
