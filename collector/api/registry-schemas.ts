/** What the API says of the registry, as schemas. Entries are those of registry/schema.ts, whatever way they take. */
import { type Static, Type } from "typebox";
import { CHANGE_KINDS, CHANGE_STATES } from "../registry/change.ts";
import { PARTS } from "../registry/history.ts";
import { ChartSchema, DispenserSchema, STATION_STATUSES, StationSchema } from "../registry/schema.ts";
import { TABLE_NAMES } from "../registry/sheets/tables.ts";
import { Int, Nullable, Time } from "./schemas.ts";

const oneOf = <const Names extends readonly string[]>(names: Names) =>
  Type.Unsafe<Names[number]>(Type.Enum([...names]));
const Text = Type.Object({ zh: Type.String(), en: Type.String() });
const MaybeText = Nullable(Type.String());

export const RegistryRowSchema = Type.Object({
  id: Type.String(),
  nameZh: Type.String(),
  nameEn: Type.String(),
  county: Type.String(),
  status: oneOf(STATION_STATUSES),
  creditCode: MaybeText,
  owner: MaybeText,
  brand: MaybeText,
  licenceNumber: MaybeText,
  licenceUntil: MaybeText,
  dispensers: Int,
  nozzles: Int,
  tanks: Int,
  seals: Int,
  gateways: Type.Array(Type.String()),
  version: Int,
  changedAt: Time,
});

export const RegistryEntrySchema = Type.Object({
  version: Type.Integer({ description: "also the ETag, in quotes" }),
  from: Nullable(Time),
  changedAt: Time,
  by: Type.String(),
  why: Type.String(),
  gateways: Type.Array(Type.String(), { description: "trusted now, those that enrolled among them" }),
  entry: StationSchema,
});

export const RegistryVersionSchema = Type.Object({
  version: Int,
  from: Nullable(Time),
  changedAt: Time,
  by: Type.String(),
  why: Type.String(),
  change: MaybeText,
  changes: Type.Array(
    Type.Object({
      part: oneOf(PARTS),
      name: Type.String(),
      field: MaybeText,
      before: MaybeText,
      after: MaybeText,
    }),
  ),
});

const figures = {
  county: Type.String(),
  stations: Int,
  withGateway: Int,
  live: Int,
  dispensers: Int,
  dispensersCovered: Int,
  tanks: Int,
  tanksCovered: Int,
  complete: Int,
};
export const CoverageSchema = Type.Object({
  at: Time,
  counties: Type.Array(Type.Object(figures)),
  total: Type.Object(figures),
});

const RowErrorSchema = Type.Object({
  sheet: Type.String(),
  table: Nullable(oneOf(TABLE_NAMES)),
  line: Type.Integer({ description: "line of the sheet, 1-based; the header's for the sheet as a whole" }),
  column: MaybeText,
  value: MaybeText,
  message: Text,
  cure: Text,
});

export const ImportReportSchema = Type.Object({
  dryRun: Type.Boolean(),
  applied: Type.Boolean({ description: "whether the registry has changed" }),
  rows: Int,
  good: Int,
  refused: Int,
  stations: Type.Object({
    added: Type.Array(Type.String()),
    changed: Type.Array(Type.String()),
    unchanged: Type.Array(Type.String()),
  }),
  errorCount: Int,
  errors: Type.Array(RowErrorSchema, { description: "the first of them" }),
});

export const ChangePlanSchema = Type.Object(
  {
    dispenser: Type.Optional(DispenserSchema),
    sealNumber: Type.Optional(
      Type.String({ minLength: 1, maxLength: 50, description: "of the seal put on after the work" }),
    ),
    chart: Type.Optional(ChartSchema),
  },
  { additionalProperties: false, description: "what will stand there after the work" },
);

const ActSchema = Type.Object({ by: Type.String(), at: Time });

export const ChangeSchema = Type.Object({
  id: Type.String(),
  station: Type.String(),
  kind: oneOf(CHANGE_KINDS),
  subject: Type.String(),
  workOrder: Type.String(),
  from: Time,
  until: Time,
  why: Type.String(),
  plan: ChangePlanSchema,
  state: oneOf(CHANGE_STATES),
  filed: ActSchema,
  decision: Nullable(Type.Object({ by: Type.String(), at: Time, why: Type.String() })),
  done: Nullable(Type.Object({ by: Type.String(), at: Time, toldAt: Time })),
});

export type FiledChangeView = Static<typeof ChangeSchema>;
export type RegistryRow = Static<typeof RegistryRowSchema>;
export type RegistryEntry = Static<typeof RegistryEntrySchema>;
export type RegistryVersion = Static<typeof RegistryVersionSchema>;
export type Coverage = Static<typeof CoverageSchema>;
export type ImportResult = Static<typeof ImportReportSchema>;
