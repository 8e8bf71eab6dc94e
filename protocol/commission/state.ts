/**
 * How far an installation has come: what the box keeps in its state folder, step by step, and shows to page and
 * terminal. What a step still waits for is said by the steps themselves (edge-agent/commission/steps.ts).
 */
import { type Static, Type } from "typebox";
import { GatewayIdSchema, NozzleSchema, StationIdSchema } from "../ids.ts";
import { TIME_PATTERN } from "../time.ts";
import { EnrolOrderSchema, PlacesSchema, ReportAnswersSchema, SiteSchema } from "./answers.ts";
import { FoundLineSchema } from "./found.ts";

const closed = { additionalProperties: false } as const;
const Nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);
const Time = Type.Unsafe<string>(Type.String({ pattern: TIME_PATTERN }));
const Amount = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Hash = Type.String({ pattern: "^[0-9a-f]{64}$" });

export const TroubleSchema = Type.Object(
  {
    code: Type.String({ maxLength: 40 }),
    message: Type.String({ maxLength: 400 }),
    cure: Type.String({ maxLength: 400 }),
  },
  closed,
);
/** What stands in the way, in words. */
export type Trouble = Static<typeof TroubleSchema>;

const TestedSchema = Type.Object(
  {
    nozzle: NozzleSchema,
    sale: Type.Object({ seq: Amount, hash: Hash, volumeCl: Amount, amountFen: Amount, at: Time }, closed),
    receipt: Nullable(
      Type.Object({ seq: Amount, hash: Hash, at: Time, signature: Type.String({ maxLength: 200 }) }, closed),
    ),
  },
  { ...closed, description: "the first sale of a nozzle after enrolment, and the collector's receipt for it" },
);
export type Tested = Static<typeof TestedSchema>;

export const PhotoSchema = Type.Object(
  {
    name: Type.String({ pattern: "^[A-Za-z0-9._-]{1,80}$" }),
    sha256: Hash,
    bytes: Amount,
    of: Type.String({ minLength: 1, maxLength: 100 }),
  },
  closed,
);
export type Photo = Static<typeof PhotoSchema>;

const SignedSchema = Type.Object(
  {
    role: Type.Unsafe<"technician" | "station" | "official">(Type.Enum(["technician", "station", "official"])),
    name: Type.String({ minLength: 1, maxLength: 40 }),
    at: Time,
    path: Type.String({ maxLength: 50_000 }),
  },
  closed,
);

export const CommissionSchema = Type.Object(
  {
    version: Type.Literal(1),
    startedAt: Time,
    lines: Nullable(Type.Object({ at: Time, accepted: Type.Boolean(), found: Type.Array(FoundLineSchema) }, closed)),
    places: Type.Object({ answers: PlacesSchema, doneAt: Nullable(Time) }, closed),
    site: Nullable(
      Type.Object(
        {
          answers: SiteSchema,
          at: Time,
          clockSource: Type.Unsafe<"time-daemon" | "none">(Type.Enum(["time-daemon", "none"])),
          clockOffsetMs: Nullable(Type.Integer()),
        },
        closed,
      ),
    ),
    enrol: Type.Object(
      {
        order: Nullable(EnrolOrderSchema),
        orderedAt: Nullable(Time),
        trouble: Nullable(TroubleSchema),
        gateway: Nullable(GatewayIdSchema),
        station: Nullable(StationIdSchema),
        collector: Nullable(Type.String({ maxLength: 200 })),
        doneAt: Nullable(Time),
      },
      { ...closed, description: "the order, with its code, is kept only until it has been used" },
    ),
    selfTest: Type.Object(
      {
        afterSeq: Amount,
        tested: Type.Array(TestedSchema, { maxItems: 99 }),
        skipped: Type.Array(
          Type.Object({ nozzle: NozzleSchema, reason: Type.String({ minLength: 1, maxLength: 200 }) }, closed),
          { maxItems: 99 },
        ),
        doneAt: Nullable(Time),
      },
      closed,
    ),
    report: Type.Object(
      {
        orderedAt: Nullable(Time),
        id: Nullable(Type.String({ maxLength: 40 })),
        answers: Nullable(ReportAnswersSchema),
        photos: Type.Array(PhotoSchema, { maxItems: 60 }),
        signatures: Type.Array(SignedSchema, { maxItems: 10 }),
        sealedAt: Nullable(Time),
        filedAt: Nullable(Time),
        trouble: Nullable(TroubleSchema),
      },
      {
        ...closed,
        description:
          "ordered: the technician is done; sealed: signed by the box, unchangeable; filed: the collector has it",
      },
    ),
  },
  closed,
);
export type Commission = Static<typeof CommissionSchema>;

export const STEPS = ["lines", "places", "site", "enrol", "self-test", "report"] as const;
export type StepName = (typeof STEPS)[number];

/** `blocked`: another step comes first. `waiting`: the box goes on by itself, the technician need not. */
export interface StepStanding {
  step: StepName;
  standing: "blocked" | "open" | "waiting" | "done";
}
