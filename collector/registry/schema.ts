/**
 * A station's registry entry as a schema: who runs it, where it stands, and its gateways, dispensers, tanks and seals.
 * The same for the file that seeds a registry, the database, imports and the API.
 */
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
const Plain = (most: number, description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: most, description }));
const Day = (description: string) =>
  Type.Optional(Type.String({ pattern: "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", description }));
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

export const ChartSchema = Type.Array(
  Type.Object(
    {
      levelUm: Type.Integer({ minimum: 0, maximum: 10_000_000 }),
      volumeCl: Type.Integer({ minimum: 0, maximum: 100_000_000 }),
    },
    closed,
  ),
  { minItems: 2, maxItems: 10_000, description: "strapping table, levels and volumes rising" },
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
    chart: Type.Optional(ChartSchema),
  },
  closed,
);

export const DispenserSchema = Type.Object(
  {
    device: LocalNameSchema,
    maker: Plain(50, "maker"),
    model: Plain(50, "model"),
    serial: Plain(50, "the maker's serial number"),
    verifiedUntil: Day("last day of its metrological verification"),
    nozzles: Type.Array(Nozzle, { minItems: 1, maxItems: 16 }),
  },
  closed,
);

const Longitude = Type.Integer({
  minimum: -180_000_000,
  maximum: 180_000_000,
  description: "0.000001°, east positive",
});
const Latitude = Type.Integer({ minimum: -90_000_000, maximum: 90_000_000, description: "0.000001°, north positive" });
/** Coordinate systems in which a place may be told. Maps in China mostly show gcj02 or bd09. */
export const COORDINATE_SYSTEMS = ["wgs84", "gcj02", "bd09"] as const;
export type CoordinateSystem = (typeof COORDINATE_SYSTEMS)[number];

const Location = Type.Object(
  {
    longitudeUdeg: Longitude,
    latitudeUdeg: Latitude,
    source: Type.Optional(
      Type.Object(
        {
          system: Type.Unsafe<CoordinateSystem>(Type.Enum([...COORDINATE_SYSTEMS])),
          longitudeUdeg: Longitude,
          latitudeUdeg: Latitude,
        },
        { ...closed, description: "as it was told, where that was not WGS-84" },
      ),
    ),
  },
  { ...closed, description: "WGS-84" },
);

/** `closed`: no longer in business; its entry and history stay. */
export const STATION_STATUSES = ["in-service", "suspended", "closed"] as const;
export type StationStatus = (typeof STATION_STATUSES)[number];

const Station = Type.Object(
  {
    id: StationIdSchema,
    nameZh: Name,
    nameEn: Name,
    county: Name,
    status: Type.Optional(Type.Unsafe<StationStatus>(Type.Enum([...STATION_STATUSES]))),
    creditCode: Type.Optional(
      Type.String({ pattern: "^[0-9A-HJ-NPQRTUWXY]{18}$", description: "unified social credit code, GB 32100" }),
    ),
    owner: Plain(100, "the enterprise that runs it"),
    brand: Plain(50, "what the sign says"),
    licenceNumber: Plain(50, "licence to retail refined oil"),
    licenceUntil: Day("last day of the licence"),
    contactName: Plain(50, "whom to call"),
    contactPhone: Type.Optional(Type.String({ pattern: "^\\+?[0-9][0-9 -]{2,24}$" })),
    address: Plain(200, "postal address"),
    location: Type.Optional(Location),
    gateways: Type.Array(
      Type.Object(
        { id: GatewayIdSchema, publicKey: Type.String({ pattern: "^[A-Za-z0-9+/]+=*$", description: "base64 SPKI" }) },
        closed,
      ),
      { maxItems: 8, description: "those that were not enrolled with a code" },
    ),
    dispensers: Type.Array(DispenserSchema, { maxItems: 64 }),
    tanks: Type.Array(Tank, { maxItems: 32 }),
    seals: Type.Array(
      Type.Object(
        {
          seal: SealSchema,
          place: Name,
          of: Type.Union([LocalNameSchema, TankSchema]),
          number: Plain(50, "the number printed on it"),
        },
        closed,
      ),
      { maxItems: 500 },
    ),
  },
  closed,
);

export const RegistrySchema = Type.Object({ stations: Type.Array(Station, { maxItems: 10_000 }) }, closed);

export const StationSchema = Station;
export type StationEntry = Static<typeof Station>;
export type TankEntry = StationEntry["tanks"][number];
export type ChartPoint = NonNullable<TankEntry["chart"]>[number];
export type RegistryFile = Static<typeof RegistrySchema>;
