/** Which read requests fetch the wanted points: the fewest that the device's limits allow. */
import { type ItemSelection, placePoints } from "./layout.ts";
import type { DeviceProfile, FunctionCode } from "./schema.ts";

/** Modbus allows 125 registers in one answer. */
export const DEFAULT_MAX_REGISTERS_PER_READ = 125;
/** On a serial line a new request costs about as much as 8 registers read for nothing. */
export const DEFAULT_GAP = 8;

export interface ReadRequest {
  readonly fn: FunctionCode;
  readonly address: number;
  /** Registers, or coils for functions 1 and 2. */
  readonly count: number;
}

/**
 * The reads for the profile's single points and for `items`, ordered by function and address. A point is never
 * split over two reads, because its halves could then belong to two moments; for the same reason the points of one
 * item stay together where that costs no further request.
 */
export function planReads(profile: DeviceProfile, items: ItemSelection): ReadRequest[] {
  const points = placePoints(profile, items).filter((placed) => placed.exists);
  const byItem = Map.groupBy(points, ({ item }) => (item ? `${item.kind} ${item.number}` : ""));
  const together = merge(
    [...byItem.values()].flatMap((own) => merge(own, profile)),
    profile,
  );
  const fewest = merge(points, profile);
  return together.length <= fewest.length ? together : fewest;
}

function merge(ranges: readonly ReadRequest[], profile: DeviceProfile): ReadRequest[] {
  const most = profile.limits?.maxRegistersPerRead ?? DEFAULT_MAX_REGISTERS_PER_READ;
  const gap = profile.limits?.gap ?? DEFAULT_GAP;
  const reads: ReadRequest[] = [];
  for (const { fn, address, count } of ranges.toSorted((a, b) => a.fn - b.fn || a.address - b.address)) {
    const last = reads.at(-1);
    const end = address + count;
    if (last?.fn === fn && address - (last.address + last.count) <= gap && end - last.address <= most) {
      reads[reads.length - 1] = { ...last, count: Math.max(last.count, end - last.address) };
    } else {
      reads.push({ fn, address, count });
    }
  }
  return reads;
}
