/** What the API says of sums: schemas for the answers, types for the screens. */
import { type Static, Type } from "typebox";
import { Int, Nullable, Time } from "./schemas.ts";

const sums = {
  sales: Int,
  volumeCl: Int,
  amountFen: Int,
  untrustedSales: Type.Integer({ description: "of these, sales that are not certain" }),
  untrustedVolumeCl: Int,
};

export const SaleSumSchema = Type.Object(sums, { $id: "SaleSum" });

export const SaleFigureSchema = Type.Object(
  {
    at: Nullable(
      Type.String({ description: "hour (RFC 3339), YYYY-MM-DD, YYYY-MM, YYYY, or hour of the day 00 to 23" }),
    ),
    station: Nullable(Type.String()),
    county: Nullable(Type.String()),
    brand: Nullable(Type.String({ description: "empty: the registry does not say it" })),
    grade: Nullable(Type.String({ description: "empty: the nozzle is not registered" })),
    nozzle: Nullable(Type.String()),
    ...sums,
  },
  { $id: "SaleFigure" },
);

export const SaleStatisticsSchema = Type.Object(
  { from: Type.String(), to: Type.String(), total: SaleSumSchema, items: Type.Array(SaleFigureSchema) },
  { $id: "SaleStatistics" },
);

export const TankHourSchema = Type.Object(
  {
    tank: Type.String(),
    at: Time,
    readings: Int,
    lowUm: Int,
    highUm: Int,
    levelUm: Type.Integer({ description: "last of the hour" }),
    volumeCl: Nullable(Int),
    temperatureMc: Nullable(Int),
  },
  { $id: "TankHour" },
);

export const OutlierSchema = Type.Object(
  {
    station: Type.String(),
    volumeCl: Int,
    beforeCl: Type.Integer({ description: "volume of the span of the same length before" }),
    changePermille: Nullable(Int),
    scoreMilli: Nullable(
      Type.Integer({
        description: "how far the change lies from that of the others, in thousandths of their usual scatter",
      }),
    ),
  },
  { $id: "Outlier" },
);

/** A view that somebody keeps. */
export const SavedViewSchema = Type.Object(
  {
    id: Type.String(),
    page: Type.Unsafe<"flags" | "statistics">(Type.Enum(["flags", "statistics"])),
    name: Type.String(),
    query: Type.String({ description: "the page's address behind the question mark" }),
    by: Type.String({ description: "who keeps it" }),
    shared: Type.Boolean(),
    mine: Type.Boolean(),
  },
  { $id: "SavedView" },
);

export type SavedView = Static<typeof SavedViewSchema>;
export type SaleStatistics = Static<typeof SaleStatisticsSchema>;
export type Outlier = Static<typeof OutlierSchema>;

/** What stands in the picture of a chart: who took it, and under which number of the audit log. */
export const PictureMarkSchema = Type.Object({ id: Type.String(), words: Type.Array(Type.String()) });
