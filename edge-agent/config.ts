/**
 * The agent's configuration: schema, defaults, and what follows from it. Whatever is wrong is said with file, line,
 * field and cure.
 */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import {
  GatewayIdSchema,
  LocalNameSchema,
  NozzleSchema,
  SealSchema,
  StationIdSchema,
  TankSchema,
} from "@forecourt/protocol/ids.ts";
import type { DeviceProfile } from "@forecourt/protocol/profiles/schema.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { type DialectName, profiles } from "@forecourt/protocol/tax-port/dialects.ts";
import { readYaml, type YamlError } from "@forecourt/protocol/yaml-file.ts";
import { type Static, Type } from "typebox";
import { crossCheck } from "./config-checks.ts";
import {
  type GaugeConsoleConfig,
  GaugeConsoleSchema,
  keepSettings,
  type ProbeConfig,
  ProbeSchema,
} from "./config-gauges.ts";
import { withProfiles } from "./config-profiles.ts";
import { HealthConfigSchema, healthWithPaths } from "./health/config.ts";
import { JournalConfigSchema } from "./journal/config.ts";
import { TokenSchema } from "./keys/place.ts";
import { readTlsFiles } from "./uplink/tls-files.ts";

const closed = { additionalProperties: false };
const Ms = (defaultMs: number, description: string, minimum = 0) =>
  Type.Integer({ minimum, maximum: 86_400_000, default: defaultMs, description });
const Choice = <const Values extends readonly (string | number)[]>(values: Values) =>
  Type.Unsafe<Values[number]>(Type.Enum([...values]));

const LineSchema = Type.Object(
  {
    line: LocalNameSchema,
    serial: Type.Optional(Type.String({ description: "path of the port, best one below /dev/serial/by-id/" })),
    tcp: Type.Optional(Type.String({ pattern: "^[^:\\s]+:[0-9]{1,5}$", description: "host:port" })),
    framing: Type.Optional(
      Type.Unsafe<"rtu" | "tcp">(
        Type.Enum(["rtu", "tcp"], {
          description:
            "Modbus on a `tcp` line: `tcp` (default), or `rtu` behind a serial server that passes bytes through",
        }),
      ),
    ),
    baudRate: Type.Optional(Type.Integer({ minimum: 300, maximum: 921_600 })),
    dataBits: Type.Optional(Choice([7, 8])),
    parity: Type.Optional(Choice(["none", "even", "odd"])),
    stopBits: Type.Optional(Choice([1, 2])),
  },
  closed,
);

const TaxPortSchema = Type.Object(
  {
    device: LocalNameSchema,
    line: LocalNameSchema,
    driver: Type.Literal("tax-port"),
    dialect: Type.Unsafe<DialectName>(Type.Enum(Object.keys(profiles))),
    nozzles: Type.Array(
      Type.Object(
        {
          nozzle: NozzleSchema,
          index: Type.Integer({ minimum: 0, maximum: 255 }),
          tank: Type.Optional(TankSchema),
        },
        closed,
      ),
      { minItems: 1, maxItems: 16 },
    ),
    totalIntervalMs: Ms(1_000, "how often each grand total is due; 0 as fast as the wire allows"),
    answerTimeoutMs: Type.Optional(Type.Integer({ minimum: 20, maximum: 30_000 })),
    interQueryGapMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 60_000 })),
    maxFlowClPerS: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  },
  closed,
);

const ModbusSchema = Type.Object(
  {
    device: LocalNameSchema,
    line: LocalNameSchema,
    driver: Type.Literal("modbus"),
    profile: Type.String({ description: "name of a profile in edge-agent/profiles, or path of a profile file" }),
    unit: Type.Optional(Type.Integer({ minimum: 1, maximum: 247 })),
    tanks: Type.Array(TankSchema, { default: [], maxItems: 64, description: "tanks in the order of the gauge" }),
    seals: Type.Array(SealSchema, { default: [], maxItems: 250, description: "seals in the order of the hub" }),
    intervalMs: Ms(5_000, "how often the device is read"),
    answerTimeoutMs: Type.Integer({ minimum: 20, maximum: 60_000, default: 1_000 }),
  },
  closed,
);

export const AgentConfigSchema = Type.Object(
  {
    gateway: Type.Object(
      {
        id: GatewayIdSchema,
        station: StationIdSchema,
        stateDir: Type.String({ description: "folder for the key and the journal, relative to this file" }),
        pkcs11: Type.Optional(TokenSchema),
      },
      closed,
    ),
    collector: Type.Object(
      {
        brokers: Type.Array(Type.String({ pattern: "^mqtts?://", description: "mqtts://host:port, tried in turn" }), {
          minItems: 1,
          maxItems: 8,
        }),
        tls: Type.Optional(
          Type.Object(
            {
              caFile: Type.String({ description: "who signs the collector's certificate, PEM" }),
              certFile: Type.String({ description: "the gateway's certificate, PEM" }),
              keyFile: Type.String({ description: "its key, PEM, readable by its owner alone" }),
            },
            { ...closed, description: "needed for mqtts://" },
          ),
        ),
        renewal: Type.Optional(
          Type.String({
            pattern: "^https?://",
            description: "the collector's address: renews the certificate by itself",
          }),
        ),
        publicKey: Type.String({ minLength: 40, description: "base64, as `npm run collector -- key` prints it" }),
      },
      closed,
    ),
    lines: Type.Array(LineSchema, { minItems: 1, maxItems: 64 }),
    devices: Type.Array(Type.Union([TaxPortSchema, ModbusSchema, GaugeConsoleSchema, ProbeSchema]), {
      minItems: 1,
      maxItems: 128,
    }),
    recorder: Type.Object(
      {
        ...keepSettings,
        tankHeartbeatMs: Ms(300_000, "an unchanged tank is stated again after this"),
        sealHeartbeatMs: Ms(3_600_000, "an unchanged seal is stated again after this"),
        totalHeartbeatMs: Ms(3_600_000, "an unchanged grand total is stated again after this"),
        idleMs: Ms(
          10_000,
          "a dispenser is idle after so long without a sign of use: only then it is asked what can wait",
        ),
        gatewayHeartbeatMs: Ms(60_000, "the gateway reports on itself this often", 1_000),
      },
      { ...closed, default: {} },
    ),
    silence: Type.Object(
      {
        failures: Type.Integer({ minimum: 1, maximum: 100, default: 3, description: "unanswered polls in a row" }),
        silentMs: Ms(10_000, "and nothing heard for this long: then the device is down"),
        minBackOffMs: Ms(1_000, "first pause of a silent device"),
        maxBackOffMs: Ms(10_000, "longest pause of a silent device"),
      },
      { ...closed, default: {} },
    ),
    journal: JournalConfigSchema,
    health: HealthConfigSchema,
    uplink: Type.Object(
      {
        maxInFlight: Type.Integer({ minimum: 1, maximum: 64, default: 8, description: "batches without a receipt" }),
        receiptTimeoutMs: Ms(15_000, "unacknowledged batches are sent again after this", 100),
        patienceMs: Ms(1_000, "signs of life and small level moves wait this long for company"),
        budgetMb: Type.Optional(
          Type.Integer({ minimum: 1, maximum: 1_000_000, description: "data in a calendar month, MiB" }),
        ),
        reconnectMinMs: Ms(1_000, "shortest pause before reconnecting", 10),
        reconnectMaxMs: Ms(60_000, "longest pause before reconnecting", 10),
      },
      { ...closed, default: {} },
    ),
  },
  closed,
);

export type AgentConfigFile = Static<typeof AgentConfigSchema>;
export type LineConfig = Static<typeof LineSchema>;
export type TaxPortConfig = Static<typeof TaxPortSchema>;
export type ModbusFile = Static<typeof ModbusSchema>;
export type ModbusConfig = ModbusFile & { readProfile: DeviceProfile };

export interface AgentConfig extends Omit<AgentConfigFile, "devices"> {
  devices: (TaxPortConfig | ModbusConfig | GaugeConsoleConfig | ProbeConfig)[];
}

/**
 * Reads a configuration file and the profiles it names.
 * @param file path; other paths in the file are relative to its folder
 * @returns the configuration with absolute paths and all defaults, or every error found
 */
export function loadConfig(file: string): Result<AgentConfig, YamlError[]> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const cure = "give the path of a readable file with --config";
    return fail([{ file, line: 1, column: 1, field: "", message: (error as Error).message, cure }]);
  }
  const read = readYaml(AgentConfigSchema, text, file);
  if (!read.ok) return read;
  const { value } = read.value;
  const errors = crossCheck(read.value);
  const tls = tlsFiles(value, dirname(file));
  const material = tls === undefined ? undefined : readTlsFiles(tls);
  if (material?.ok === false) {
    errors.push(
      ...material.error.map(({ field, message, cure }) =>
        read.value.errorAt(["collector", "tls", field], message, cure),
      ),
    );
  }
  const profiled = withProfiles(read.value, dirname(file));
  errors.push(...profiled.errors);
  if (errors.length > 0) return fail(errors);
  const stateDir = resolve(dirname(file), value.gateway.stateDir);
  return ok({
    ...value,
    gateway: { ...value.gateway, stateDir, ...tokenWithPath(value.gateway, dirname(file)) },
    health: healthWithPaths(value.health, dirname(file)),
    collector: { ...value.collector, ...(tls === undefined ? {} : { tls }) },
    lines: value.lines.map((line) =>
      line.serial === undefined ? line : { ...line, serial: resolve(dirname(file), line.serial) },
    ),
    devices: profiled.devices,
  });
}

/** With an absolute path. */
function tokenWithPath({ pkcs11 }: AgentConfigFile["gateway"], folder: string) {
  return pkcs11 === undefined ? {} : { pkcs11: { ...pkcs11, pinFile: resolve(folder, pkcs11.pinFile) } };
}

/** With absolute paths. */
function tlsFiles({ collector: { tls } }: AgentConfigFile, folder: string) {
  if (tls === undefined) return undefined;
  const { caFile, certFile, keyFile } = tls;
  return { caFile: resolve(folder, caFile), certFile: resolve(folder, certFile), keyFile: resolve(folder, keyFile) };
}
