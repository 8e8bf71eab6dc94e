/** Acceptance reports, lives and approvals as the API shows them. */
import { formatTime } from "@forecourt/protocol/time.ts";
import { type Static, Type } from "typebox";
import { approvalOfConfiguration } from "../trust/approvals.ts";
import type { ApprovalRow, LifeRow, ProgramRow, ReportRow } from "../trust/store.ts";
import { Nullable, Time } from "./schemas.ts";

export const ReportViewSchema = Type.Object({
  id: Type.String(),
  gateway: Type.String(),
  station: Type.String(),
  technician: Type.String(),
  finishedAt: Time,
  receivedAt: Time,
  remarks: Type.Array(Type.String(), { description: "self-tests not passed, and where report and registry differ" }),
  life: Type.Optional(Type.String({ description: "of the station: prepared or live" })),
});

export const LifeSchema = Type.Object({
  station: Type.String(),
  life: Type.String({ description: "prepared: being installed, most rules wait; live: in use" }),
  since: Nullable(Time),
  by: Type.String(),
  report: Nullable(Type.String({ description: "the acceptance report that turned it live" })),
});

const ApprovalSchema = Type.Object({
  id: Type.String(),
  gateway: Type.String(),
  at: Time,
  configSha256: Nullable(Type.String()),
  command: Nullable(Type.String({ description: "the command that brings the configuration" })),
  version: Nullable(Type.String()),
  by: Type.String(),
  basis: Type.String(),
});

export const GatewayHistorySchema = Type.Object({
  installed: Type.Array(ReportViewSchema),
  programs: Type.Array(
    Type.Object({
      version: Type.String(),
      configSha256: Type.String(),
      firstSeq: Type.Integer({ description: "the first record that says so" }),
      from: Time,
      command: Nullable(Type.String({ description: "the order that brought it, where the gateway reported one done" })),
      approvedBy: Nullable(Type.String({ description: "who approved this configuration; null: nobody" })),
      basis: Nullable(Type.String()),
      versionApprovedBy: Nullable(Type.String({ description: "who approved this program; null: nobody" })),
    }),
  ),
  approvals: Type.Array(ApprovalSchema),
});

export function reportView(row: ReportRow): Static<typeof ReportViewSchema> {
  const { finishedMs, receivedMs, envelope: _signed, body: _text, remarks, ...rest } = row;
  return { ...rest, remarks: [...remarks], finishedAt: formatTime(finishedMs), receivedAt: formatTime(receivedMs) };
}

export function lifeView({ sinceMs, ...row }: LifeRow): Static<typeof LifeSchema> {
  return { ...row, since: sinceMs === 0 ? null : formatTime(sinceMs) };
}

/** @param given all approvals of the gateway, newest first */
export function programView({ fromMs, ...program }: ProgramRow, given: readonly ApprovalRow[]) {
  const approval = approvalOfConfiguration(program, given);
  const ofVersion = given.find(({ version }) => version === program.version);
  return {
    ...program,
    from: formatTime(fromMs),
    approvedBy: approval?.by ?? null,
    basis: approval?.basis ?? null,
    versionApprovedBy: ofVersion?.by ?? null,
  };
}

export function approvalView({ atMs, ...row }: ApprovalRow): Static<typeof ApprovalSchema> {
  return { ...row, at: formatTime(atMs) };
}
