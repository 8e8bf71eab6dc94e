/**
 * Filings: what people file with the collector about a station, so that a rule knows the honest ones. A waybill
 * announces fuel, a work order covers a change for a time, a price list says what the board shows, an area price what the
 * county's stations ask on the median, an inspection says when somebody was there. They reach the collector by its API or as lines of a file, one JSON object each.
 */
import { type Static, Type } from "typebox";
import { StationIdSchema, TankSchema } from "../ids.ts";
import { TIME_PATTERN } from "../time.ts";

const closed = { additionalProperties: false } as const;
const Time = Type.String({ pattern: TIME_PATTERN });
const Id = Type.String({ pattern: "^[A-Za-z0-9_-]{1,40}$" });
const Grade = Type.String({ minLength: 1, maxLength: 20, description: "fuel, for example 92#" });

/** Changes that a work order can cover. `subject` is a nozzle, tax port, tank, gauge, seal, gateway or `station`. */
export const WORK_ORDER_CHANGES = [
  "board-replaced",
  "total-reset",
  "meter-recalibrated",
  "seal-service",
  "gauge-service",
  "chart-changed",
  "tank-cleaned",
  "fuel-moved",
  "cabinet-opened",
  "gateway-replaced",
  "configuration-changed",
  "station-closed",
] as const;
export type WorkOrderChange = (typeof WORK_ORDER_CHANGES)[number];

const header = {
  id: Id,
  station: StationIdSchema,
  at: Type.Unsafe<string>({ ...Time, description: "when it was filed" }),
};

export const WaybillSchema = Type.Object(
  {
    ...header,
    filing: Type.Literal("waybill"),
    tank: TankSchema,
    grade: Grade,
    volumeCl: Type.Integer({ minimum: 1, maximum: 10_000_000, description: "as loaded, ambient" }),
    tanker: Type.String({ minLength: 1, maxLength: 20 }),
    expectedFrom: Time,
    expectedUntil: Time,
  },
  closed,
);

export const WorkOrderSchema = Type.Object(
  {
    ...header,
    filing: Type.Literal("work-order"),
    change: Type.Unsafe<WorkOrderChange>(Type.Enum([...WORK_ORDER_CHANGES])),
    subject: Type.String({ minLength: 1, maxLength: 40 }),
    from: Time,
    until: Time,
  },
  closed,
);

export const PriceSchema = Type.Object(
  {
    ...header,
    filing: Type.Literal("price"),
    grade: Grade,
    unitPriceFen: Type.Integer({ minimum: 1, maximum: 999_999 }),
    from: Time,
  },
  closed,
);

export const AreaPriceSchema = Type.Object(
  {
    ...header,
    filing: Type.Literal("area-price"),
    grade: Grade,
    medianFen: Type.Integer({ minimum: 1, maximum: 999_999, description: "what the stations of the county ask" }),
    stations: Type.Integer({ minimum: 1, maximum: 100_000, description: "of how many it is the median" }),
    from: Time,
  },
  closed,
);

export const InspectionSchema = Type.Object(
  { ...header, filing: Type.Literal("inspection"), from: Time, until: Time },
  closed,
);

export const filingSchemas = {
  waybill: WaybillSchema,
  "work-order": WorkOrderSchema,
  price: PriceSchema,
  "area-price": AreaPriceSchema,
  inspection: InspectionSchema,
};

export type Waybill = Static<typeof WaybillSchema>;
export type WorkOrder = Static<typeof WorkOrderSchema>;
export type Price = Static<typeof PriceSchema>;
export type AreaPrice = Static<typeof AreaPriceSchema>;
export type Inspection = Static<typeof InspectionSchema>;
export type Filing = Waybill | WorkOrder | Price | AreaPrice | Inspection;
