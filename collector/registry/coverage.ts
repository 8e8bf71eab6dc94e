/**
 * How far a county's stations are equipped: which have a gateway, which are heard, and of which dispensers and tanks
 * anything has ever come. The regulation (Art. 10(5)) wants all of them. Pure.
 */
import type { StationEntry } from "./schema.ts";
import type { Heard } from "./store.ts";

export interface CountyCoverage {
  county: string;
  /** stations in service or suspended; closed ones are left out of all figures */
  stations: number;
  withGateway: number;
  /** heard within the time that counts as live */
  live: number;
  dispensers: number;
  /** of which a nozzle has told something since it was installed */
  dispensersCovered: number;
  tanks: number;
  /** of which a gauge has told a level */
  tanksCovered: number;
  /** stations whose dispensers and tanks are all covered */
  complete: number;
}

/**
 * @param stations those that the reader may see
 * @param liveSinceMs a station that was heard after this is live, epoch ms
 * @returns one row a county, by name
 */
export function coverageOf(
  stations: readonly StationEntry[],
  { gatewaysOf }: { gatewaysOf: (station: string) => readonly string[] },
  heard: Heard,
  liveSinceMs: number,
): CountyCoverage[] {
  const inBusiness = stations.filter(({ status }) => status !== "closed");
  const counties = Map.groupBy(inBusiness, ({ county }) => county);
  return [...counties]
    .map(([county, own]) => {
      const row = nothing(county);
      for (const station of own) count(row, station, { gateways: gatewaysOf(station.id).length, heard, liveSinceMs });
      return row;
    })
    .sort((a, b) => a.county.localeCompare(b.county, "zh-CN"));
}

/** The sum of all counties. */
export function totalCoverage(rows: readonly CountyCoverage[], name: string): CountyCoverage {
  const total = nothing(name);
  for (const row of rows) {
    for (const key of Object.keys(total) as (keyof CountyCoverage)[]) if (key !== "county") total[key] += row[key];
  }
  return total;
}

function nothing(county: string): CountyCoverage {
  const zero = { stations: 0, withGateway: 0, live: 0, dispensers: 0, dispensersCovered: 0 };
  return { county, ...zero, tanks: 0, tanksCovered: 0, complete: 0 };
}

function count(
  row: CountyCoverage,
  { id, dispensers, tanks }: StationEntry,
  { gateways, heard, liveSinceMs }: { gateways: number; heard: Heard; liveSinceMs: number },
): void {
  const coveredDispensers = dispensers.filter(({ nozzles }) =>
    nozzles.some(({ nozzle }) => heard.nozzles.has(`${id}\n${nozzle}`)),
  ).length;
  const coveredTanks = tanks.filter(({ tank }) => heard.tanks.has(`${id}\n${tank}`)).length;
  const isWhole = coveredDispensers === dispensers.length && coveredTanks === tanks.length;
  row.stations += 1;
  row.withGateway += gateways > 0 ? 1 : 0;
  row.live += (heard.stations.get(id) ?? Number.NEGATIVE_INFINITY) >= liveSinceMs ? 1 : 0;
  row.dispensers += dispensers.length;
  row.dispensersCovered += coveredDispensers;
  row.tanks += tanks.length;
  row.tanksCovered += coveredTanks;
  row.complete += isWhole && dispensers.length + tanks.length > 0 ? 1 : 0;
}
