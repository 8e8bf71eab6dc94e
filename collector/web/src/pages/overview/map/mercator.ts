/**
 * Web Mercator: degrees to places on a square that is 512 pixels wide at zoom 0 and doubles with each zoom, as MapLibre
 * counts. Pure.
 */

export interface LngLat {
  /** degrees, east positive */
  lng: number;
  /** degrees, north positive; drawn between ±85.05 */
  lat: number;
}

export interface Point {
  x: number;
  y: number;
}

/** What of the world is seen: its middle, and how large. */
export interface Camera extends LngLat {
  zoom: number;
}

export interface Size {
  width: number;
  height: number;
}

const WORLD_PX = 512;
/** The square ends here: atan(sinh(π)) in degrees. */
const MOST_LAT = 85.051129;
/** From the whole world to a single station's yard. */
export const ZOOMS = { least: 2, most: 18 } as const;

export function worldPoint({ lng, lat }: LngLat, zoom: number): Point {
  const scale = WORLD_PX * 2 ** zoom;
  const sine = Math.sin((clamp(lat, -MOST_LAT, MOST_LAT) * Math.PI) / 180);
  return { x: ((lng + 180) / 360) * scale, y: (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * scale };
}

export function lngLatAt({ x, y }: Point, zoom: number): LngLat {
  const scale = WORLD_PX * 2 ** zoom;
  const lat = (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / scale))) * 180) / Math.PI;
  return { lng: (x / scale) * 360 - 180, lat };
}

/** The camera after the picture was pushed by some pixels. */
export function pushed(camera: Camera, { x, y }: Point): Camera {
  const middle = worldPoint(camera, camera.zoom);
  return { ...lngLatAt({ x: middle.x - x, y: middle.y - y }, camera.zoom), zoom: camera.zoom };
}

/** The camera after a change of zoom that leaves one place where it is. @param place in pixels from the middle */
export function zoomed(camera: Camera, by: number, place: Point = { x: 0, y: 0 }): Camera {
  const zoom = clamp(camera.zoom + by, ZOOMS.least, ZOOMS.most);
  const middle = worldPoint(camera, camera.zoom);
  const fixed = lngLatAt({ x: middle.x + place.x, y: middle.y + place.y }, camera.zoom);
  const there = worldPoint(fixed, zoom);
  return { ...lngLatAt({ x: there.x - place.x, y: there.y - place.y }, zoom), zoom };
}

/** With this many stations in one place it would be as close as it goes: a town is wanted, not a yard. */
const FIT_ZOOM = 13;

/**
 * The camera that shows all places with a margin.
 * @param places at least one
 * @param margin pixels at each edge
 */
export function fitted(places: readonly LngLat[], size: Size, margin: number): Camera {
  const points = places.map((place) => worldPoint(place, 0));
  const [left, right] = extent(points.map(({ x }) => x));
  const [top, bottom] = extent(points.map(({ y }) => y));
  const room = (whole: number) => Math.max(whole - 2 * margin, 40);
  const zoomFor = (pixels: number, span: number) => (span === 0 ? FIT_ZOOM : Math.log2(pixels / span));
  const zoom = Math.min(zoomFor(room(size.width), right - left), zoomFor(room(size.height), bottom - top), FIT_ZOOM);
  const middle = lngLatAt({ x: (left + right) / 2, y: (top + bottom) / 2 }, 0);
  return { ...middle, zoom: clamp(zoom, ZOOMS.least, ZOOMS.most) };
}

function extent(values: readonly number[]): [least: number, most: number] {
  return [Math.min(...values), Math.max(...values)];
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
