/**
 * Pure steps that bring a live event into data already loaded. Each returns a new value; a repeat changes nothing.
 */
import type { Flag, Sale, SealStatus, StationDetail, StationSummary, TankLevel } from "../../../api/schemas.ts";

/** A sale's name on the page: gateway and seq name a record for ever. */
export function saleKey(sale: Pick<Sale, "gateway" | "seq">): string {
  return `${sale.gateway}-${sale.seq}`;
}

/**
 * Sales of two lists as one, newest first, without repeats.
 * @param limit how many to keep, at least 1
 */
export function mergeSales(one: readonly Sale[], other: readonly Sale[], limit: number): Sale[] {
  const byKey = new Map([...one, ...other].map((sale) => [saleKey(sale), sale]));
  return [...byKey.values()].sort(newestSaleFirst).slice(0, limit);
}

function newestSaleFirst(a: Sale, b: Sale): number {
  return Date.parse(b.at) - Date.parse(a.at) || b.seq - a.seq;
}

/**
 * Readings of two lists of one tank as one, oldest first, without repeats.
 * @param limit how many of the newest to keep, at least 1
 */
export function mergeLevels(one: readonly TankLevel[], other: readonly TankLevel[], limit: number): TankLevel[] {
  const byKey = new Map([...one, ...other].map((level) => [`${level.gateway}-${level.seq}`, level]));
  return [...byKey.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.seq - b.seq).slice(-limit);
}

/**
 * Puts a flag into a list, newest `until` first; an older form of it makes way.
 * @param keep whether the list takes this flag at all; one that no longer fits leaves it
 */
export function mergeFlag(flags: readonly Flag[], flag: Flag, keep: (flag: Flag) => boolean, limit: number): Flag[] {
  const rest = flags.filter((other) => other.id !== flag.id);
  const all = keep(flag) ? [flag, ...rest] : rest;
  return all.sort((a, b) => Date.parse(b.until) - Date.parse(a.until)).slice(0, limit);
}

/** Replaces a station's summary; a station not in the list is added. */
export function mergeStation(stations: readonly StationSummary[], station: StationSummary): StationSummary[] {
  const known = stations.some((other) => other.id === station.id);
  return known ? stations.map((other) => (other.id === station.id ? station : other)) : [...stations, station];
}

/** Brings a sale to its nozzle: grand totals and last sale, unless a newer one is already there. */
export function detailWithSale(detail: StationDetail, sale: Sale): StationDetail {
  const dispensers = detail.dispensers.map((dispenser) =>
    dispenser.device !== sale.device
      ? dispenser
      : {
          ...dispenser,
          nozzles: dispenser.nozzles.map((nozzle) =>
            nozzle.nozzle !== sale.nozzle || !isNewer(sale, nozzle.lastSale)
              ? nozzle
              : {
                  ...nozzle,
                  unitPriceFen: sale.unitPriceFen ?? nozzle.unitPriceFen,
                  totalVolumeCl: sale.totalVolumeCl,
                  totalAmountFen: sale.totalAmountFen,
                  lastSale: sale,
                },
          ),
        },
  );
  return { ...detail, dispensers };
}

/** Brings a reading to its tank, unless a newer one is already there. */
export function detailWithLevel(detail: StationDetail, level: TankLevel): StationDetail {
  const tanks = detail.tanks.map((tank) =>
    tank.tank === level.tank && isNewer(level, tank.latest) ? { ...tank, latest: level } : tank,
  );
  return { ...detail, tanks };
}

/** Replaces a seal's status; a seal not in the list is added. */
export function detailWithSeal(detail: StationDetail, seal: SealStatus): StationDetail {
  const known = detail.seals.some((other) => other.seal === seal.seal);
  const seals = known
    ? detail.seals.map((other) => (other.seal === seal.seal ? seal : other))
    : [...detail.seals, seal];
  return { ...detail, seals };
}

function isNewer(record: { gateway: string; seq: number; at: string }, known: typeof record | null): boolean {
  if (known === null) return true;
  return record.gateway === known.gateway ? record.seq > known.seq : Date.parse(record.at) >= Date.parse(known.at);
}
