/** The parts of the configuration that gauges and hubs need: the console driver, and what is kept of readings. */
import { LocalNameSchema, TankSchema } from "@forecourt/protocol/ids.ts";
import type { ProbeProfile } from "@forecourt/protocol/probes/schema.ts";
import { type Static, Type } from "typebox";

const closed = { additionalProperties: false };
const DAY_MS = 86_400_000;

export const GaugeConsoleSchema = Type.Object(
  {
    device: LocalNameSchema,
    line: LocalNameSchema,
    driver: Type.Literal("gauge-console"),
    tanks: Type.Array(TankSchema, {
      minItems: 1,
      maxItems: 32,
      description: "tanks in the order of the console: the first is its tank 1",
    }),
    intervalMs: Type.Integer({
      minimum: 30_000,
      maximum: 600_000,
      default: 60_000,
      description: "how often the inventory is read; a console repeats itself when it is asked more often than 30 s",
    }),
    deliveryIntervalMs: Type.Integer({ minimum: 60_000, maximum: DAY_MS, default: 300_000 }),
    identityIntervalMs: Type.Integer({
      minimum: 600_000,
      maximum: 7 * DAY_MS,
      default: DAY_MS,
      description: "how often charts, probes and software are read",
    }),
    answerTimeoutMs: Type.Integer({ minimum: 1_000, maximum: 60_000, default: 15_000 }),
    securityCode: Type.Optional(
      Type.String({ pattern: "^[ -~]{6}$", description: "six characters, only if the console demands them" }),
    ),
    units: Type.Optional(
      Type.Unsafe<"metric" | "us">(
        Type.Enum(["metric", "us"], { description: "what the console is set to; left out, the console is asked" }),
      ),
    ),
  },
  closed,
);

export const ProbeSchema = Type.Object(
  {
    device: LocalNameSchema,
    line: LocalNameSchema,
    driver: Type.Literal("probe"),
    profile: Type.String({ description: "name of a profile in edge-agent/profiles/probes, or path of a profile file" }),
    probes: Type.Array(
      Type.Object({ tank: TankSchema, address: Type.Integer({ minimum: 0, maximum: 999_999 }) }, closed),
      { minItems: 1, maxItems: 32 },
    ),
    intervalMs: Type.Integer({ minimum: 500, maximum: DAY_MS, default: 5_000 }),
    answerTimeoutMs: Type.Integer({ minimum: 20, maximum: 60_000, default: 1_000 }),
  },
  closed,
);

const Amount = (maximum: number, description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum, description }));

const OverrideSchema = Type.Object(
  {
    levelDeadBandUm: Amount(1_000_000, "level moves below this are not kept"),
    waterDeadBandUm: Amount(1_000_000, "the same for water"),
    temperatureDeadBandMc: Amount(100_000, "and for the temperature"),
    volumeDeadBandCl: Amount(100_000_000, "and for the volume"),
    batteryDeadBandPercent: Amount(100, "and for the batteries of seals"),
    heartbeatMs: Type.Optional(Type.Integer({ minimum: 1_000, maximum: DAY_MS })),
  },
  closed,
);

/** The recorder's settings for tanks and seals, all with defaults. */
export const keepSettings = {
  levelDeadBandUm: Type.Integer({ minimum: 0, default: 1_000, description: "level moves below this are not kept" }),
  waterDeadBandUm: Type.Integer({ minimum: 0, default: 2_000 }),
  temperatureDeadBandMc: Type.Integer({ minimum: 0, default: 500 }),
  volumeDeadBandCl: Type.Integer({ minimum: 0, default: 5_000 }),
  batteryDeadBandPercent: Type.Integer({ minimum: 0, maximum: 100, default: 5 }),
  quietSettleMs: Type.Integer({
    minimum: 5_000,
    maximum: 3_600_000,
    default: 30_000,
    description: "so long after the last sale a tank's reading counts as one at rest",
  }),
  quietBandUm: Type.Integer({ minimum: 0, default: 500, description: "and its level moved no more than this" }),
  quietPauseMs: Type.Integer({ minimum: 0, maximum: DAY_MS, default: 60_000, description: "at most one so often" }),
  overrides: Type.Record(Type.String({ pattern: "^(T[0-9]{1,2}|[a-z][a-z0-9-]{0,31})$" }), OverrideSchema, {
    default: {},
    description: "other dead bands and heartbeats for one device or one tank",
  }),
};

export type GaugeConsoleConfig = Static<typeof GaugeConsoleSchema>;
export type ProbeConfig = Static<typeof ProbeSchema> & { readProfile: ProbeProfile };
export type KeepOverride = Static<typeof OverrideSchema>;
