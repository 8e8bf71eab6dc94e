/**
 * What a collector can ask of a gateway. Every command names one gateway, when it was issued and when it is no longer
 * to be carried out, and is carried out at most once.
 */
import { type Static, Type } from "typebox";
import { GatewayIdSchema, LocalNameSchema } from "../ids.ts";
import { TIME_PATTERN } from "../time.ts";
import { VERSION_PATTERN } from "../update/version.ts";

const closed = { additionalProperties: false } as const;
const Time = Type.String({ pattern: TIME_PATTERN });
const Seq = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

/** Limits that both sides keep. */
export const commandLimits = {
  /** of a command or an answer as it travels */
  messageBytes: 128 * 1024,
  /** of its body when it is decompressed */
  bodyBytes: 512 * 1024,
  /** of a configuration: a few kilobytes usually */
  configCharacters: 100_000,
  /** log lines in one answer */
  logLines: 1_000,
  /** records sent again by one command */
  resendRecords: 100_000,
  /** a command lives no longer than this: the gateway remembers its id for as long */
  lifeMs: 7 * 86_400_000,
} as const;

/** Who may be asked what. The body of a command is one of these. */
export const commandBodies = {
  /** Takes this configuration; if the collector is not reached with it in time, the old one comes back by itself. */
  "apply-configuration": Type.Object(
    {
      name: Type.Literal("apply-configuration"),
      yaml: Type.String({ minLength: 1, maxLength: commandLimits.configCharacters }),
      /** how long the uplink may take to come up with it */
      deadlineMs: Type.Integer({ minimum: 10_000, maximum: 3_600_000 }),
    },
    closed,
  ),
  /** Reads a device now, all that is asked of it routinely. */
  "read-now": Type.Object({ name: Type.Literal("read-now"), device: LocalNameSchema }, closed),
  /** Sends these records again; what the collector holds already it does not store twice. */
  "resend-range": Type.Object({ name: Type.Literal("resend-range"), fromSeq: Seq, toSeq: Seq }, closed),
  /** Writes every raw frame of a line to a file on the box. */
  "capture-line": Type.Object(
    {
      name: Type.Literal("capture-line"),
      line: LocalNameSchema,
      durationMs: Type.Integer({ minimum: 1_000, maximum: 3_600_000 }),
    },
    closed,
  ),
  /** Answers with the newest lines of the program's log. */
  "send-logs": Type.Object(
    {
      name: Type.Literal("send-logs"),
      lines: Type.Integer({ minimum: 1, maximum: commandLimits.logLines }),
    },
    closed,
  ),
  /** Fetches a signed version of the program and puts it in force, on trial: it goes back by itself unless all is well. */
  update: Type.Object(
    {
      name: Type.Literal("update"),
      version: Type.String({ pattern: VERSION_PATTERN }),
      /** address of the folder with the bundles; what lies there is proved by the update authority's signature */
      from: Type.String({ pattern: "^https?://[^\\s?#]+$", maxLength: 300 }),
      /** an older version, or the same once more, is taken only when this says so */
      allowOlder: Type.Boolean(),
      /** within this the new version must have read the devices and reached the collector */
      trialMs: Type.Integer({ minimum: 5_000, maximum: 86_400_000 }),
    },
    closed,
  ),
  /** Stops everything in order and starts again with the configuration on disk. */
  restart: Type.Object({ name: Type.Literal("restart") }, closed),
} as const;

export type CommandName = keyof typeof commandBodies;
export type CommandBodyOf<Name extends CommandName> = Static<(typeof commandBodies)[Name]>;
export type CommandBody = { [Name in CommandName]: CommandBodyOf<Name> }[CommandName];

export const CommandBodySchema = Type.Unsafe<CommandBody>(Type.Union(Object.values(commandBodies)));

export const COMMAND_ID_PATTERN = "^[A-Za-z0-9_-]{10,40}$";
const sealed = { bodySha256: Type.String({ pattern: "^[0-9a-f]{64}$" }), algorithm: Type.Literal("ed25519") };

export const CommandHeaderSchema = Type.Object(
  {
    id: Type.String({ pattern: COMMAND_ID_PATTERN }),
    gateway: GatewayIdSchema,
    issuedAt: Time,
    expiresAt: Time,
    ...sealed,
  },
  { ...closed, description: "the signed header of a command" },
);
export type CommandHeader = Static<typeof CommandHeaderSchema>;

export const COMMAND_OUTCOMES = ["accepted", "done", "refused", "failed", "rolled-back"] as const;
export type CommandOutcome = (typeof COMMAND_OUTCOMES)[number];

export const CommandAnswerHeaderSchema = Type.Object(
  {
    command: Type.String({ pattern: COMMAND_ID_PATTERN }),
    gateway: GatewayIdSchema,
    outcome: Type.Unsafe<CommandOutcome>(Type.Union(COMMAND_OUTCOMES.map((outcome) => Type.Literal(outcome)))),
    /** why, where there is something to say */
    reason: Type.Union([Type.String({ maxLength: 200 }), Type.Null()]),
    at: Time,
    ...sealed,
  },
  { ...closed, description: "the signed header of an answer to a command" },
);
export type CommandAnswerHeader = Static<typeof CommandAnswerHeaderSchema>;
