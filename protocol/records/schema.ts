/**
 * The records: what a journal line can say. One schema gives the TypeScript type, the validation on both sides and
 * the record catalogue. Quantities are integers whose name ends in their unit; a value that could not be trusted is
 * null (or `quality` is not `good`) and `reason` says why.
 */
import { type Static, type TObject, type TProperties, Type } from "typebox";
import { GatewayIdSchema, LocalNameSchema, NozzleSchema, SealSchema, TankSchema } from "../ids.ts";
import { TIME_PATTERN } from "../time.ts";
import {
  Accumulator,
  Count,
  closed,
  DeviceText,
  LocalPart,
  literals,
  Nullable,
  Percent,
  PriceFen,
  RawFrame,
  Reason,
  Sha256,
  Signed,
  Time,
} from "./fields.ts";

/** How far a reading can be trusted. Anything but `good` carries a `reason`. */
export const QualitySchema = literals(["good", "unconfirmed", "out-of-range", "missing", "stale"]);
export type Quality = Static<typeof QualitySchema>;

const header = {
  seq: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: "1, 2, 3 … per gateway" }),
  gateway: GatewayIdSchema,
  at: Type.String({ pattern: TIME_PATTERN, description: "the gateway's clock when the record was made" }),
  boot: Type.String({ pattern: "^[A-Za-z0-9_-]{6,40}$", description: "changes with every start of the program" }),
  monoMs: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: "milliseconds since that start" }),
  clock: literals(["trusted", "untrusted"]),
};

function kind<const Name extends string, Fields extends TProperties>(name: Name, description: string, fields: Fields) {
  return Type.Object({ ...header, kind: Type.Literal(name), ...fields }, { ...closed, description });
}

const LastFuelling = Type.Object(
  {
    dayOfMonth: Type.Integer({ minimum: 0, maximum: 99 }),
    hour: Type.Integer({ minimum: 0, maximum: 99 }),
    minute: Type.Integer({ minimum: 0, maximum: 99 }),
    volumeCl: Accumulator,
    amountFen: Accumulator,
    unitPriceFen: PriceFen,
  },
  { ...closed, description: "the tax port's own last-fuelling answer (0x86)" },
);

export const SaleRecordSchema = kind("sale", "One fuelling, or several that the polls could not tell apart.", {
  device: LocalNameSchema,
  nozzle: NozzleSchema,
  volumeCl: Accumulator,
  amountFen: Accumulator,
  unitPriceFen: Nullable(PriceFen),
  count: Nullable(Type.Literal(1, { description: "1 when it is certainly one fuelling; null when unknown" })),
  basis: literals(["total-and-last-fuelling", "total", "last-fuelling"]),
  beforeVolumeCl: Accumulator,
  beforeAmountFen: Accumulator,
  totalVolumeCl: Accumulator,
  totalAmountFen: Accumulator,
  lastFuelling: Nullable(LastFuelling),
  quality: QualitySchema,
  reason: Nullable(Reason),
  raw: Type.Array(RawFrame, { minItems: 1, maxItems: 8 }),
});

export const TotalRecordSchema = kind("total", "A grand, day or month total as the tax port stated it.", {
  device: LocalNameSchema,
  nozzle: NozzleSchema,
  scope: literals(["grand", "day", "month"]),
  period: Nullable(Type.String({ pattern: "^\\d{4}-\\d{2}(-\\d{2})?$", description: "the day or month" })),
  cause: literals(["first", "heartbeat", "decreased", "after-silence", "period-end"]),
  volumeCl: Accumulator,
  amountFen: Accumulator,
  previousVolumeCl: Nullable(Accumulator),
  previousAmountFen: Nullable(Accumulator),
  quality: QualitySchema,
  reason: Nullable(Reason),
  raw: Type.Array(RawFrame, { minItems: 1, maxItems: 8 }),
});

export const IdentityRecordSchema = kind("identity", "Who a dispenser's tax device says it is (0x83).", {
  device: LocalNameSchema,
  nozzle: NozzleSchema,
  cause: literals(["first", "changed", "daily", "after-silence"]),
  initialised: Type.Boolean(),
  factorySerial: Type.String({ maxLength: 10 }),
  gunCode: Nullable(Type.String({ maxLength: 2 })),
  taxpayerId: Nullable(Type.String({ maxLength: 20 })),
  oilCode: Nullable(Type.String({ maxLength: 4 })),
  deviceTime: Nullable(Type.String({ maxLength: 16 })),
  previousFactorySerial: Nullable(Type.String({ maxLength: 10 })),
  quality: QualitySchema,
  reason: Nullable(Reason),
  raw: Type.Array(RawFrame, { minItems: 1, maxItems: 8 }),
});

export const TankRecordSchema = kind("tank", "A tank's level and what the gauge derives from it.", {
  device: LocalNameSchema,
  tank: TankSchema,
  cause: literals(["first", "changed", "heartbeat", "alarm", "quiet"]),
  levelUm: Nullable(Signed),
  waterLevelUm: Nullable(Signed),
  temperatureMc: Nullable(Signed),
  volumeCl: Nullable(Signed),
  standardVolumeCl: Nullable(Signed),
  waterVolumeCl: Nullable(Signed),
  ullageCl: Nullable(Signed),
  alarms: Type.Array(Type.String({ maxLength: 40 }), { maxItems: 32 }),
  quality: QualitySchema,
  reason: Nullable(Reason),
  raw: Type.Array(RawFrame, { minItems: 1, maxItems: 8 }),
});

export const SEAL_STATES = [
  "not-installed",
  "sealed",
  "open",
  "cut",
  "shell-tampered",
  "removed",
  "offline",
  "unknown",
] as const;
export const SealStateSchema = literals(SEAL_STATES);
export type SealState = Static<typeof SealStateSchema>;

export const SealRecordSchema = kind("seal", "A smart seal's state and counters.", {
  device: LocalNameSchema,
  seal: SealSchema,
  cause: literals(["first", "changed", "heartbeat"]),
  state: SealStateSchema,
  previousState: Nullable(SealStateSchema),
  tamperCount: Nullable(Count),
  openCount: Nullable(Count),
  batteryPercent: Nullable(Percent),
  serial: Nullable(Type.String({ maxLength: 16 })),
  quality: QualitySchema,
  reason: Nullable(Reason),
  raw: Type.Array(RawFrame, { minItems: 1, maxItems: 8 }),
});

const LineStatistics = Type.Object(
  { requests: Count, answers: Count, timeouts: Count, badFrames: Count, noiseBytes: Count },
  closed,
);

export const LinkRecordSchema = kind("link", "A line or device became reachable or unreachable.", {
  line: LocalNameSchema,
  device: Nullable(LocalNameSchema),
  state: literals(["up", "down"]),
  reason: Reason,
  downMs: Nullable(Count),
  statistics: LineStatistics,
});

const TankState = Type.Object(
  {
    levelUm: Nullable(Signed),
    waterLevelUm: Nullable(Signed),
    temperatureMc: Nullable(Signed),
    volumeCl: Nullable(Signed),
  },
  { ...closed, description: "a tank at one moment" },
);

export const DeliveryRecordSchema = kind(
  "delivery",
  "A tank was filled: as the gauge reports it, or as its level shows.",
  {
    device: LocalNameSchema,
    tank: TankSchema,
    basis: literals(["gauge-report", "level"]),
    startedAt: Time,
    endedAt: Time,
    deviceStartedAt: Nullable(Type.String({ maxLength: 25, description: "as the gauge's own clock says" })),
    deviceEndedAt: Nullable(Type.String({ maxLength: 25, description: "as the gauge's own clock says" })),
    start: TankState,
    end: TankState,
    volumeCl: Nullable(Signed),
    quality: QualitySchema,
    reason: Nullable(Reason),
    raw: Type.Array(RawFrame, { minItems: 1, maxItems: 8 }),
  },
);

export const ChartRecordSchema = kind("chart", "The strapping table that a gauge uses for a tank, and since when.", {
  device: LocalNameSchema,
  tank: TankSchema,
  cause: literals(["first", "changed", "daily", "after-silence"]),
  points: Type.Array(Type.Object({ levelUm: Signed, volumeCl: Signed }, closed), { minItems: 1, maxItems: 1_024 }),
  chartSha256: Sha256,
  previousChartSha256: Nullable(Sha256),
  deviceChangedAt: Nullable(Type.String({ maxLength: 25, description: "as the gauge's audit trail says" })),
  quality: QualitySchema,
  reason: Nullable(Reason),
  raw: Type.Array(RawFrame, { minItems: 1, maxItems: 8 }),
});

export const DeviceRecordSchema = kind("device", "Who a gauge or hub says it is, and how its clock stands.", {
  device: LocalNameSchema,
  cause: literals(["first", "changed", "daily", "after-silence"]),
  model: Nullable(DeviceText),
  serial: Nullable(DeviceText),
  software: Nullable(DeviceText),
  parts: Type.Array(
    Type.Object({ name: LocalPart, serial: Nullable(DeviceText), model: Nullable(DeviceText) }, closed),
    { maxItems: 64, description: "probes and the like" },
  ),
  deviceClock: Nullable(Type.String({ maxLength: 25, description: "the device's own clock when it was read" })),
  clockOffsetMs: Nullable(Signed),
  quality: QualitySchema,
  reason: Nullable(Reason),
  raw: Type.Array(RawFrame, { minItems: 1, maxItems: 8 }),
});

export const HealthRecordSchema = kind("health", "How the gateway fares: power, cabinet, clock, disk, lines.", {
  cause: literals(["first", "changed", "heartbeat"]),
  mains: literals(["on", "lost", "unknown"]),
  batteryPercent: Nullable(Percent),
  cabinet: literals(["closed", "open", "unknown"]),
  temperatureMc: Nullable(Signed),
  clockSource: literals(["time-daemon", "collector", "none"]),
  clockOffsetMs: Nullable(Signed),
  diskFreeKb: Nullable(Count),
  diskState: literals(["good", "thinning", "full", "read-only", "unknown"]),
  memoryFreeKb: Nullable(Count),
  journalRecords: Count,
  sentKb: Count,
  budgetKb: Nullable(Count),
  lines: Type.Array(Type.Object({ line: LocalNameSchema, statistics: LineStatistics }, closed), { maxItems: 64 }),
});

export const CommandRecordSchema = kind("command", "A command of the collector, and what became of it.", {
  command: Type.String({ maxLength: 40, description: "the collector's id of the command" }),
  name: Type.String({ maxLength: 40 }),
  outcome: literals(["accepted", "done", "refused", "failed", "rolled-back"]),
  reason: Nullable(Reason),
  configSha256: Nullable(Sha256),
});

export const GatewayRecordSchema = kind("gateway", "The gateway about itself.", {
  event: literals([
    "start",
    "stop",
    "heartbeat",
    "clock-stepped",
    "outage",
    "journal-replaced",
    "levels-thinned",
    "config-changed",
  ]),
  version: Type.String({ maxLength: 40 }),
  configSha256: Sha256,
  reason: Nullable(Reason),
  stepMs: Nullable(Signed),
  outageMs: Nullable(Count),
  previousSeq: Nullable(Count),
  previousHash: Nullable(Sha256),
  thinned: Nullable(Count),
  unacknowledged: Count,
  rssKb: Count,
  uptimeMs: Count,
});

/** Every kind of record, by its name. */
export const recordSchemas = {
  sale: SaleRecordSchema,
  total: TotalRecordSchema,
  identity: IdentityRecordSchema,
  tank: TankRecordSchema,
  seal: SealRecordSchema,
  link: LinkRecordSchema,
  delivery: DeliveryRecordSchema,
  chart: ChartRecordSchema,
  device: DeviceRecordSchema,
  health: HealthRecordSchema,
  command: CommandRecordSchema,
  gateway: GatewayRecordSchema,
} satisfies Record<string, TObject>;

export type RecordKind = keyof typeof recordSchemas;
export type RecordOf<Kind extends RecordKind> = Static<(typeof recordSchemas)[Kind]>;
export type SaleRecord = RecordOf<"sale">;
export type TotalRecord = RecordOf<"total">;
export type IdentityRecord = RecordOf<"identity">;
export type TankRecord = RecordOf<"tank">;
export type SealRecord = RecordOf<"seal">;
export type LinkRecord = RecordOf<"link">;
export type GatewayRecord = RecordOf<"gateway">;
export type HealthRecord = RecordOf<"health">;
export type CommandRecord = RecordOf<"command">;
export type JournalRecord = { [Kind in RecordKind]: RecordOf<Kind> }[RecordKind];

/** The fields that the journal adds to every record. */
export type RecordHeader = Pick<JournalRecord, "seq" | "gateway" | "at" | "boot" | "monoMs" | "clock">;

type Body<R> = R extends JournalRecord ? Omit<R, keyof RecordHeader> : never;
/** A record before the journal has given it its place. */
export type RecordBody = Body<JournalRecord>;
