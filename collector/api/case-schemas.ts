/** What the API says of cases: schemas for the answers, types for the screens. */
import { type Static, Type } from "typebox";
import { DEPARTMENTS } from "../access/departments.ts";
import { CASE_STATES, CASE_STEPS, OUTCOMES } from "../cases/life.ts";
import { CASE_ORIGINS } from "../cases/store.ts";
import { CASE_NATURES } from "../cases/terms.ts";
import { Int, Nullable, Time } from "./schemas.ts";

export const oneOf = <const Names extends readonly string[]>(names: Names) =>
  Type.Unsafe<Names[number]>(Type.Enum([...names]));

export const DepartmentSchema = oneOf(DEPARTMENTS);
export const NatureSchema = oneOf(CASE_NATURES);
export const CaseStateSchema = oneOf(CASE_STATES);
export const CaseStepSchema = oneOf(CASE_STEPS);
export const OutcomeSchema = oneOf(OUTCOMES);

const summary = {
  id: Type.String(),
  number: Type.String({ description: "counted by year, for example 2026-0001" }),
  station: Nullable(Type.String()),
  county: Type.String({ description: "six digits" }),
  nature: NatureSchema,
  origin: oneOf(CASE_ORIGINS),
  title: Type.String(),
  state: CaseStateSchema,
  lead: DepartmentSchema,
  unit: Nullable(
    Type.String({ description: "name of the unit whose it is; null: whoever of the department takes it" }),
  ),
  together: Type.Array(DepartmentSchema),
  major: Type.Boolean(),
  outcome: Nullable(OutcomeSchema),
  assignee: Nullable(Type.String()),
  reportedBy: Type.String(),
  reportedAt: Time,
  stateSince: Time,
  dueAt: Nullable(Time),
  due: oneOf(["none", "in-time", "soon", "overdue"]),
};

export const CaseSchema = Type.Object(summary, { $id: "Case" });

export const CaseFileSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    type: Type.String(),
    bytes: Int,
    sha256: Type.String(),
    at: Time,
    by: Type.String(),
  },
  { $id: "CaseFile" },
);

export const CaseDetailSchema = Type.Object(
  {
    ...summary,
    flags: Type.Array(Type.String()),
    possible: Type.Array(CaseStepSchema, { description: "steps that the reader can take now" }),
    after: Type.Integer({ description: "number of the last event; a step names it, so that none is overlooked" }),
    events: Type.Array(
      Type.Object({
        at: Time,
        by: Type.String(),
        department: Nullable(DepartmentSchema),
        step: Type.String(),
        text: Nullable(Type.String()),
        detail: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])),
      }),
    ),
    tasks: Type.Array(
      Type.Object({
        id: Type.String(),
        department: DepartmentSchema,
        text: Type.Object({ zh: Type.String(), en: Type.String() }),
        doneAt: Nullable(Time),
        doneBy: Nullable(Type.String()),
        note: Nullable(Type.String()),
      }),
    ),
    files: Type.Array(CaseFileSchema),
  },
  { $id: "CaseDetail" },
);

export type Case = Static<typeof CaseSchema>;
export type CaseDetail = Static<typeof CaseDetailSchema>;
