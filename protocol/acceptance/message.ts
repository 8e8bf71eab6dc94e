/** An acceptance report as it travels and is kept: the signed frame of batches, the body the report's canonical JSON. */
import { Compile } from "typebox/compile";
import { decodeAnswerMessage } from "../batch/answer.ts";
import { type FrameError, type FrameKind, makeFrame, type OpenedFrame, openFrame, proveFrame } from "../batch/frame.ts";
import type { Signer, Verifier } from "../batch/signer.ts";
import { canonical, isCanonicalText } from "../records/canonical.ts";
import { fail, ok, type Result } from "../result.ts";
import { checkReport } from "./check.ts";
import { type AcceptanceReport, type ReportHeader, ReportHeaderSchema, reportLimits } from "./schema.ts";

const validator = Compile(ReportHeaderSchema);

const kind: FrameKind<ReportHeader> = {
  magic: "FCR1",
  validator,
  maxBytes: reportLimits.envelopeBytes,
  maxBodyBytes: reportLimits.bodyBytes,
};

export interface ReportError {
  code: FrameError["code"] | "report";
  message: string;
}

/**
 * Signs a report with the gateway's key.
 * @returns the signed envelope, or what is wrong with the report: a technician may have filled it in
 * @throws RangeError when it is larger than allowed
 */
export async function encodeReport(report: AcceptanceReport, signer: Signer): Promise<Result<Buffer, ReportError>> {
  const checked = checkReport(report);
  if (!checked.ok) return reportFault(checked.error);
  const { id, gateway, station } = report;
  if (gateway.publicKey !== signer.publicKey) {
    return fail({ code: "report", message: "/gateway/publicKey is not the key that signs" });
  }
  return ok(await makeFrame(kind, { id, gateway: gateway.id, station: station.id }, canonical(report), signer));
}

/** Takes an envelope from outside apart, proving nothing but its form: the header says whose key is to be asked. */
export function openReport(envelope: Uint8Array): Result<OpenedFrame<ReportHeader>, ReportError> {
  return openFrame(kind, envelope);
}

/**
 * Proves an opened envelope: that the gateway signed it, and that the report in it is a whole one of that gateway.
 * @returns the report
 */
export function proveReport(
  opened: OpenedFrame<ReportHeader>,
  verifier: Verifier,
): Result<AcceptanceReport, ReportError> {
  const { id, gateway, station } = opened.header;
  const text = proveFrame(kind, opened, { verifier, signer: gateway });
  if (!text.ok) return text;
  let value: unknown;
  try {
    value = JSON.parse(text.value);
  } catch {
    return fail({ code: "body", message: "the body is not JSON" });
  }
  const checked = checkReport(value);
  if (!checked.ok) return reportFault(checked.error);
  const report = checked.value;
  if (!isCanonicalText(text.value, report)) return fail({ code: "body", message: "the body is not in canonical form" });
  if (report.id !== id || report.gateway.id !== gateway || report.station.id !== station) {
    return fail({ code: "report", message: "the report is not the one that its header names" });
  }
  return ok(report);
}

/**
 * Whether the receipts of all passed self-tests were signed by the collector.
 * @returns the first nozzle whose receipt is not, or undefined
 */
export function unprovedReceipt(report: AcceptanceReport, collector: Verifier): string | undefined {
  for (const { nozzle, outcome, receipt } of report.selfTest) {
    if (outcome !== "passed" || receipt === null) continue;
    const { signature, ...rest } = receipt;
    const answer = { type: "receipt", gateway: report.gateway.id, ...rest };
    const message = Buffer.from(canonical({ answer, signature }), "utf8");
    if (!decodeAnswerMessage(message, collector).ok) return nozzle;
  }
  return undefined;
}

function reportFault({ field, message }: { field: string; message: string }): Result<never, ReportError> {
  return fail({ code: "report", message: `${field}: ${message}` });
}
