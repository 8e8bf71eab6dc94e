/** What the API says of gateways and devices, and of the reconciliation of tanks. */
import { type Static, Type } from "typebox";
import { HealthSchema } from "./equipment-schemas.ts";
import { Int, Nullable, StationStateSchema, Time } from "./schemas.ts";

const Text = Nullable(Type.String());
const one = <const Names extends readonly string[]>(names: Names) => Type.Unsafe<Names[number]>(Type.Enum([...names]));

export const DeviceSchema = Type.Object({
  device: Type.String(),
  kind: one(["tax-port", "other"]),
  link: one(["up", "down", "unknown"]),
  linkSince: Nullable(Time),
  linkReason: Text,
  model: Text,
  serial: Text,
  software: Text,
  clockOffsetMs: Nullable(Int),
});

export const GatewayViewSchema = Type.Object(
  {
    gateway: Type.String(),
    station: Type.String(),
    county: Type.String(),
    state: StationStateSchema,
    lastHeardAt: Nullable(Time),
    lastSeq: Int,
    unacknowledged: Nullable(Type.Integer({ description: "records that it had yet to send when it was last heard" })),
    version: Text,
    versionApprovedBy: Nullable(Type.String({ description: "who approved this program; null: nobody" })),
    configSha256: Text,
    configSince: Nullable(Time),
    configApprovedBy: Nullable(Type.String({ description: "who approved this configuration; null: nobody" })),
    certificateUntil: Nullable(Time),
    health: Nullable(HealthSchema),
    devices: Type.Array(DeviceSchema),
  },
  { $id: "GatewayView" },
);

export const ReconciliationSchema = Type.Object(
  {
    tank: Type.String(),
    grade: Type.String(),
    day: Type.String({ description: "YYYY-MM-DD" }),
    openingCl: Nullable(Int),
    deliveries: Int,
    deliveredCl: Nullable(Int),
    soldCl: Int,
    closingCl: Nullable(Int),
    differenceCl: Nullable(
      Type.Integer({ description: "closing − opening − delivered + sold: below zero fuel is missing" }),
    ),
  },
  { $id: "Reconciliation" },
);

export type DeviceView = Static<typeof DeviceSchema>;
export type GatewayView = Static<typeof GatewayViewSchema>;
export type Reconciliation = Static<typeof ReconciliationSchema>;
