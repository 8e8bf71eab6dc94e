/** The grid of degrees on which stations stand when the operator supplied no map. Pure. */
import { type Camera, lngLatAt, type Size, worldPoint } from "./mercator.ts";

/** Distances between lines, degrees: each about double or half its neighbour and easy to read. */
const STEPS = [30, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];
/** Lines are this far apart or more, pixels. */
const LEAST_PX = 110;

export interface GridLine {
  /** a meridian stands upright, a parallel lies */
  kind: "meridian" | "parallel";
  degrees: number;
  /** pixels from the left edge of a meridian, from the top edge of a parallel */
  at: number;
}

/** The lines that cross the view. */
export function graticule(camera: Camera, { width, height }: Size): GridLine[] {
  const { x, y } = worldPoint(camera, camera.zoom);
  const topLeft = lngLatAt({ x: x - width / 2, y: y - height / 2 }, camera.zoom);
  const bottomRight = lngLatAt({ x: x + width / 2, y: y + height / 2 }, camera.zoom);
  const pxPerDegree = width / (bottomRight.lng - topLeft.lng);
  const step = STEPS.findLast((one) => one * pxPerDegree >= LEAST_PX) ?? STEPS[0]!;
  const meridians = multiples(topLeft.lng, bottomRight.lng, step).map((degrees): GridLine => {
    const at = worldPoint({ lng: degrees, lat: 0 }, camera.zoom).x - x + width / 2;
    return { kind: "meridian", degrees, at };
  });
  const parallels = multiples(bottomRight.lat, topLeft.lat, step).map((degrees): GridLine => {
    const at = worldPoint({ lng: 0, lat: degrees }, camera.zoom).y - y + height / 2;
    return { kind: "parallel", degrees, at };
  });
  return [...meridians, ...parallels];
}

function multiples(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step);
  const last = Math.floor(to / step);
  // Counted in whole steps, so that a hundred of them add up without error.
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => round((first + index) * step));
}

function round(degrees: number): number {
  return Math.round(degrees * 100) / 100;
}

/** «100.5°E», «22°N»: the same in both languages. */
export function degreesLabel({ kind, degrees }: Pick<GridLine, "kind" | "degrees">): string {
  const side = kind === "meridian" ? (degrees < 0 ? "W" : "E") : degrees < 0 ? "S" : "N";
  return `${Math.abs(degrees)}°${side}`;
}
