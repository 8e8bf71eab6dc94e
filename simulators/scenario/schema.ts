/** The shape of a scenario file. Everything a station is made of is data here; unknown keys are errors. */
import {
  LOCAL_NAME_PATTERN,
  NOZZLE_PATTERN,
  SEAL_PATTERN,
  STATION_ID_PATTERN,
  TANK_PATTERN,
} from "@forecourt/protocol/ids.ts";
import { type Static, Type } from "typebox";
import { GAUGE_MODELS } from "../devices/gauges/maps.ts";
import type { FaultFile } from "../faults/kinds.ts";
import { PhysicsSchema } from "../physics/parameters.ts";
import { DURATION_PATTERN } from "../time.ts";
import type { PlantFile } from "./plants.ts";
import { templateNames } from "./template.ts";

const closed = { additionalProperties: false };
const text = (description: string) => Type.String({ minLength: 1, maxLength: 2000, description });
const local = (what: string) =>
  Type.String({ pattern: LOCAL_NAME_PATTERN, description: `${what}: small letters, digits and -, such as tax-1` });
const nozzleId = Type.String({ pattern: NOZZLE_PATTERN, description: "a nozzle such as N03" });
const tankId = Type.String({ pattern: TANK_PATTERN, description: "a tank such as T2" });
const sealId = Type.String({ pattern: SEAL_PATTERN, description: "a seal such as S07" });
const duration = Type.String({ pattern: DURATION_PATTERN, description: "a simulated duration such as 90s, 10m, 2h" });
const share = Type.Number({ minimum: 0, maximum: 1, description: "a share from 0 to 1" });
const yesNo = Type.Boolean({ description: "true or false" });
const whole = (minimum: number, maximum: number, what: string) =>
  Type.Integer({ minimum, maximum, description: `${what}, a whole number from ${minimum} to ${maximum}` });
const number = (minimum: number, maximum: number, what: string) =>
  Type.Number({ minimum, maximum, description: `${what}, from ${minimum} to ${maximum}` });
const oneOf = <const T extends string[]>(values: [...T]) =>
  Type.Enum(values, { description: `one of ${values.join(", ")}` });

const Station = Type.Object(
  {
    id: Type.String({ pattern: STATION_ID_PATTERN, description: "a station id such as 532801-0007" }),
    nameZh: text("the Chinese name"),
    nameEn: text("the English name"),
    seed: whole(0, 0xffff_ffff, "the seed"),
    speed: Type.Optional(number(0.001, 10_000, "simulated seconds a second")),
    customersPerHour: number(0, 2_000, "customers an hour"),
    hourShare: Type.Optional(
      Type.Array(Type.Number({ minimum: 0 }), { minItems: 24, maxItems: 24, description: "24 shares, one an hour" }),
    ),
    weekdayShare: Type.Optional(
      Type.Array(Type.Number({ minimum: 0 }), { minItems: 7, maxItems: 7, description: "7 shares, Monday first" }),
    ),
    startsAt: Type.Optional(
      Type.String({
        pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})$",
        description: "an RFC 3339 time with offset, such as 2025-08-01T07:00:00+08:00",
      }),
    ),
  },
  closed,
);

const Nozzle = Type.Object(
  {
    nozzle: nozzleId,
    index: whole(0, 255, "the nozzle's number on the tax port"),
    tank: tankId,
    grade: text("the grade, such as 92#"),
    oilCode: Type.String({ pattern: "^[0-9]{4}$", description: "four digits in quotes" }),
    unitPriceFen: whole(1, 999_999, "fen a litre"),
    startTotalCl: whole(0, 999_999_999_999, "0.01 L"),
    startTotalFen: Type.Optional(whole(0, 999_999_999_999, "fen")),
    weight: Type.Optional(number(0, 1_000, "share of the customers")),
    flowLPerMin: Type.Optional(number(1, 300, "litres a minute")),
    fills: Type.Optional(oneOf(["car", "truck"])),
    meterBias: Type.Optional(number(-0.2, 0.2, "the meter's own error; default: drawn")),
  },
  closed,
);

const Dispenser = Type.Object(
  {
    device: local("the device"),
    line: local("the serial line"),
    dialect: oneOf(["28-byte", "30-byte", "large-flow"]),
    factorySerial: Type.String({ pattern: "^[A-Za-z0-9]{10}$", description: "10 letters or digits, in quotes" }),
    taxpayerId: Type.String({ pattern: "^[A-Za-z0-9]{20}$", description: "20 letters or digits" }),
    initialised: Type.Optional(yesNo),
    silentWhileFuelling: Type.Optional(yesNo),
    crossTalk: Type.Optional(share),
    splitAnswers: Type.Optional(yesNo),
    mergeAnswers: Type.Optional(yesNo),
    monthPadding: Type.Optional(oneOf(["zero", "space"])),
    turnaroundMs: Type.Optional(number(0, 10_000, "milliseconds before an answer begins")),
    spareBytes: Type.Optional(yesNo),
    gunCode: Type.Optional(Type.String({ pattern: "^[0-9]{2}$", description: "two digits in quotes" })),
    nozzles: Type.Array(Nozzle, { minItems: 1, maxItems: 8, description: "1 to 8 nozzles" }),
  },
  closed,
);

const placing = {
  tiltMmPerM: Type.Optional(number(-100, 100, "tilt, mm a metre; default: drawn")),
  rollDeg: Type.Optional(number(-45, 45, "roll of the probe, degrees; default: drawn")),
};
/** What the gauge's strapping table takes the tank for. */
const Chart = Type.Object(
  { ...placing, scale: Type.Optional(number(0.5, 1.5, "what its litres are multiplied with; default: drawn")) },
  closed,
);
const Tank = Type.Object(
  {
    tank: tankId,
    grade: text("the grade, such as 92#"),
    diameterMm: whole(500, 4_000, "mm"),
    lengthMm: whole(500, 20_000, "mm"),
    dishMm: Type.Optional(number(0, 2_000, "depth of the dished ends, mm")),
    ...placing,
    probeAtMm: Type.Optional(number(0, 20_000, "where the probe stands, mm from the left end")),
    chart: Type.Optional(Chart),
    startVolumeL: number(0, 250_000, "litres"),
    waterMm: Type.Optional(number(0, 500, "mm of water")),
    deadStockL: Type.Optional(number(0, 20_000, "litres that cannot be pumped")),
    maxFillShare: Type.Optional(share),
    temperatureC: Type.Optional(number(-30, 50, "mean temperature, °C")),
    temperatureSwingC: Type.Optional(number(0, 20, "half the daily swing, °C")),
    noiseMm: Type.Optional(number(0, 50, "standard deviation of the level, mm")),
    probe: Type.Optional(whole(1, 8, "the number of the probe on the gauge")),
  },
  closed,
);

const modbus = {
  device: local("the device"),
  transport: oneOf(["tcp", "rtu", "both"]),
  line: Type.Optional(local("the serial line, needed for rtu")),
  port: Type.Optional(whole(1, 65_535, "the TCP port")),
  unit: Type.Optional(whole(1, 247, "the Modbus unit")),
  baudRate: Type.Optional(whole(300, 115_200, "baud")),
  parity: Type.Optional(oneOf(["none", "even", "odd"])),
  stopBits: Type.Optional(whole(1, 2, "stop bits")),
  turnaroundMs: Type.Optional(number(0, 10_000, "milliseconds before an answer begins")),
};
const Gauge = Type.Object(
  {
    ...modbus,
    /** What it speaks: one of the Modbus maps, or the serial protocol of a console (over TCP: the same bytes). */
    model: Type.Optional(oneOf([...GAUGE_MODELS, "console"])),
  },
  closed,
);
const Seal = Type.Object(
  {
    seal: sealId,
    place: text("where it sits, such as board-box"),
    of: text("the device or tank it protects"),
    number: Type.Optional(whole(1, 32, "its number on the hub")),
    serial: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9-]{1,8}$", description: "1 to 8 letters or digits" })),
    batteryPercent: Type.Optional(whole(0, 100, "per cent")),
  },
  closed,
);
const SealHub = Type.Object({ ...modbus, seals: Type.Array(Seal, { minItems: 1, maxItems: 32 }) }, closed);

const Delivery = Type.Object(
  {
    tank: tankId,
    at: duration,
    volumeL: number(1, 60_000, "litres"),
    notice: Type.Optional(yesNo),
    tanker: Type.Optional(text("the tanker's number plate")),
    unloadLPerMin: Type.Optional(number(10, 2_000, "litres a minute")),
  },
  closed,
);

const Supply = Type.Object(
  {
    automatic: Type.Optional(yesNo),
    tankerPrefix: Type.Optional(text("the beginning of the tankers' number plates")),
  },
  closed,
);

/** A whole scenario file; the entries of `cheats` and `faults` are checked one by one, each against its kind's schema. */
export const ScenarioFileSchema = Type.Object(
  {
    scenario: Type.String({ pattern: "^[a-z0-9][a-z0-9-]*$", description: "a kebab-case name" }),
    shows: text("a paragraph that says what the scenario shows"),
    template: Type.Optional(oneOf([...templateNames])),
    days: Type.Optional(whole(1, 3_660, "days that a history of it takes")),
    station: Station,
    dispensers: Type.Array(Dispenser, { minItems: 1, maxItems: 8 }),
    tanks: Type.Array(Tank, { minItems: 1, maxItems: 8 }),
    gauge: Type.Optional(Gauge),
    sealHub: Type.Optional(SealHub),
    supply: Type.Optional(Supply),
    physics: Type.Optional(PhysicsSchema),
    deliveries: Type.Optional(Type.Array(Delivery, { maxItems: 1_000 })),
    cheats: Type.Optional(Type.Array(Type.Unknown(), { maxItems: 1_000 })),
    faults: Type.Optional(Type.Array(Type.Unknown(), { maxItems: 1_000 })),
    serialServers: Type.Optional(Type.Array(local("a serial line that hangs on a serial server"), { maxItems: 16 })),
  },
  closed,
);

export type ScenarioFile = Omit<Static<typeof ScenarioFileSchema>, "cheats" | "faults"> & {
  cheats?: PlantFile[];
  faults?: FaultFile[];
};
export type DispenserFile = Static<typeof Dispenser>;
export type NozzleFile = Static<typeof Nozzle>;
export type TankFile = Static<typeof Tank>;
export type GaugeFile = Static<typeof Gauge>;
export type SealFile = Static<typeof Seal>;
export type DeliveryFile = Static<typeof Delivery>;
