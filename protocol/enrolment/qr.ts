/**
 * The text of the QR code with which a box enrols: where, for which station, and the one-time code. A telephone shows
 * it as text; the technician pastes it whole. `forecourt:enrol?collector=https://…&station=532801-0007&code=7K3QM9ZD4X`
 */
import { STATION_ID_PATTERN, type StationId } from "../ids.ts";
import { fail, ok, type Result } from "../result.ts";
import { readCode } from "./code.ts";

export interface EnrolmentSlip {
  collector: string;
  station: StationId;
  code: string;
}

const SCHEME = "forecourt:";
const MAX_LENGTH = 400;

/** The text for a QR code. */
export function enrolmentSlip({ collector, station, code }: EnrolmentSlip): string {
  return `${SCHEME}enrol?${new URLSearchParams({ collector, station, code })}`;
}

/** Reads the text of a QR code. @returns its parts, or the one that is wrong */
export function readEnrolmentSlip(text: string): Result<EnrolmentSlip, "form" | "collector" | "station" | "code"> {
  const typed = text.trim().slice(0, MAX_LENGTH);
  if (!typed.startsWith(`${SCHEME}enrol?`)) return fail("form");
  const parts = new URLSearchParams(typed.slice(`${SCHEME}enrol?`.length));
  const collector = parts.get("collector") ?? "";
  const station = parts.get("station") ?? "";
  if (!/^https?:\/\/[^\s/]+\/?$/.test(collector)) return fail("collector");
  if (!new RegExp(STATION_ID_PATTERN).test(station)) return fail("station");
  const code = readCode(parts.get("code") ?? "");
  return code.ok ? ok({ collector, station: station as StationId, code: code.value }) : fail("code");
}
