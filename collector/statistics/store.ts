/** What keeps the sums: they are added to as batches are stored, and asked for by the screens. */
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import type { SeenRecord } from "../rules/rule.ts";
import type { DaySpan } from "./spans.ts";
import type { CountedLevel, SaleSum, Sums } from "./sums.ts";

/** A stored batch that is not summed yet. */
export interface UnsummedBatch {
  /** id of the rules' input, which rises with every batch */
  id: number;
  gateway: GatewayId;
  station: string;
  /** the sales and tank readings of the batch; read only when asked */
  records: () => SeenRecord[];
}

/** What sums are asked by. `hour` is one of all hours, `hourOfDay` one of 24. */
export type TimeStep = "hour" | "day" | "month" | "hourOfDay";

export interface SaleQuestion {
  span: DaySpan;
  /** all stations that may be seen, or those that are asked for */
  stations: readonly string[];
  grades?: readonly string[] | undefined;
  step?: TimeStep | undefined;
  /** keep stations, grades, nozzles apart */
  perStation: boolean;
  perGrade: boolean;
  /** needs `perStation`; not with the steps `hour` and `hourOfDay` */
  perNozzle: boolean;
}

export interface SaleFigure extends SaleSum {
  /** start of the hour in epoch ms, local day, month as year × 12 + month, or hour of the day; null without a step */
  at: number | null;
  station: string | null;
  grade: string | null;
  nozzle: string | null;
}

export interface TankHour extends CountedLevel {
  hourMs: number;
  readings: number;
  lowUm: number;
  highUm: number;
}

/** Where a day's sums and the stored sales differ. */
export interface Difference {
  station: string;
  day: number;
  summed: Pick<SaleSum, "sales" | "volumeCl" | "amountFen">;
  stored: Pick<SaleSum, "sales" | "volumeCl" | "amountFen">;
}

export interface StatisticsStore {
  /** Batches that are not summed yet, in the order in which they were stored, and the batch after which they stand. */
  unsummed(limit: number): Promise<{ after: number; batches: UnsummedBatch[] }>;
  /**
   * Adds the sums of the batches behind `after` up to `until`, in one transaction with the place up to which all is summed.
   * @returns false, and nothing is added, when another process has summed them or forgot the sums meanwhile
   */
  add(sums: Sums, after: number, until: number): Promise<boolean>;
  /** Forgets all sums, so that they are made anew from the stored records. */
  clear(): Promise<void>;
  /** Before this moment sales may have been removed by policy: sums cannot be made anew, nor compared; 0: none were. */
  thinnedUntilMs(): Promise<number>;
  /** Compares the sums of days, and those of hours and nozzles, with the stored sales, as far back as these go. */
  differences(): Promise<Difference[]>;
  sales(question: SaleQuestion): Promise<SaleFigure[]>;
  tankHours(station: string, tank: string | undefined, fromMs: number, untilMs: number): Promise<TankHour[]>;
}
