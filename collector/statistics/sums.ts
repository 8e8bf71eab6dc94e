/** Sales and tank readings summed by hour and day of the station, as they are added to the tables of statistics. */
import { localDay, ZONE_MS } from "../wetstock/local-day.ts";

const HOUR_MS = 3_600_000;

/** A sale as statistics see it. Every sale counts; what cannot be trusted is counted a second time beside. */
export interface CountedSale {
  station: string;
  nozzle: string;
  /** as registered when the fuel was sold; empty when the nozzle is not registered */
  grade: string;
  /** epoch ms */
  atMs: number;
  volumeCl: number;
  amountFen: number;
  trusted: boolean;
}

/** A tank reading that can be trusted. */
export interface CountedLevel {
  station: string;
  tank: string;
  /** epoch ms */
  atMs: number;
  levelUm: number;
  volumeCl: number | null;
  temperatureMc: number | null;
}

export interface SaleSum {
  sales: number;
  volumeCl: number;
  amountFen: number;
  untrustedSales: number;
  untrustedVolumeCl: number;
}

/** One row to be added to a table: where it belongs, and how much. */
export interface KeyedSum extends SaleSum {
  key: readonly (string | number)[];
}

/** The readings of one tank in one hour: the last one, and between which levels it moved. */
export interface LevelSum extends CountedLevel {
  /** start of the hour, epoch ms */
  hourMs: number;
  readings: number;
  lowUm: number;
  highUm: number;
}

/** The tables of summed sales with the columns that a row is found by. */
export const SALE_TABLES = {
  sale_hour: ["station", "hour_ms", "grade"],
  sale_day: ["day", "station", "grade"],
  nozzle_day: ["station", "nozzle", "day", "grade"],
  sale_profile: ["month", "hour", "station", "grade"],
} as const;

export type SaleTable = keyof typeof SALE_TABLES;

/** Start of the hour in which a moment lies. Zones of whole hours only, as the station's is. */
export const hourStart = (atMs: number): number => Math.floor(atMs / HOUR_MS) * HOUR_MS;

/** Hour of the station's day, 0 to 23. */
export const hourOfDay = (atMs: number): number => Math.floor((atMs + ZONE_MS) / HOUR_MS) % 24;

/** Months since January of year 0, so that they can be counted and compared: year × 12 + month (0 to 11). */
export function monthOf(day: number): number {
  const date = new Date(day * 86_400_000);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** The first local day of a month. */
export const firstDayOf = (month: number): number =>
  Math.floor(Date.UTC(Math.floor(month / 12), month % 12, 1) / 86_400_000);

const NOTHING: SaleSum = { sales: 0, volumeCl: 0, amountFen: 0, untrustedSales: 0, untrustedVolumeCl: 0 };

/** What a number of records adds to each table. */
export class Sums {
  readonly #tables = new Map<SaleTable, Map<string, KeyedSum>>();
  readonly #levels = new Map<string, LevelSum>();
  #monthDay = Number.NaN;
  #month = 0;

  addSale(sale: CountedSale): void {
    const { station, nozzle, grade, atMs } = sale;
    const day = localDay(atMs);
    // Sales come in their order: the day is mostly that of the sale before.
    if (day !== this.#monthDay) {
      this.#monthDay = day;
      this.#month = monthOf(day);
    }
    this.#add("sale_hour", [station, hourStart(atMs), grade], sale);
    this.#add("sale_day", [day, station, grade], sale);
    this.#add("nozzle_day", [station, nozzle, day, grade], sale);
    this.#add("sale_profile", [this.#month, hourOfDay(atMs), station, grade], sale);
  }

  addLevel(level: CountedLevel): void {
    const hourMs = hourStart(level.atMs);
    const key = `${level.station} ${level.tank} ${hourMs}`;
    const before = this.#levels.get(key);
    if (before === undefined) {
      const { levelUm } = level;
      this.#levels.set(key, { ...level, hourMs, readings: 1, lowUm: levelUm, highUm: levelUm });
      return;
    }
    before.readings += 1;
    before.lowUm = Math.min(before.lowUm, level.levelUm);
    before.highUm = Math.max(before.highUm, level.levelUm);
    if (level.atMs >= before.atMs) Object.assign(before, level);
  }

  sales(table: SaleTable): Iterable<KeyedSum> {
    return this.#tables.get(table)?.values() ?? [];
  }

  levels(): Iterable<LevelSum> {
    return this.#levels.values();
  }

  #add(table: SaleTable, key: readonly (string | number)[], { volumeCl, amountFen, trusted }: CountedSale): void {
    const rows = this.#tables.get(table) ?? new Map<string, KeyedSum>();
    this.#tables.set(table, rows);
    const text = key.join(" ");
    const row = rows.get(text) ?? { key, ...NOTHING };
    rows.set(text, row);
    row.sales += 1;
    row.volumeCl += volumeCl;
    row.amountFen += amountFen;
    if (trusted) return;
    row.untrustedSales += 1;
    row.untrustedVolumeCl += volumeCl;
  }
}
