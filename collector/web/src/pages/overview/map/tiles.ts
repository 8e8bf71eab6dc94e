/** Which tiles of a server cover the view, and where each lies in it. Pure. */
import { type Camera, type Size, worldPoint } from "./mercator.ts";

export interface TileAt {
  z: number;
  x: number;
  y: number;
  /** pixels of the view */
  left: number;
  top: number;
  edge: number;
}

/** Tile servers cut the world into pictures of 256 pixels; here it is 512 wide at zoom 0, so they are one zoom ahead. */
const AHEAD = 1;

export function tilesOf(camera: Camera, { width, height }: Size, minZoom: number, maxZoom: number): TileAt[] {
  const z = Math.min(Math.max(Math.round(camera.zoom) + AHEAD, minZoom), maxZoom);
  const count = 2 ** z;
  const edge = (512 * 2 ** camera.zoom) / count;
  const middle = worldPoint(camera, camera.zoom);
  const [left, top] = [middle.x - width / 2, middle.y - height / 2];
  const columns = within(Math.floor(left / edge), Math.floor((left + width) / edge), count);
  const rows = within(Math.floor(top / edge), Math.floor((top + height) / edge), count);
  return columns.flatMap((x) => rows.map((y) => ({ z, x, y, left: x * edge - left, top: y * edge - top, edge })));
}

function within(first: number, last: number, count: number): number[] {
  const from = Math.max(first, 0);
  const until = Math.min(last, count - 1);
  return Array.from({ length: Math.max(until - from + 1, 0) }, (_, index) => from + index);
}
