/** The collector's configuration file as a schema: validation, types and the operator's reference in one. */
import { type Static, Type } from "typebox";
import { FUNCTION_NAMES, type FunctionName } from "../access/functions.ts";
import { MapConfigSchema } from "../map/schema.ts";
import { RetentionSchema } from "../retention/policy.ts";
import { NoticesSchema } from "./notice-schema.ts";

const closed = { additionalProperties: false } as const;
const Port = Type.Integer({ minimum: 0, maximum: 65_535, description: "TCP port; 0 takes any free one" });

export const ConfigSchema = Type.Object(
  {
    collector: Type.Object(
      { keyFile: Type.String({ minLength: 1, description: "PKCS #8 PEM, Ed25519, readable by the collector alone" }) },
      closed,
    ),
    database: Type.String({ minLength: 1, description: "SQLite file; made when missing" }),
    broker: Type.Object(
      {
        host: Type.Optional(Type.String({ minLength: 1, default: "127.0.0.1", description: "without encryption" })),
        port: Type.Optional(Port),
        tls: Type.Optional(
          Type.Object(
            {
              host: Type.String({ minLength: 1 }),
              port: Port,
              certFile: Type.String({ minLength: 1, description: "the broker's certificate and those above it, PEM" }),
              keyFile: Type.String({ minLength: 1, description: "its key, PEM, readable by the collector alone" }),
              caFile: Type.String({ minLength: 1, description: "who signs the gateways' certificates, PEM" }),
              crlFile: Type.Optional(Type.String({ minLength: 1, description: "what that authority revoked, PEM" })),
            },
            { ...closed, description: "MQTT over TLS 1.3 with client certificates" },
          ),
        ),
        external: Type.Optional(
          Type.Object(
            {
              url: Type.String({ pattern: "^mqtts://", description: "the broker's address" }),
              certFile: Type.String({ minLength: 1, description: "the collector's certificate as its client, PEM" }),
              keyFile: Type.String({ minLength: 1, description: "its key, PEM, readable by the collector alone" }),
              caFile: Type.String({ minLength: 1, description: "who vouches for the broker, PEM" }),
            },
            {
              ...closed,
              description: "another program as the broker, such as Mosquitto; then nothing else is listened on",
            },
          ),
        ),
        maxPacketBytes: Type.Optional(
          Type.Integer({ minimum: 1_024, maximum: 16_777_216, default: 1_048_576, description: "largest MQTT packet" }),
        ),
        observers: Type.Optional(
          Type.Array(
            Type.Object(
              {
                username: Type.String({ pattern: "^[a-z][a-z0-9-]{0,31}$" }),
                passwordArgon2: Type.String({ pattern: "^\\$argon2id\\$", description: "argon2id hash" }),
              },
              closed,
            ),
            { maxItems: 100, description: "who may read everything on the broker and write nothing" },
          ),
        ),
      },
      closed,
    ),
    http: Type.Object(
      {
        host: Type.String({ minLength: 1 }),
        port: Port,
        tls: Type.Optional(
          Type.Object(
            {
              certFile: Type.String({ minLength: 1, description: "the certificate and those above it, PEM" }),
              keyFile: Type.String({ minLength: 1, description: "its key, PEM, readable by the collector alone" }),
            },
            { ...closed, description: "HTTPS; without it, plain HTTP, which belongs on loopback or behind a proxy" },
          ),
        ),
      },
      closed,
    ),
    enrolment: Type.Optional(
      Type.Object(
        {
          certFile: Type.String({ minLength: 1, description: "the issuing authority's certificate, PEM" }),
          keyFile: Type.String({ minLength: 1, description: "its key, PEM, readable by the collector alone" }),
          rootFile: Type.String({ minLength: 1, description: "the root's certificate, PEM" }),
          token: Type.String({ minLength: 16, maxLength: 200, description: "bearer token for codes and revocations" }),
          brokers: Type.Array(Type.String({ pattern: "^mqtts?://" }), {
            maxItems: 8,
            description: "told to new boxes",
          }),
          address: Type.Optional(
            Type.String({
              pattern: "^https?://[^\\s/]+/?$",
              description: "of the collector, for the QR code of a code",
            }),
          ),
          certificateDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 825, default: 90 })),
          codeHours: Type.Optional(Type.Integer({ minimum: 1, maximum: 720, default: 72 })),
        },
        { ...closed, description: "without it, gateways are registered in the registry file only" },
      ),
    ),
    deskToken: Type.Optional(
      Type.String({
        minLength: 16,
        maxLength: 200,
        description: "bearer token for steps of flags and settings of rules",
      }),
    ),
    noticesToken: Type.String({ minLength: 16, maxLength: 200, description: "bearer token for delivery notices" }),
    commandsToken: Type.Optional(
      Type.String({ minLength: 16, maxLength: 200, description: "bearer token for commands to gateways" }),
    ),
    access: Type.Optional(
      Type.Partial(
        Type.Object(
          {
            passwordCharacters: Type.Integer({ minimum: 8, maximum: 64, default: 10 }),
            passwordDays: Type.Integer({ minimum: 1, maximum: 3_650, default: 90 }),
            failures: Type.Integer({ minimum: 1, maximum: 100, default: 5, description: "that lock a name" }),
            lockMinutes: Type.Integer({ minimum: 1, maximum: 1_440, default: 30 }),
            idleMinutes: Type.Integer({ minimum: 1, maximum: 1_440, default: 30 }),
            sessionHours: Type.Integer({ minimum: 1, maximum: 168, default: 12 }),
            secondFactor: Type.Unsafe<"required" | "offered">(Type.Enum(["required", "offered"])),
            firstPasswordHours: Type.Integer({ minimum: 1, maximum: 720, default: 72 }),
          },
          closed,
        ),
        { description: "how people sign in" },
      ),
    ),
    machines: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ pattern: "^[a-z][a-z0-9-]{0,31}$" }),
            token: Type.String({ minLength: 16, maxLength: 200, description: "sent as a bearer token" }),
            functions: Type.Array(Type.Unsafe<FunctionName>(Type.Enum(FUNCTION_NAMES)), { minItems: 1 }),
            counties: Type.Optional(
              Type.Array(Type.String({ pattern: "^[0-9]{6}$" }), { description: "county codes; left out: all" }),
            ),
          },
          closed,
        ),
        { maxItems: 100, description: "programs that use the API, each with what it may" },
      ),
    ),
    notices: Type.Optional(NoticesSchema),
    updates: Type.Optional(
      Type.Object(
        {
          bundles: Type.String({ minLength: 1, description: "folder of signed bundles (`provision -- bundle make`)" }),
          rollouts: Type.Optional(
            Type.String({
              minLength: 1,
              description: "folder where `collector rollout` keeps its files: the page shows them",
            }),
          ),
          address: Type.String({
            pattern: "^https?://[^\\s?#]+/api/v1/bundles$",
            description: "where gateways fetch them: this collector's own address",
          }),
        },
        { ...closed, description: "without it, gateways cannot be updated from here" },
      ),
    ),
    map: Type.Optional(MapConfigSchema),
    retention: Type.Optional(RetentionSchema),
    registry: Type.Optional(
      Type.String({ minLength: 1, description: "file of stations that fills an empty registry at the first start" }),
    ),
    rules: Type.Optional(
      Type.Record(Type.String(), Type.Record(Type.String(), Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 })), {
        description: "parameters of rules that differ from their defaults, by rule id",
      }),
    ),
  },
  closed,
);

/** The part of it about rules, in a file of its own. */
export const ParametersSchema = Type.Pick(ConfigSchema, ["rules"], closed);

export type ConfigFile = Static<typeof ConfigSchema>;
