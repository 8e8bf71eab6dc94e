/** What the API says of daily inspections. */
import { type Static, Type } from "typebox";
import { CHECK_STATES, CHECKS } from "../inspections/checks.ts";
import { INSPECTION_STEPS } from "../inspections/store.ts";
import { oneOf } from "./case-schemas.ts";
import { Int, Nullable, Time } from "./schemas.ts";

export const CheckSchema = Type.Object({
  check: oneOf(CHECKS),
  state: oneOf(CHECK_STATES),
  subjects: Type.Array(Type.String(), { description: "what is not good" }),
  figure: Nullable(
    Type.Number({
      description: "ms of the clock, records of the backlog, days of the certificate, faults of the chain",
    }),
  ),
});

const summary = {
  station: Type.String(),
  day: Type.String({ description: "in the prefecture" }),
  county: Type.String(),
  madeAt: Time,
  worst: oneOf(CHECK_STATES),
  checks: Type.Array(CheckSchema),
  confirmedAt: Nullable(Time),
  confirmedBy: Nullable(Type.String({ description: "real name and sign-in name" })),
};

export const InspectionSchema = Type.Object(summary, { $id: "Inspection" });

export const InspectionDetailSchema = Type.Object(
  {
    ...summary,
    mayConfirm: Type.Boolean(),
    events: Type.Array(
      Type.Object({
        at: Time,
        by: Type.String(),
        step: oneOf(INSPECTION_STEPS),
        text: Nullable(Type.String()),
        caseId: Nullable(Type.String()),
        checks: Nullable(Type.Array(CheckSchema)),
      }),
    ),
  },
  { $id: "InspectionDetail" },
);

export const InspectionDaySchema = Type.Object(
  {
    day: Type.String(),
    made: Int,
    confirmed: Int,
    wrong: Type.Integer({ description: "with a check that is bad or cannot be told" }),
  },
  { $id: "InspectionDay" },
);

export type Inspection = Static<typeof InspectionSchema>;
export type InspectionDetail = Static<typeof InspectionDetailSchema>;
export type InspectionDay = Static<typeof InspectionDaySchema>;
