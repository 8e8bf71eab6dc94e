/**
 * Moves the map: by dragging, with two fingers, by wheel with Ctrl (so that the page still scrolls), and by keys. Until a
 * person moves it, it shows everything.
 */
import { type PointerEvent, type RefObject, useEffect, useMemo, useRef, useState } from "react";
import { type Camera, fitted, type LngLat, type Point, pushed, type Size, zoomed } from "./mercator.ts";

/** So many pixels of the wheel double the map. */
const WHEEL_PX = 300;
const MARGIN_PX = 50;
/** The buttons stand at the right edge. */
const BUTTONS_PX = 48;
/** Where nothing is known: the middle of China. */
const NOWHERE: Camera = { lng: 104, lat: 35, zoom: 3 };

export interface MapMoves {
  camera: Camera;
  size: Size;
  place: RefObject<HTMLDivElement | null>;
  /** undefined shows everything again */
  look: (camera: Camera | undefined) => void;
  zoomBy: (by: number) => void;
  handlers: {
    onPointerDown: (event: PointerEvent) => void;
    onPointerMove: (event: PointerEvent) => void;
    onPointerUp: (event: PointerEvent) => void;
    onPointerCancel: (event: PointerEvent) => void;
  };
}

/** @param places what is shown at first */
export function useCamera(places: readonly LngLat[]): MapMoves {
  const place = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const [own, look] = useState<Camera>();
  const all = useMemo(
    () => (places.length === 0 || size.width === 0 ? NOWHERE : everything(places, size)),
    [places, size],
  );
  const camera = own ?? all;
  const latest = useRef(camera);
  latest.current = camera;
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const watcher = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    watcher.observe(element);
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      look(zoomed(latest.current, -event.deltaY / WHEEL_PX, fromMiddle(element, event)));
    };
    // React listens passively, and then the page would be enlarged instead.
    element.addEventListener("wheel", wheel, { passive: false });
    return () => {
      watcher.disconnect();
      element.removeEventListener("wheel", wheel);
    };
  }, []);
  const handlers = useFingers(place, latest, look);
  const zoomBy = (by: number) => look(zoomed(latest.current, by));
  return { camera, size, place, look, zoomBy, handlers };
}

function everything(places: readonly LngLat[], { width, height }: Size): Camera {
  const beside = fitted(places, { width: width - BUTTONS_PX, height }, MARGIN_PX);
  return pushed(beside, { x: -BUTTONS_PX / 2, y: 0 });
}

function useFingers(
  place: RefObject<HTMLDivElement | null>,
  latest: RefObject<Camera>,
  look: (camera: Camera) => void,
): MapMoves["handlers"] {
  const fingers = useRef(new Map<number, Point>());
  const lift = (event: PointerEvent) => {
    fingers.current.delete(event.pointerId);
  };
  return {
    onPointerDown: (event) => {
      // A mark or a button is pressed, not the map dragged.
      if (event.button !== 0 || (event.target as Element).closest("button, a") !== null) return;
      fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
      place.current?.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event) => {
      const before = fingers.current.get(event.pointerId);
      if (before === undefined || place.current === null) return;
      const now = { x: event.clientX, y: event.clientY };
      const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
      fingers.current.set(event.pointerId, now);
      const moved = { x: now.x - before.x, y: now.y - before.y };
      if (other === undefined) {
        // A finger scrolls the page up and down; the map goes with it only sideways.
        look(pushed(latest.current, event.pointerType === "touch" ? { x: moved.x, y: 0 } : moved));
        return;
      }
      const by = Math.log2(distance(now, other) / Math.max(distance(before, other), 1));
      const middle = { clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 };
      const shifted = pushed(latest.current, { x: moved.x / 2, y: moved.y / 2 });
      look(zoomed(shifted, by, fromMiddle(place.current, middle)));
    },
    onPointerUp: lift,
    onPointerCancel: lift,
  };
}

function fromMiddle(element: HTMLElement, { clientX, clientY }: { clientX: number; clientY: number }): Point {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
