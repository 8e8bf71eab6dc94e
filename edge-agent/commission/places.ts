/** What a technician says of which is which, held against what was found. Pure. */
import type { Places } from "@forecourt/protocol/commission/answers.ts";
import type { FoundDevice, FoundItem, FoundLine } from "@forecourt/protocol/commission/found.ts";
import type { Trouble } from "@forecourt/protocol/commission/state.ts";

/** All items that were found, in order. */
export function itemsOf(found: readonly FoundLine[]): FoundItem[] {
  return devicesOf(found).flatMap(({ items }) => items);
}

/** All devices that were found, in order. */
export function devicesOf(found: readonly FoundLine[]): FoundDevice[] {
  return found.flatMap(({ devices }) => devices);
}

/** The name that a device has in the configuration. */
export function nameOfDevice(places: Places, device: string): string {
  return places.devices.find((one) => one.device === device)?.name ?? device;
}

/** What was said of things that a new search did not find is forgotten. */
export function keepKnown(places: Places, found: readonly FoundLine[]): Places {
  const items = new Set(itemsOf(found).map(({ item }) => item));
  const devices = new Set(devicesOf(found).map(({ device }) => device));
  return {
    devices: places.devices.filter(({ device }) => devices.has(device)),
    nozzles: places.nozzles.filter(({ item }) => items.has(item)),
    tanks: places.tanks.filter(({ item }) => item === null || items.has(item)),
    seals: places.seals.filter(({ item }) => items.has(item)),
  };
}

/** The first thing that keeps a configuration from being made of this; undefined when nothing does. */
export function checkPlaces(places: Places, found: readonly FoundLine[]): Trouble | undefined {
  return unknown(places, found) ?? incomplete(places, found) ?? repeatedName(places, found) ?? loose(places, found);
}

function unknown(places: Places, found: readonly FoundLine[]): Trouble | undefined {
  const kinds = new Map(itemsOf(found).map(({ item, kind }) => [item, kind]));
  const wrong = (["nozzle", "tank", "seal"] as const).flatMap((kind) =>
    places[`${kind}s`].flatMap(({ item }) => (item === null || kinds.get(item) === kind ? [] : [`${kind} ${item}`])),
  )[0];
  return wrong === undefined
    ? undefined
    : trouble("unknown-item", `${wrong} was not found on any line`, "search the lines again, or correct the item");
}

/** Tanks and seals are named in the device's own order, so that none before the last one can be left out. */
function incomplete(places: Places, found: readonly FoundLine[]): Trouble | undefined {
  const named = new Set([...places.nozzles, ...places.tanks, ...places.seals].map(({ item }) => item));
  for (const { driver, items, device } of devicesOf(found)) {
    const missing =
      driver === "tax-port"
        ? items.find(({ item }) => !named.has(item))
        : items.find(
            ({ item }, index) => !named.has(item) && items.slice(index).some((later) => named.has(later.item)),
          );
    if (missing !== undefined) {
      const { kind, number } = missing;
      return trouble("unnamed", `${kind} ${number} of ${device} has no name`, `say which ${kind} it is`);
    }
  }
  if (places.nozzles.length + places.tanks.length + places.seals.length > 0) return undefined;
  return trouble("empty", "nothing is named yet", "say of at least one nozzle, tank or seal which it is");
}

function repeatedName(places: Places, found: readonly FoundLine[]): Trouble | undefined {
  const names = [
    ...places.nozzles.map(({ nozzle }) => nozzle),
    ...places.tanks.map(({ tank }) => tank),
    ...places.seals.map(({ seal }) => seal),
    ...devicesOf(found).map(({ device }) => nameOfDevice(places, device)),
  ];
  const items = [...places.nozzles, ...places.tanks, ...places.seals].flatMap(({ item }) =>
    item === null ? [] : [item],
  );
  const twice = [names, items].flatMap((list) => list.filter((name, index) => list.indexOf(name) < index))[0];
  return twice === undefined
    ? undefined
    : trouble("named-twice", `${twice} is named twice`, "give each nozzle, tank, seal and device its own name");
}

function loose(places: Places, found: readonly FoundLine[]): Trouble | undefined {
  const tanks = new Set(places.tanks.map(({ tank }) => tank));
  const nozzle = places.nozzles.find(({ tank }) => !tanks.has(tank));
  if (nozzle !== undefined) {
    return trouble(
      "no-tank",
      `${nozzle.nozzle} draws from ${nozzle.tank}, which is not listed`,
      "add the tank, with or without a gauge",
    );
  }
  const grades = new Map(places.tanks.map(({ tank, grade }) => [tank, grade]));
  const other = places.nozzles.find(({ tank, grade }) => grades.get(tank) !== grade);
  if (other !== undefined) {
    return trouble(
      "other-grade",
      `${other.nozzle} sells ${other.grade}, but ${other.tank} holds ${grades.get(other.tank)}`,
      "correct the grade or the tank",
    );
  }
  const things = new Set<string>([
    ...tanks,
    ...places.nozzles.map((one) => one.nozzle),
    ...devicesOf(found).map(({ device }) => nameOfDevice(places, device)),
  ]);
  const seal = places.seals.find(({ of }) => !things.has(of));
  return seal === undefined
    ? undefined
    : trouble(
        "no-such-thing",
        `${seal.seal} protects ${seal.of}, which is not there`,
        "name a device, a nozzle or a tank",
      );
}

function trouble(code: string, message: string, cure: string): Trouble {
  return { code, message, cure };
}
