/**
 * Turns the decoded points of a profile into observations of tanks and seals. The points are known by these names:
 * level, waterLevel, temperature, volume, standardVolume, waterVolume, ullage, status for a tank; state, tamperCount,
 * openCount, battery, serial for a seal.
 */
import type { PointValue } from "@forecourt/protocol/profiles/decode.ts";
import { placePoints } from "@forecourt/protocol/profiles/layout.ts";
import type { DeviceProfile, ItemKind } from "@forecourt/protocol/profiles/schema.ts";
import type { Quality } from "@forecourt/protocol/records/schema.ts";
import type { Observation, SealObservation, TankObservation } from "../observation.ts";

/** Our name of each item by its number in the device. */
export type ItemNames = Partial<Record<ItemKind, ReadonlyMap<number, string>>>;

/** An answer as it came, and which registers it holds. */
export interface RawRead {
  fn: number;
  address: number;
  count: number;
  hex: string;
}

/** Room for answers and for a serial number in a record: a profile may describe more than fits. */
const MAX_RAW = 8;
const MAX_SERIAL = 16;

export interface ObservedDevice {
  device: string;
  profile: DeviceProfile;
  items: ItemNames;
}

/** What an observation is made of. Other points of a profile serve its conditions and are not recorded. */
const RECORDED: Record<ItemKind, ReadonlySet<string>> = {
  tank: new Set("level waterLevel temperature volume standardVolume waterVolume ullage status".split(" ")),
  seal: new Set(["state", "tamperCount", "openCount", "battery", "serial"]),
};

/** @returns one observation for each configured tank and seal, each with the answers that hold its registers */
export function observe(
  { device, profile, items }: ObservedDevice,
  values: readonly PointValue[],
  raws: readonly RawRead[],
): Observation[] {
  const observations: Observation[] = [];
  for (const kind of ["tank", "seal"] as const) {
    for (const [number, name] of items[kind] ?? []) {
      const points = new Map(
        values
          .filter(({ item, point }) => item?.kind === kind && item.number === number && RECORDED[kind].has(point))
          .map((value) => [value.point, value] as const),
      );
      const raw = rawOf(profile, { kind, number }, raws);
      observations.push(kind === "tank" ? tank(device, name, points, raw) : seal(device, name, points, raw));
    }
  }
  return observations;
}

type Points = ReadonlyMap<string, PointValue>;

function tank(device: string, name: string, points: Points, raw: string[]): TankObservation {
  return {
    point: "tank",
    device,
    tank: name,
    levelUm: integer(points, "level"),
    waterLevelUm: integer(points, "waterLevel"),
    temperatureMc: integer(points, "temperature"),
    volumeCl: integer(points, "volume"),
    standardVolumeCl: integer(points, "standardVolume"),
    waterVolumeCl: integer(points, "waterVolume"),
    ullageCl: integer(points, "ullage"),
    alarms: names(points, "status"),
    ...trust(points),
    raw,
  };
}

function seal(device: string, name: string, points: Points, raw: string[]): SealObservation {
  return {
    point: "seal",
    device,
    seal: name,
    state: text(points, "state"),
    tamperCount: integer(points, "tamperCount"),
    openCount: integer(points, "openCount"),
    batteryPercent: percent(integer(points, "battery")),
    serial: text(points, "serial")?.slice(0, MAX_SERIAL) ?? null,
    ...trust(points),
    raw,
  };
}

/** The worst quality among the points, and which point has it: a value that cannot be trusted says so. */
function trust(points: Points): { quality: Quality; reason: string | null } {
  for (const { point, quality } of points.values()) {
    if (quality === "out-of-range" || quality === "unknown-code") {
      return { quality: "out-of-range", reason: `${point}: ${quality}` };
    }
  }
  const missing = [...points.values()].filter(({ quality }) => quality !== "good").map(({ point }) => point);
  return missing.length === 0
    ? { quality: "good", reason: null }
    : { quality: "missing", reason: `no value for ${missing.join(", ")}`.slice(0, 200) };
}

function integer(points: Points, name: string): number | null {
  const value = points.get(name)?.value;
  return typeof value === "number" ? value : null;
}

/** A charge beyond 100 is no charge; that it was stated is said by the quality, and stands in the raw answer. */
function percent(value: number | null): number | null {
  return value !== null && value >= 0 && value <= 100 ? value : null;
}

function text(points: Points, name: string): string | null {
  const value = points.get(name)?.value;
  return typeof value === "string" ? value : null;
}

function names(points: Points, name: string): string[] {
  const value = points.get(name)?.value;
  return Array.isArray(value) ? value : [];
}

function rawOf(profile: DeviceProfile, item: { kind: ItemKind; number: number }, raws: readonly RawRead[]): string[] {
  const places = placePoints(profile, { [item.kind]: [item.number] }).filter((place) => place.item !== undefined);
  const holds = (raw: RawRead) =>
    places.some(
      ({ fn, address, count }) => fn === raw.fn && address < raw.address + raw.count && raw.address < address + count,
    );
  return raws
    .filter(holds)
    .slice(0, MAX_RAW)
    .map(({ hex }) => hex);
}
