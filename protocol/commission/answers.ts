/**
 * What a technician answers at each step of an installation, on the box's page or in the terminal: the same schema
 * checks both, and the answers file of an unattended installation.
 */
import { type Static, Type } from "typebox";
import { LocalNameSchema, NozzleSchema, SealSchema, type StationId, StationIdSchema, TankSchema } from "../ids.ts";

const closed = { additionalProperties: false } as const;
const Choice = <const Values extends readonly string[]>(values: Values) =>
  Type.Unsafe<Values[number]>(Type.Enum([...values]));
const Item = Type.String({ pattern: "^[a-z][a-z0-9-]{0,31}/[0-9]{1,6}$", description: "such as tax-1/0" });
const Grade = Type.String({ minLength: 1, maxLength: 20, description: "such as 92#" });
const Nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

/** How somebody made sure which nozzle, tank and seal it is; null: nobody did, it was taken from a list. */
const NozzleProof = Choice(["litre-drawn", "total-compared"]);
const TankProof = Nullable(Choice(["display-compared", "dip-compared"]));
const SealProof = Nullable(Choice(["test-button", "serial-compared"]));

const NozzlePlaceSchema = Type.Object(
  {
    item: Item,
    nozzle: NozzleSchema,
    dispenser: Type.String({ minLength: 1, maxLength: 20, description: "the number on its housing" }),
    grade: Grade,
    tank: TankSchema,
    confirmedBy: NozzleProof,
  },
  closed,
);
const TankPlaceSchema = Type.Object(
  {
    item: Nullable(Item),
    tank: TankSchema,
    grade: Grade,
    displayLevelUm: Nullable(Type.Integer({ minimum: 0, maximum: 20_000_000 })),
    confirmedBy: TankProof,
  },
  { ...closed, description: "`item` is null where no gauge reads the tank" },
);
const SealPlaceSchema = Type.Object(
  {
    item: Item,
    seal: SealSchema,
    number: Type.String({ minLength: 1, maxLength: 40, description: "as printed on it" }),
    place: Type.String({ minLength: 1, maxLength: 100, description: "such as board-box, encoder, tank-lid" }),
    of: Type.String({ pattern: "^([a-z][a-z0-9-]{0,31}|N[0-9]{2}|T[0-9]{1,2})$", description: "what it protects" }),
    confirmedBy: SealProof,
  },
  closed,
);

export const PlacesSchema = Type.Object(
  {
    devices: Type.Array(Type.Object({ device: LocalNameSchema, name: LocalNameSchema }, closed), {
      maxItems: 128,
      default: [],
      description: "other names for devices than those that the search gave: the registry knows a tax port as tax-N",
    }),
    nozzles: Type.Array(NozzlePlaceSchema, { maxItems: 99, default: [] }),
    tanks: Type.Array(TankPlaceSchema, { maxItems: 64, default: [] }),
    seals: Type.Array(SealPlaceSchema, { maxItems: 250, default: [] }),
  },
  closed,
);
export type Places = Static<typeof PlacesSchema>;
export type NozzlePlace = Static<typeof NozzlePlaceSchema>;
export type TankPlace = Static<typeof TankPlaceSchema>;
export type SealPlace = Static<typeof SealPlaceSchema>;

export const SiteSchema = Type.Object(
  {
    power: Choice(["mains", "mains-and-battery", "generator", "solar"]),
    network: Choice(["cable", "mobile", "wifi"]),
    budgetMb: Nullable(Type.Integer({ minimum: 1, maximum: 1_000_000, description: "data in a month, MiB" })),
    note: Type.String({ maxLength: 400, default: "" }),
  },
  closed,
);
export type Site = Static<typeof SiteSchema>;

export const EnrolOrderSchema = Type.Object(
  {
    collector: Type.String({ pattern: "^https?://[^\\s/]+/?$", maxLength: 200 }),
    station: Type.Unsafe<StationId>(StationIdSchema),
    code: Type.String({ minLength: 10, maxLength: 40 }),
    ca: Type.Optional(
      Type.String({ maxLength: 16_384, description: "PEM of who vouches for the collector; left out: the system's" }),
    ),
  },
  closed,
);
export type EnrolOrder = Static<typeof EnrolOrderSchema>;

const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: "^[^\\u0000-\\u001f\\u007f]+$" });

export const ReportAnswersSchema = Type.Object(
  {
    stationName: Text(100),
    creditCode: Nullable(Type.String({ pattern: "^[0-9A-Z]{18}$", description: "unified social credit code" })),
    boxSerial: Nullable(Text(80)),
    technician: Type.Object({ name: Text(40), company: Nullable(Text(100)), phone: Nullable(Text(40)) }, closed),
    remarks: Nullable(Type.String({ maxLength: 2_000 })),
  },
  closed,
);
export type ReportAnswers = Static<typeof ReportAnswersSchema>;

/** The field in which a signature is drawn; its own units. */
export const SIGNATURE_FIELD = { width: 600, height: 240 } as const;

/** A signature as it was drawn: each stroke x and y in turn. */
export const SignatureDrawnSchema = Type.Object(
  {
    role: Choice(["technician", "station", "official"]),
    name: Text(40),
    strokes: Type.Array(
      Type.Array(Type.Integer({ minimum: 0, maximum: SIGNATURE_FIELD.width }), { minItems: 4, maxItems: 4_000 }),
      { minItems: 1, maxItems: 60 },
    ),
  },
  closed,
);
export type SignatureDrawn = Static<typeof SignatureDrawnSchema>;
