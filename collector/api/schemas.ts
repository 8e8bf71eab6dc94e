/**
 * What the API says, as schemas: they check and document every answer (OpenAPI), and their types are what the
 * screens are written against. Times are RFC 3339 with offset; quantities are integers with their unit in the name.
 */
import { type Static, Type } from "typebox";
import { examples } from "./examples.ts";

export const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const literals = <const Names extends readonly string[]>(names: Names) =>
  Type.Unsafe<Names[number]>(Type.Union(names.map((name) => Type.Literal(name))));
export const Int = Type.Integer();
export const Time = Type.String({ description: "RFC 3339 with offset" });
const Text = Type.Object({ zh: Type.String(), en: Type.String() });

/** live: heard from lately; silent: its gateway is not heard; never: not heard yet. */
export const StationStateSchema = literals(["live", "silent", "never"]);
export const SeveritySchema = literals(["notice", "medium", "high"]);
/** open: the cause goes on or nobody has looked; ended: the cause is over by itself. */
export const FlagStateSchema = literals(["open", "ended"]);

export const StationSummarySchema = Type.Object(
  {
    id: Type.String(),
    nameZh: Type.String(),
    nameEn: Type.String(),
    county: Type.String(),
    location: Nullable(
      Type.Object({
        longitudeUdeg: Type.Integer({ description: "WGS-84, 0.000001°" }),
        latitudeUdeg: Int,
        system: Type.String({ description: "the system in which it was told" }),
      }),
    ),
    state: StationStateSchema,
    lastRecordAt: Nullable(Time),
    dispensers: Int,
    nozzles: Int,
    tanks: Int,
    seals: Int,
    openFlags: Type.Object({ notice: Int, medium: Int, high: Int }),
    today: Nullable(
      Type.Object(
        { sales: Int, volumeCl: Int, amountFen: Int },
        { description: "since midnight; null for who may see neither sales nor statistics" },
      ),
    ),
  },
  { $id: "StationSummary", examples: [examples.stationSummary] },
);

export const SaleSchema = Type.Object(
  {
    gateway: Type.String(),
    seq: Int,
    station: Type.String(),
    device: Type.String(),
    nozzle: Type.String(),
    grade: Nullable(Type.String()),
    at: Time,
    volumeCl: Int,
    amountFen: Int,
    unitPriceFen: Nullable(Int),
    count: Nullable(Int),
    totalVolumeCl: Int,
    totalAmountFen: Int,
    quality: Type.String(),
    reason: Nullable(Type.String()),
  },
  { $id: "Sale", examples: [examples.sale] },
);

export const LinkSchema = Type.Object({
  state: literals(["up", "down", "unknown"]),
  since: Nullable(Time),
  reason: Nullable(Type.String()),
});

export const NozzleStateSchema = Type.Object({
  nozzle: Type.String(),
  grade: Type.String(),
  tank: Type.String(),
  unitPriceFen: Nullable(Int),
  totalVolumeCl: Nullable(Int),
  totalAmountFen: Nullable(Int),
  lastSale: Nullable(SaleSchema),
});

export const DispenserSchema = Type.Object({
  device: Type.String(),
  link: LinkSchema,
  identity: Nullable(
    Type.Object({
      initialised: Type.Boolean(),
      factorySerial: Type.String(),
      taxpayerId: Nullable(Type.String()),
      oilCode: Nullable(Type.String()),
      at: Time,
    }),
  ),
  nozzles: Type.Array(NozzleStateSchema),
});

export const TankLevelSchema = Type.Object(
  {
    station: Type.String(),
    tank: Type.String(),
    at: Time,
    gateway: Type.String(),
    seq: Int,
    levelUm: Nullable(Int),
    waterLevelUm: Nullable(Int),
    temperatureMc: Nullable(Int),
    volumeCl: Nullable(Int),
    ullageCl: Nullable(Int),
    alarms: Type.Array(Type.String()),
    quality: Type.String(),
    reason: Nullable(Type.String()),
  },
  { $id: "TankLevel", examples: [examples.tankLevel] },
);

export const TankStateSchema = Type.Object({
  tank: Type.String(),
  grade: Type.String(),
  capacityCl: Int,
  latest: Nullable(TankLevelSchema),
});

export const SealStatusSchema = Type.Object(
  {
    station: Type.String(),
    seal: Type.String(),
    place: Type.String(),
    of: Type.String(),
    state: Type.String(),
    tamperCount: Nullable(Int),
    openCount: Nullable(Int),
    batteryPercent: Nullable(Int),
    at: Nullable(Time),
  },
  { $id: "SealStatus", examples: [examples.sealStatus] },
);

export const GatewayStatusSchema = Type.Object({
  id: Type.String(),
  state: StationStateSchema,
  lastHeardAt: Nullable(Time),
  lastSeq: Int,
  lastHash: Type.String(),
  version: Nullable(Type.String()),
  unacknowledged: Nullable(Int),
});

export const StationDetailSchema = Type.Object(
  {
    station: StationSummarySchema,
    dispensers: Type.Array(DispenserSchema),
    tanks: Type.Array(TankStateSchema),
    seals: Type.Array(SealStatusSchema),
    gateways: Type.Array(GatewayStatusSchema),
  },
  { $id: "StationDetail" },
);

/** Where the proof lies: records `from` to `to` of a gateway's journal. */
export const EvidenceRangeSchema = Type.Object({ gateway: Type.String(), fromSeq: Int, toSeq: Int });

export const FlagSchema = Type.Object(
  {
    id: Type.String(),
    rule: Type.String(),
    title: Text,
    station: Type.String(),
    subject: Type.String({ description: "nozzle, device, tank, seal or gateway" }),
    severity: SeveritySchema,
    department: Type.String(),
    basis: Type.String({ description: "clause of the regulation" }),
    state: FlagStateSchema,
    from: Time,
    until: Time,
    endedAt: Nullable(Time),
    findings: Type.Integer({ description: "how many times it was seen while it went on" }),
    figures: Type.Record(Type.String(), Type.Union([Int, Type.String(), Type.Null()])),
    threshold: Type.Record(Type.String(), Type.Union([Int, Type.String(), Type.Null()])),
    text: Text,
    evidence: Type.Array(EvidenceRangeSchema),
  },
  { $id: "Flag", examples: [examples.flag] },
);

export const ProofRecordSchema = Type.Object(
  {
    gateway: Type.String(),
    seq: Int,
    at: Time,
    kind: Type.String(),
    line: Type.String({ description: "the journal line as it was hashed" }),
    hash: Type.String(),
    previousHash: Type.String(),
    receivedAt: Time,
  },
  { $id: "ProofRecord" },
);

export const FlagDetailSchema = Type.Object(
  {
    flag: FlagSchema,
    why: Text,
    check: Text,
    handling: Type.Object({
      life: Type.String({ description: "where it stands in people's hands" }),
      steps: Type.Array(
        Type.Object({ at: Time, by: Type.String(), step: Type.String(), reason: Nullable(Type.String()) }),
      ),
    }),
    records: Type.Array(ProofRecordSchema),
    truncated: Type.Boolean(),
  },
  { $id: "FlagDetail" },
);

export const RuleSchema = Type.Object(
  {
    id: Type.String(),
    title: Text,
    basis: Type.String(),
    department: Type.String(),
    severity: SeveritySchema,
    parameters: Type.Record(Type.String(), Int),
  },
  { $id: "Rule" },
);

export const DeliveryNoticeSchema = Type.Object(
  {
    station: Type.String(),
    tank: Type.String(),
    volumeCl: Type.Integer({ minimum: 1, maximum: 10_000_000 }),
    expectedFrom: Time,
    expectedUntil: Time,
    tanker: Type.String({ minLength: 1, maxLength: 40 }),
  },
  { $id: "DeliveryNotice", additionalProperties: false },
);

/** Something that was filed; which further fields there are depends on `filing`. */
export const FilingViewSchema = Type.Object(
  {
    id: Type.String(),
    station: Type.String(),
    filing: literals(["waybill", "work-order", "price", "area-price", "inspection"]),
    from: Time,
    until: Nullable(Time),
  },
  { $id: "Filing", additionalProperties: true },
);

/** Every refusal of the API has this form (RFC 9457 members, plus the cure). */
export const ProblemSchema = Type.Object(
  { type: Type.String(), title: Type.String(), status: Int, detail: Type.String(), cure: Type.Optional(Type.String()) },
  { $id: "Problem", examples: [examples.problem] },
);

/** Who is signed in, what they may, and what they have yet to do before anything else. */
export const SessionSchema = Type.Object(
  {
    account: Type.String(),
    name: Type.String(),
    unit: Nullable(Type.String()),
    department: Nullable(Type.String()),
    roles: Type.Array(Type.Object({ id: Type.String(), zh: Type.String(), en: Type.String() })),
    functions: Type.Array(Type.String()),
    counties: Nullable(Type.Array(Type.String(), { description: "county codes; null: all" })),
    setup: Type.Object({ password: Type.Boolean(), secondFactor: Type.Boolean() }),
    hasSecondFactor: Type.Boolean(),
    csrf: Type.String({ description: "sent as `x-forecourt-csrf` with everything that changes something" }),
    waiting: Type.Integer({ description: "requests that wait for this person" }),
    overdue: Type.Integer({ description: "of these, past their three working days" }),
    calendarEndsSoon: Type.Boolean({ description: "told to whoever keeps the calendar" }),
    idleMinutes: Int,
    passwordCharacters: Int,
  },
  { $id: "Session", examples: [examples.session] },
);

export const OwnSessionSchema = Type.Object(
  { id: Type.String(), since: Time, seen: Time, address: Type.String(), agent: Type.String(), isThis: Type.Boolean() },
  { $id: "OwnSession" },
);

export type OwnSession = Static<typeof OwnSessionSchema>;
export type Session = Static<typeof SessionSchema>;
export type StationSummary = Static<typeof StationSummarySchema>;
export type StationDetail = Static<typeof StationDetailSchema>;
export type Dispenser = Static<typeof DispenserSchema>;
export type NozzleState = Static<typeof NozzleStateSchema>;
export type Sale = Static<typeof SaleSchema>;
export type TankLevel = Static<typeof TankLevelSchema>;
export type TankState = Static<typeof TankStateSchema>;
export type SealStatus = Static<typeof SealStatusSchema>;
export type GatewayStatus = Static<typeof GatewayStatusSchema>;
export type Flag = Static<typeof FlagSchema>;
export type FlagDetail = Static<typeof FlagDetailSchema>;
export type ProofRecord = Static<typeof ProofRecordSchema>;
export type Rule = Static<typeof RuleSchema>;
