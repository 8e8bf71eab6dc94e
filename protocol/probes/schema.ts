/**
 * A serial tank probe without a console, as data: what it is asked and how its answer is laid out. Two kinds of answer
 * are known: text in separated fields, and tagged three-byte floats. One schema for validation, types and editors.
 */
import { type Static, Type } from "typebox";

const closed = { additionalProperties: false };
const kebab = "^[a-z0-9]+(-[a-z0-9]+)*$";
const measured = Type.Enum(["level", "waterLevel", "temperature", "volume", "waterVolume"]);
const unit = Type.Enum(["mm", "cm", "m", "in", "degC", "degF", "L", "m3"]);

const FieldSchema = Type.Object(
  {
    is: Type.Union([measured, Type.Enum(["address", "status", "check", "unused"])], {
      description: "What stands in the field.",
    }),
    scale: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: "What one step is worth in the unit." })),
    unit: Type.Optional(unit),
    missing: Type.Optional(Type.Array(Type.String(), { description: "Texts that mean: no value, such as -0." })),
    good: Type.Optional(Type.Array(Type.String(), { description: "Of a status: texts with which values are good." })),
  },
  closed,
);

const TextAnswerSchema = Type.Object(
  {
    form: Type.Literal("text"),
    end: Type.String({ minLength: 1, maxLength: 4, description: "Characters after the last field." }),
    separator: Type.String({ minLength: 1, maxLength: 1 }),
    fields: Type.Array(FieldSchema, { minItems: 2, maxItems: 16 }),
    check: Type.Optional(
      Type.Array(Type.Enum(["sum-mod-255", "sum-plus-4-mod-256"]), {
        minItems: 1,
        description: "Rules for the check field, over all characters before it; any of them will do.",
      }),
    ),
  },
  closed,
);

const TaggedAnswerSchema = Type.Object(
  {
    form: Type.Literal("tagged-floats"),
    start: Type.Integer({
      minimum: 0,
      maximum: 255,
      description: "First byte: start, address, length, command follow.",
    }),
    command: Type.Integer({ minimum: 0, maximum: 255 }),
    values: Type.Record(
      Type.String({ pattern: "^([1-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])$" }),
      Type.Object({ is: measured, unit }, closed),
      { minProperties: 1, description: "What each tag means." },
    ),
  },
  closed,
);

export const ProbeProfileSchema = Type.Object(
  {
    profile: Type.String({ pattern: kebab }),
    device: Type.Literal("tank-probe"),
    title: Type.String({ minLength: 1 }),
    source: Type.String({ minLength: 1 }),
    confidence: Type.Enum(["A", "B", "C", "?"]),
    verified: Type.String({ minLength: 1, description: 'On what it was tried, e.g. "not verified on real hardware".' }),
    line: Type.Object(
      {
        baudRate: Type.Integer({ minimum: 300, maximum: 115_200 }),
        dataBits: Type.Enum([7, 8]),
        parity: Type.Enum(["none", "even", "odd"]),
        stopBits: Type.Enum([1, 2]),
      },
      closed,
    ),
    maxAddress: Type.Integer({ minimum: 0, maximum: 999_999 }),
    request: Type.Union(
      [
        Type.Object({ text: Type.String({ minLength: 1, maxLength: 60 }) }, closed),
        Type.Object(
          { bytes: Type.String({ pattern: "^([0-9A-F]{2}|ADDRESS|SUM)( ([0-9A-F]{2}|ADDRESS|SUM))*$" }) },
          closed,
        ),
      ],
      { description: "Text with {address} or {address:5}, or bytes with ADDRESS and SUM (of all but the first byte)." },
    ),
    answer: Type.Union([TextAnswerSchema, TaggedAnswerSchema]),
    sample: Type.Object(
      {
        address: Type.Integer({ minimum: 0 }),
        request: Type.String({ pattern: "^([0-9A-F]{2})+$", description: "The bytes that ask, in hex." }),
        answer: Type.String({ pattern: "^([0-9A-F]{2})+$", description: "The bytes that answer, in hex." }),
        expect: Type.Record(
          Type.String({ pattern: "^(level|waterLevel|temperature|volume|waterVolume)$" }),
          Type.Union([Type.Integer(), Type.Null()]),
          {
            description: "Values in whole µm, m°C and cL.",
          },
        ),
      },
      { ...closed, description: "An exchange and its values, so that the profile tests itself." },
    ),
  },
  closed,
);

export type ProbeProfile = Static<typeof ProbeProfileSchema>;
export type ProbePoint = Static<typeof measured>;
export type TextAnswer = Static<typeof TextAnswerSchema>;
export type TaggedAnswer = Static<typeof TaggedAnswerSchema>;
