/** The registry file as a schema: which stations exist, with their gateways, dispensers, tanks and seals. */
import {
  GatewayIdSchema,
  LocalNameSchema,
  NozzleSchema,
  SealSchema,
  StationIdSchema,
  TankSchema,
} from "@forecourt/protocol/ids.ts";
import { type Static, Type } from "typebox";

const closed = { additionalProperties: false } as const;
const Name = Type.String({ minLength: 1, maxLength: 100 });
const Grade = Type.String({ minLength: 1, maxLength: 20, description: "fuel, for example 92#" });

const Nozzle = Type.Object(
  {
    nozzle: NozzleSchema,
    grade: Grade,
    tank: TankSchema,
    unitPriceFen: Type.Optional(Type.Integer({ minimum: 0, maximum: 999_999, description: "price on the board" })),
    maxFlowLpm: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 500, description: "the most that the pump can give, litres a minute" }),
    ),
  },
  closed,
);

/** What an operator knows of a tank. All but the capacity may be missing; wetstock rules then learn it or say so. */
const Tank = Type.Object(
  {
    tank: TankSchema,
    grade: Grade,
    capacityL: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    diameterMm: Type.Optional(Type.Integer({ minimum: 500, maximum: 6_000 })),
    lengthMm: Type.Optional(Type.Integer({ minimum: 500, maximum: 30_000 })),
    gaugeStepUm: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_000, description: "smallest step of the level that the gauge tells" }),
    ),
    chart: Type.Optional(
      Type.Array(
        Type.Object(
          {
            levelUm: Type.Integer({ minimum: 0, maximum: 10_000_000 }),
            volumeCl: Type.Integer({ minimum: 0, maximum: 100_000_000 }),
          },
          closed,
        ),
        { minItems: 2, maxItems: 1_024, description: "strapping table, levels and volumes rising" },
      ),
    ),
  },
  closed,
);

const Station = Type.Object(
  {
    id: StationIdSchema,
    nameZh: Name,
    nameEn: Name,
    county: Name,
    gateways: Type.Array(
      Type.Object(
        { id: GatewayIdSchema, publicKey: Type.String({ pattern: "^[A-Za-z0-9+/]+=*$", description: "base64 SPKI" }) },
        closed,
      ),
      { maxItems: 8, description: "those that were not enrolled with a code" },
    ),
    dispensers: Type.Array(
      Type.Object({ device: LocalNameSchema, nozzles: Type.Array(Nozzle, { minItems: 1, maxItems: 16 }) }, closed),
      { maxItems: 64 },
    ),
    tanks: Type.Array(Tank, { maxItems: 32 }),
    seals: Type.Array(
      Type.Object({ seal: SealSchema, place: Name, of: Type.Union([LocalNameSchema, TankSchema]) }, closed),
      { maxItems: 500 },
    ),
  },
  closed,
);

export const RegistrySchema = Type.Object({ stations: Type.Array(Station, { maxItems: 10_000 }) }, closed);

export type StationEntry = Static<typeof Station>;
export type RegistryFile = Static<typeof RegistrySchema>;
