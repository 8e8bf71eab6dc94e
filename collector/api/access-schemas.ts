/** What the API says of units, accounts, requests, tokens, working days and the audit log. */
import { type Static, Type } from "typebox";
import { Int, Nullable, Time } from "./schemas.ts";

const Text = Type.String();
const Texts = Type.Array(Type.String());

export const UnitViewSchema = Type.Object(
  { id: Text, name: Text, department: Text, level: Text, county: Nullable(Text), closedAt: Nullable(Time) },
  { $id: "Unit" },
);

export const AccountViewSchema = Type.Object(
  {
    login: Text,
    name: Text,
    unit: Text,
    roles: Texts,
    counties: Nullable(Texts),
    hasSecondFactor: Type.Boolean(),
    isLocked: Type.Boolean(),
    sessions: Int,
    madeAt: Time,
    lastAt: Nullable(Time),
    closedAt: Nullable(Time),
  },
  { $id: "Account" },
);

export const RoleViewSchema = Type.Object(
  {
    id: Text,
    nameZh: Text,
    nameEn: Text,
    duty: Text,
    departments: Type.Union([Type.Literal("all"), Texts]),
    levels: Texts,
    alone: Type.Boolean(),
    functions: Texts,
  },
  { $id: "Role" },
);

export const RequestViewSchema = Type.Object(
  {
    id: Text,
    kind: Type.Unsafe<"person" | "machine">(Type.Enum(["person", "machine"])),
    unit: Text,
    login: Text,
    name: Text,
    roles: Texts,
    functions: Texts,
    counties: Nullable(Texts),
    reason: Text,
    state: Text,
    filedBy: Text,
    filedAt: Time,
    dueAt: Time,
    isDueSure: Type.Boolean({ description: "false: the calendar does not know every year on the way" }),
    isOverdue: Type.Boolean(),
    isDueSoon: Type.Boolean({ description: "within a day: one was reminded" }),
    filedByName: Text,
    decidedByName: Nullable(Text),
    decidedBy: Nullable(Text),
    decidedAt: Nullable(Time),
    decision: Nullable(Text),
    hasAccount: Type.Boolean(),
  },
  { $id: "AccessRequest" },
);

export const TokenViewSchema = Type.Object(
  {
    id: Text,
    name: Text,
    unit: Text,
    functions: Texts,
    counties: Nullable(Texts),
    madeAt: Time,
    expiresAt: Time,
    revokedAt: Nullable(Time),
    usedAt: Nullable(Time),
  },
  { $id: "Token" },
);

export const CalendarSchema = Type.Object(
  {
    years: Type.Array(Int),
    until: Nullable(Type.String({ description: "the last day that is known" })),
    endsSoon: Type.Boolean(),
    days: Type.Array(Type.Object({ day: Text, working: Type.Boolean(), name: Text })),
  },
  { $id: "Calendar" },
);

export const AuditEntrySchema = Type.Object(
  { seq: Int, at: Time, who: Text, action: Text, subject: Text, detail: Type.Unknown(), hash: Text },
  { $id: "AuditEntry" },
);

export type AccountView = Static<typeof AccountViewSchema>;
export type RequestView = Static<typeof RequestViewSchema>;
export type UnitView = Static<typeof UnitViewSchema>;
export type RoleView = Static<typeof RoleViewSchema>;
export type TokenView = Static<typeof TokenViewSchema>;
export type CalendarView = Static<typeof CalendarSchema>;
export type AuditEntryView = Static<typeof AuditEntrySchema>;
