/** The answers file of an unattended installation: what a technician would say at each step, written down before. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { ReportAnswersSchema, SignatureDrawnSchema, SiteSchema } from "@forecourt/protocol/commission/answers.ts";
import { LocalNameSchema, NozzleSchema, SealSchema, StationIdSchema, TankSchema } from "@forecourt/protocol/ids.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { readYaml, type YamlError } from "@forecourt/protocol/yaml-file.ts";
import { type Static, Type } from "typebox";

const closed = { additionalProperties: false };
const Text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description });
const Grade = Text(20, "such as 92#");
const Number_ = (minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, description });
const Choice = <const Values extends readonly string[]>(values: Values) =>
  Type.Unsafe<Values[number]>(Type.Enum([...values]));

const DispenserSchema = Type.Object(
  {
    serial: Text(20, "factory serial of its tax device: that is how it is found"),
    name: LocalNameSchema,
    dispenser: Text(20, "the number on its housing"),
    nozzles: Type.Array(
      Type.Object(
        {
          index: Number_(0, 255, "the tax port's number"),
          nozzle: NozzleSchema,
          grade: Grade,
          tank: TankSchema,
          confirmedBy: Type.Optional(Choice(["litre-drawn", "total-compared"])),
        },
        closed,
      ),
      { minItems: 1, maxItems: 16 },
    ),
  },
  closed,
);

const GaugeSchema = Type.Object(
  {
    profile: Type.Optional(Text(80, "of a Modbus gauge; left out: a console")),
    unit: Type.Optional(Number_(1, 247, "of a Modbus gauge")),
    name: LocalNameSchema,
    tanks: Type.Array(
      Type.Object(
        {
          number: Number_(1, 64, "the gauge's number"),
          tank: TankSchema,
          grade: Grade,
          displayLevelMm: Type.Optional(
            Type.Number({ minimum: 0, maximum: 20_000, description: "as its display says" }),
          ),
        },
        closed,
      ),
      { minItems: 1, maxItems: 64 },
    ),
  },
  closed,
);

const HubSchema = Type.Object(
  {
    unit: Number_(1, 247, "its Modbus unit"),
    name: LocalNameSchema,
    seals: Type.Array(
      Type.Object(
        {
          number: Number_(1, 250, "the hub's number"),
          seal: SealSchema,
          printed: Text(40, "the number printed on it"),
          place: Text(100, "such as board-box, encoder, tank-lid"),
          of: Text(40, "the device, nozzle or tank that it protects"),
          confirmedBy: Type.Optional(Choice(["test-button", "serial-compared"])),
        },
        closed,
      ),
      { minItems: 1, maxItems: 250 },
    ),
  },
  closed,
);

const AnswersSchema = Type.Object(
  {
    search: Type.Object(
      {
        tcp: Type.Array(Type.String({ pattern: "^[^:\\s]+:[0-9]{1,5}$" }), { maxItems: 16, default: [] }),
        thorough: Type.Boolean({ default: false, description: "every unit and number is asked" }),
      },
      { ...closed, default: {} },
    ),
    dispensers: Type.Array(DispenserSchema, { maxItems: 32, default: [] }),
    gauges: Type.Array(GaugeSchema, { maxItems: 8, default: [] }),
    tanksWithoutGauge: Type.Array(Type.Object({ tank: TankSchema, grade: Grade }, closed), {
      maxItems: 32,
      default: [],
    }),
    sealHubs: Type.Array(HubSchema, { maxItems: 8, default: [] }),
    site: SiteSchema,
    enrolment: Type.Object(
      {
        collector: Type.String({ pattern: "^https?://[^\\s/]+/?$" }),
        station: StationIdSchema,
        code: Type.Optional(Type.String({ minLength: 10, maxLength: 40, description: "or give it with --code" })),
        caFile: Type.Optional(Type.String({ description: "who vouches for the collector, PEM" })),
      },
      closed,
    ),
    selfTest: Type.Object(
      {
        waitMinutes: Type.Integer({
          minimum: 0,
          maximum: 1_440,
          default: 30,
          description: "for a sale of each nozzle",
        }),
        skip: Type.Array(
          Type.Object({ nozzle: NozzleSchema, reason: Type.String({ minLength: 3, maxLength: 200 }) }, closed),
          {
            default: [],
          },
        ),
      },
      { ...closed, default: {} },
    ),
    report: ReportAnswersSchema,
    photos: Type.Array(Type.Object({ file: Type.String(), of: Text(100, "what it shows") }, closed), {
      maxItems: 60,
      default: [],
    }),
    signatures: Type.Array(SignatureDrawnSchema, {
      maxItems: 3,
      default: [],
      description: "strokes in a field of 600 by 240; left out: the box's page is waited for, on which people sign",
    }),
  },
  closed,
);

export type Answers = Static<typeof AnswersSchema>;

/** Reads an answers file; paths in it count from its folder. @returns the answers, or every error found */
export function readAnswers(file: string): Result<Answers, YamlError[]> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const place = { file, line: 1, column: 1, field: "", message: (error as Error).message };
    return fail([{ ...place, cure: "give the path of a readable file with --answers" }]);
  }
  const read = readYaml(AnswersSchema, text, file);
  if (!read.ok) return read;
  const { enrolment, photos, ...rest } = read.value.value;
  const path = (name: string) => resolve(dirname(file), name);
  return ok({
    ...rest,
    enrolment: enrolment.caFile === undefined ? enrolment : { ...enrolment, caFile: path(enrolment.caFile) },
    photos: photos.map((photo) => ({ ...photo, file: path(photo.file) })),
  });
}
