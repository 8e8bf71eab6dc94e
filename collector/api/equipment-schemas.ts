/** What the API says of deliveries, devices, charts, health, commands, and of rules that could not tell. */
import { type RecordOf, recordSchemas } from "@forecourt/protocol/records/schema.ts";
import { type Static, type TSchema, Type } from "typebox";
import { Int, Nullable, Time } from "./schemas.ts";

const TankMoment = Type.Object({
  levelUm: Nullable(Int),
  waterLevelUm: Nullable(Int),
  temperatureMc: Nullable(Int),
  volumeCl: Nullable(Int),
});

export const DeliverySchema = Type.Object(
  {
    gateway: Type.String(),
    seq: Int,
    station: Type.String(),
    device: Type.String(),
    tank: Type.String(),
    basis: Type.String({ description: "gauge-report: as the gauge says; level: as its level shows" }),
    startedAt: Time,
    endedAt: Time,
    start: TankMoment,
    end: TankMoment,
    volumeCl: Nullable(Int),
    quality: Type.String(),
    reason: Nullable(Type.String()),
  },
  { $id: "Delivery" },
);

/** A record of a journal as the API shows it: without the journal's own fields and raw frames, with where it stands. */
function shown<const Kind extends "device" | "chart" | "health" | "command">(kind: Kind) {
  const hidden = ["seq", "gateway", "at", "boot", "monoMs", "clock", "kind", "raw"];
  const { properties } = recordSchemas[kind] as { properties: Record<string, TSchema> };
  const own = Object.fromEntries(Object.entries(properties).filter(([name]) => !hidden.includes(name)));
  const place = { gateway: Type.String(), seq: Int, at: Time };
  return Type.Unsafe<Omit<RecordOf<Kind>, "boot" | "monoMs" | "clock" | "kind" | "raw">>(
    Type.Object({ ...place, ...own }),
  );
}
export const DeviceIdentitySchema = shown("device");
export const ChartSchema = shown("chart");
export const HealthSchema = shown("health");
export const CommandSchema = shown("command");

export const EquipmentSchema = Type.Object(
  {
    devices: Type.Array(DeviceIdentitySchema, { description: "who each gauge and hub says it is" }),
    charts: Type.Array(ChartSchema, { description: "the strapping table of each tank" }),
    health: Type.Array(HealthSchema, { description: "how each gateway fares" }),
  },
  { $id: "Equipment" },
);

export const UnknownVerdictSchema = Type.Object(
  {
    station: Type.String(),
    rule: Type.String(),
    subject: Type.String(),
    reason: Type.String({ description: "what was missing, the last time" }),
    first: Time,
    last: Time,
    times: Int,
  },
  { $id: "UnknownVerdict" },
);

export type Delivery = Static<typeof DeliverySchema>;
export type UnknownVerdict = Static<typeof UnknownVerdictSchema>;
