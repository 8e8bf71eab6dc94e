/**
 * A Modbus device as data: which registers it has, how their bits make values, and in which units. One schema for
 * validation, types, editors and documents.
 */
import { type Static, Type } from "typebox";

const closed = { additionalProperties: false };
const address = Type.Integer({ minimum: 0, maximum: 65_535, description: "Register or coil address, from 0." });
const kebab = "^[a-z0-9]+(-[a-z0-9]+)*$";
const numberedNames = (description: string) =>
  Type.Record(Type.String({ pattern: "^(0|[1-9][0-9]{0,4})$" }), Type.String({ pattern: kebab }), {
    ...closed,
    description,
  });
const bitList = (description: string) =>
  Type.Array(Type.Integer({ minimum: 0, maximum: 31 }), { minItems: 1, uniqueItems: true, description });
const conditions = (description: string) =>
  Type.Record(
    Type.String({ pattern: "^[a-z][A-Za-z0-9]*$" }),
    Type.Array(Type.String({ pattern: kebab }), { minItems: 1, description: "Names of its bits or codes." }),
    { ...closed, minProperties: 1, description },
  );
const order = Type.Enum(["high-first", "low-first"]);
const fn = Type.Enum([1, 2, 3, 4], { description: "1 coils, 2 discrete inputs, 3 holding, 4 input registers." });

export const PointSchema = Type.Object(
  {
    point: Type.String({ pattern: "^[a-z][A-Za-z0-9]*$", description: "Name of the value, unique in the profile." }),
    fn,
    at: address,
    type: Type.Enum(["bool", "uint16", "int16", "uint32", "int32", "float32", "bits16", "bits32", "enum16", "ascii"]),
    length: Type.Optional(Type.Integer({ minimum: 1, maximum: 125, description: "Registers of an ascii point." })),
    words: Type.Optional(order),
    bytes: Type.Optional(order),
    scale: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: "What one raw step is worth in the unit; 1 when not given." }),
    ),
    unit: Type.Optional(Type.Enum(["mm", "cm", "m", "in", "degC", "degF", "L", "m3", "gal", "percent", "count"])),
    valid: Type.Optional(
      Type.Tuple([Type.Number(), Type.Number()], { description: "Least and greatest believable value, in the unit." }),
    ),
    missing: Type.Optional(
      Type.Union([Type.Number(), Type.Array(Type.Number(), { minItems: 1 })], {
        description: "Raw code or codes that mean: no value. For float32 the number itself.",
      }),
    ),
    bits: Type.Optional(numberedNames("Name of each bit, bit 0 the lowest.")),
    activeLow: Type.Optional(bitList("Bits that mean their name when they are 0.")),
    ignore: Type.Optional(bitList("Bits that change all the time and say nothing worth a record.")),
    values: Type.Optional(numberedNames("Name of each code of an enum16.")),
    missingWhen: Type.Optional(
      conditions("The value is missing while one of these bits of another point is set, or its code is one of these."),
    ),
    onlyWhen: Type.Optional(
      conditions("The value is missing unless one of these bits of another point is set, or its code is one of these."),
    ),
  },
  closed,
);

export const BlockSchema = Type.Object(
  {
    per: Type.Enum(["tank", "seal"]),
    count: Type.Integer({ minimum: 1, maximum: 1000, description: "How many items the device has room for." }),
    stride: Type.Integer({ minimum: 1, maximum: 65_535, description: "Registers from one item to the next." }),
    points: Type.Array(PointSchema, { minItems: 1, description: "The points of item 1." }),
  },
  closed,
);

export const SampleSchema = Type.Object(
  {
    reads: Type.Array(
      Type.Object(
        { fn, at: address, registers: Type.Array(Type.Integer({ minimum: 0, maximum: 65_535 }), { minItems: 1 }) },
        closed,
      ),
      { minItems: 1 },
    ),
    expect: Type.Array(
      Type.Object(
        {
          point: Type.String(),
          item: Type.Optional(Type.Integer({ minimum: 1 })),
          value: Type.Union([Type.Integer(), Type.String(), Type.Boolean(), Type.Null(), Type.Array(Type.String())]),
          quality: Type.Optional(Type.Enum(["good", "missing", "out-of-range", "not-read", "unknown-code"])),
        },
        closed,
      ),
      { minItems: 1 },
    ),
  },
  { ...closed, description: "Raw registers and the values they must give, so that the profile tests itself." },
);

export const DeviceProfileSchema = Type.Object(
  {
    profile: Type.String({ pattern: kebab, description: "Name of the profile." }),
    device: Type.Enum(["tank-gauge", "seal-hub", "generic"]),
    title: Type.String({ minLength: 1 }),
    source: Type.String({ minLength: 1, description: "Where the map comes from: document, revision, page." }),
    confidence: Type.Enum(["A", "B", "C", "?"]),
    verified: Type.String({ minLength: 1, description: 'On what it was tried, e.g. "not verified on real hardware".' }),
    line: Type.Optional(
      Type.Object(
        {
          baudRate: Type.Integer({ minimum: 300, maximum: 115_200 }),
          dataBits: Type.Enum([7, 8]),
          parity: Type.Enum(["none", "even", "odd"]),
          stopBits: Type.Enum([1, 2]),
        },
        closed,
      ),
    ),
    unit: Type.Optional(Type.Integer({ minimum: 1, maximum: 247, description: "Usual Modbus unit." })),
    limits: Type.Optional(
      Type.Object(
        {
          maxRegistersPerRead: Type.Optional(Type.Integer({ minimum: 1, maximum: 125 })),
          gap: Type.Optional(
            Type.Integer({ minimum: 0, maximum: 124, description: "Unneeded registers worth reading across." }),
          ),
          minIntervalMs: Type.Optional(
            Type.Integer({
              minimum: 0,
              maximum: 3_600_000,
              description: "Least time between two reads of the device.",
            }),
          ),
        },
        closed,
      ),
    ),
    read: Type.Optional(Type.Array(PointSchema)),
    blocks: Type.Optional(Type.Array(BlockSchema)),
    sample: Type.Optional(SampleSchema),
  },
  closed,
);

export type Point = Static<typeof PointSchema>;
export type Block = Static<typeof BlockSchema>;
export type Sample = Static<typeof SampleSchema>;
export type DeviceProfile = Static<typeof DeviceProfileSchema>;
export type FunctionCode = Point["fn"];
export type ItemKind = Block["per"];
export type PointType = Point["type"];
export type SourceUnit = NonNullable<Point["unit"]>;
