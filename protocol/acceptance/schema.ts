/**
 * The acceptance report: what a technician found and set up at a station, box by box. It is the birth certificate of
 * everything that follows: grand totals, levels, serial numbers and seals as they stood on the first day, each nozzle
 * proved by a real sale that the collector has receipted, and the names of those who signed.
 */
import { type Static, Type } from "typebox";
import {
  GatewayIdSchema,
  LocalNameSchema,
  NozzleSchema,
  SEAL_PATTERN,
  SealSchema,
  StationIdSchema,
  TankSchema,
} from "../ids.ts";
import {
  Accumulator,
  Count,
  closed,
  DeviceText,
  literals,
  Nullable,
  Reason,
  Sha256,
  Signed,
} from "../records/fields.ts";
import { SealStateSchema } from "../records/schema.ts";
import { TIME_PATTERN } from "../time.ts";

/** Limits that both sides keep. */
export const reportLimits = {
  /** of the signed envelope: well below what a poor uplink carries in a minute */
  envelopeBytes: 256 * 1024,
  /** of the report's JSON: the largest station with ten drawn signatures stays below */
  bodyBytes: 1024 * 1024,
  /** how long a commissioning may take: it may be interrupted and go on another day */
  spanMs: 31 * 86_400_000,
} as const;

const Time = Type.Unsafe<string>(Type.String({ pattern: TIME_PATTERN }));
const Seq = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const HashHex = Type.String({ pattern: "^[0-9a-f]{64}$" });
const Base64 = Type.String({ pattern: "^[A-Za-z0-9+/]+=*$", maxLength: 200 });
/** A name, a number on a plate, a remark of one line: no control characters. */
const Line = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: "^[^\\u0000-\\u001f\\u007f]+$" });
const Grade = Line(20);
export const REPORT_ID_PATTERN = "^[A-Za-z0-9_-]{10,40}$";

export const AcceptedLineSchema = Type.Object(
  {
    line: LocalNameSchema,
    transport: literals(["serial", "tcp"]),
    address: Line(200),
    settings: Nullable(Line(40)),
  },
  { ...closed, description: "`address` is a path or host:port, `settings` such as `9600 8N1`" },
);

export const AcceptedDeviceSchema = Type.Object(
  {
    device: LocalNameSchema,
    line: LocalNameSchema,
    driver: Line(40),
    profile: Nullable(Line(80)),
    unit: Nullable(Type.Integer({ minimum: 0, maximum: 255 })),
    model: Nullable(DeviceText),
    serial: Nullable(DeviceText),
    software: Nullable(DeviceText),
  },
  { ...closed, description: "`driver` and `profile` (or dialect) as in the configuration; what it says of itself" },
);

const FirstTotal = Type.Object(
  { seq: Nullable(Seq), volumeCl: Accumulator, amountFen: Accumulator, at: Time },
  { ...closed, description: "the grand total as it stood; `seq` is the record that holds it" },
);

export const AcceptedNozzleSchema = Type.Object(
  {
    nozzle: NozzleSchema,
    device: LocalNameSchema,
    index: Type.Integer({ minimum: 0, maximum: 255, description: "the tax port's number of the nozzle" }),
    dispenser: Line(20),
    grade: Grade,
    tank: TankSchema,
    factorySerial: Nullable(Type.String({ maxLength: 10 })),
    taxpayerId: Nullable(Type.String({ maxLength: 20 })),
    firstTotal: FirstTotal,
    confirmedBy: literals(["litre-drawn", "total-compared"]),
  },
  { ...closed, description: "`dispenser` is the number on its housing; `confirmedBy` how it was told from others" },
);

const FirstLevel = Type.Object(
  {
    seq: Nullable(Seq),
    levelUm: Nullable(Signed),
    waterLevelUm: Nullable(Signed),
    temperatureMc: Nullable(Signed),
    volumeCl: Nullable(Signed),
    at: Time,
  },
  { ...closed, description: "the tank as its gauge told it; `seq` is the record that holds it" },
);

export const AcceptedTankSchema = Type.Object(
  {
    tank: TankSchema,
    grade: Grade,
    device: Nullable(LocalNameSchema),
    firstLevel: Nullable(FirstLevel),
    displayLevelUm: Nullable(Signed),
    confirmedBy: Nullable(literals(["display-compared", "dip-compared"])),
  },
  { ...closed, description: "`device`, `firstLevel` and `confirmedBy` are null where no gauge is read" },
);

export const AcceptedSealSchema = Type.Object(
  {
    seal: SealSchema,
    number: Line(40),
    place: Line(100),
    of: Type.Union([LocalNameSchema, NozzleSchema, TankSchema]),
    device: Nullable(LocalNameSchema),
    state: Nullable(SealStateSchema),
    serial: Nullable(Type.String({ maxLength: 16 })),
    confirmedBy: Nullable(literals(["test-button", "serial-compared"])),
  },
  { ...closed, description: `\`seal\` is its name (${SEAL_PATTERN}), \`number\` the one printed on it` },
);

const TestSale = Type.Object(
  { seq: Seq, hash: HashHex, volumeCl: Accumulator, amountFen: Accumulator, at: Time },
  { ...closed, description: "the sale as the journal holds it, and its chain hash" },
);
const TestReceipt = Type.Object(
  { seq: Seq, hash: HashHex, at: Time, signature: Base64 },
  { ...closed, description: "the collector's signed receipt that covers the sale" },
);

export const SelfTestSchema = Type.Object(
  {
    nozzle: NozzleSchema,
    outcome: literals(["passed", "failed", "not-tried"]),
    reason: Nullable(Reason),
    sale: Nullable(TestSale),
    receipt: Nullable(TestReceipt),
  },
  { ...closed, description: "a real sale seen from tax port to collector; `reason` says why not" },
);

export const PhotoSchema = Type.Object(
  { name: Type.String({ pattern: "^[A-Za-z0-9._-]{1,80}$" }), sha256: Sha256, bytes: Count, of: Line(100) },
  { ...closed, description: "the photo itself stays with whoever installed; its hash proves it later" },
);

/** Only what draws a path: digits, signs and the letters of path commands. Nothing that a browser would run. */
const SvgPath = Type.String({ minLength: 1, maxLength: 50_000, pattern: "^[MmLlHhVvCcSsQqTtZz0-9 ,.\\-]+$" });
const Side = Type.Integer({ minimum: 1, maximum: 10_000 });

export const SignatureSchema = Type.Object(
  {
    role: literals(["technician", "station", "official"]),
    name: Line(40),
    at: Time,
    drawn: Type.Union([
      Type.Object({ kind: Type.Literal("svg-path"), width: Side, height: Side, path: SvgPath }, closed),
      Type.Object({ kind: Type.Literal("image"), sha256: Sha256 }, closed),
    ]),
  },
  { ...closed, description: "drawn by hand: the strokes themselves, or the hash of an image kept elsewhere" },
);

const Site = Type.Object(
  {
    clockSource: literals(["time-daemon", "collector", "none"]),
    clockOffsetMs: Nullable(Signed),
    network: Line(100),
    power: Line(100),
  },
  { ...closed, description: "clock, network and power as they were found and set" },
);

export const AcceptanceReportSchema = Type.Object(
  {
    format: Type.Literal("forecourt-acceptance-v1"),
    id: Type.String({ pattern: REPORT_ID_PATTERN, description: "made by the box, never used again" }),
    station: Type.Object(
      { id: StationIdSchema, name: Line(100), creditCode: Nullable(Type.String({ pattern: "^[0-9A-Z]{18}$" })) },
      closed,
    ),
    gateway: Type.Object(
      {
        id: GatewayIdSchema,
        publicKey: Base64,
        serial: Nullable(Line(80)),
        version: Line(40),
        configSha256: Sha256,
      },
      { ...closed, description: "the box: its key, its own serial number, the program and the configuration it runs" },
    ),
    startedAt: Time,
    finishedAt: Time,
    technician: Type.Object({ name: Line(40), company: Nullable(Line(100)), phone: Nullable(Line(40)) }, closed),
    site: Site,
    lines: Type.Array(AcceptedLineSchema, { minItems: 1, maxItems: 64 }),
    devices: Type.Array(AcceptedDeviceSchema, { minItems: 1, maxItems: 128 }),
    nozzles: Type.Array(AcceptedNozzleSchema, { maxItems: 99 }),
    tanks: Type.Array(AcceptedTankSchema, { maxItems: 99 }),
    seals: Type.Array(AcceptedSealSchema, { maxItems: 999 }),
    selfTest: Type.Array(SelfTestSchema, { maxItems: 99 }),
    photos: Type.Array(PhotoSchema, { maxItems: 200 }),
    signatures: Type.Array(SignatureSchema, { minItems: 1, maxItems: 10 }),
    remarks: Nullable(Type.String({ maxLength: 2_000 })),
  },
  { ...closed, description: "what was installed, measured and signed at a station" },
);
export type AcceptanceReport = Static<typeof AcceptanceReportSchema>;

export const ReportHeaderSchema = Type.Object(
  {
    id: Type.String({ pattern: REPORT_ID_PATTERN }),
    gateway: GatewayIdSchema,
    station: StationIdSchema,
    bodySha256: HashHex,
    algorithm: Type.Literal("ed25519"),
  },
  { ...closed, description: "the signed header of an acceptance report" },
);
export type ReportHeader = Static<typeof ReportHeaderSchema>;
