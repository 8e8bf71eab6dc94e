/** The part of the configuration that says where the gateway looks for its own state. */
import { resolve } from "node:path";
import { type Static, type TSchema, Type } from "typebox";

const closed = { additionalProperties: false };

/** A file whose first line is one of some texts: a GPIO below /sys/class/gpio, a UPS daemon's status, and the like. */
const states = <State extends TSchema>(state: State, description: string) =>
  Type.Optional(
    Type.Object(
      {
        file: Type.String({ description: "absolute, or relative to the configuration" }),
        when: Type.Record(Type.String({ maxLength: 80 }), state, {
          minProperties: 1,
          description: "what the file's text means; any other text is unknown",
        }),
      },
      { ...closed, description },
    ),
  );

const figure = (description: string, unit: string) =>
  Type.Optional(
    Type.Object(
      {
        file: Type.String({ description: "absolute, or relative to the configuration" }),
        scale: Type.Number({ default: 1, description: `the file's number times this is ${unit}` }),
      },
      { ...closed, description },
    ),
  );

const oneOf = <const Values extends readonly string[]>(values: Values) =>
  Type.Unsafe<Values[number]>(Type.Enum([...values]));

export const HealthConfigSchema = Type.Object(
  {
    heartbeatMs: Type.Integer({ minimum: 10_000, maximum: 86_400_000, default: 600_000, description: "stated again" }),
    mains: states(oneOf(["on", "lost"]), "whether mains power is there"),
    cabinet: states(oneOf(["closed", "open"]), "the cabinet's door"),
    batteryPercent: figure("charge of the battery", "percent"),
    temperatureMc: figure("temperature in the cabinet", "0.001 °C"),
    metricsPort: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 65_535, description: "/metrics and /healthz on 127.0.0.1; off without it" }),
    ),
  },
  { ...closed, default: {} },
);
export type HealthConfig = Static<typeof HealthConfigSchema>;

/** With absolute paths. @param folder that relative ones count from */
export function healthWithPaths(config: HealthConfig, folder: string): HealthConfig {
  const files = ["mains", "cabinet", "batteryPercent", "temperatureMc"] as const;
  const found = files.flatMap((name) => {
    const source = config[name];
    return source === undefined ? [] : [[name, { ...source, file: resolve(folder, source.file) }] as const];
  });
  return { ...config, ...Object.fromEntries(found) };
}
