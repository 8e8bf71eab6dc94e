/** Where the points of a profile lie: blocks unrolled to the items wanted, each point with its addresses. */
import type { DeviceProfile, FunctionCode, ItemKind, Point, PointType } from "./schema.ts";

/** The items wanted, numbered from 1; a kind that is not named is not read. */
export interface ItemSelection {
  readonly tank?: readonly number[];
  readonly seal?: readonly number[];
}

export interface PointItem {
  readonly kind: ItemKind;
  readonly number: number;
}

export interface PlacedPoint {
  readonly point: Point;
  readonly item?: PointItem;
  readonly fn: FunctionCode;
  readonly address: number;
  /** Registers (or coils) the point takes. */
  readonly count: number;
  /** False for an item the device has no room for: it can never be read. */
  readonly exists: boolean;
}

const registersOfType: Record<Exclude<PointType, "ascii">, number> = {
  bool: 1,
  uint16: 1,
  int16: 1,
  bits16: 1,
  enum16: 1,
  uint32: 2,
  int32: 2,
  float32: 2,
  bits32: 2,
};

/** Registers (or coils) that one point takes. */
export function registersOf(point: Point): number {
  return point.type === "ascii" ? (point.length ?? 1) : registersOfType[point.type];
}

/** How many items of a kind the device has room for; 0 when the profile knows none. */
export function itemCount(profile: DeviceProfile, kind: ItemKind): number {
  const counts = (profile.blocks ?? []).filter((block) => block.per === kind).map((block) => block.count);
  return Math.max(0, ...counts);
}

/** Every point to be read for `items`: first the single points, then block by block, item by item. */
export function placePoints(profile: DeviceProfile, items: ItemSelection): PlacedPoint[] {
  const single = (profile.read ?? []).map((point) => place(point, point.at, true));
  const repeated = (profile.blocks ?? []).flatMap((block) =>
    (items[block.per] ?? []).flatMap((number) =>
      block.points.map((point) => ({
        ...place(
          point,
          point.at + (number - 1) * block.stride,
          Number.isInteger(number) && number >= 1 && number <= block.count,
        ),
        item: { kind: block.per, number },
      })),
    ),
  );
  return [...single, ...repeated];
}

function place(point: Point, address: number, exists: boolean): PlacedPoint {
  return { point, fn: point.fn, address, count: registersOf(point), exists };
}
