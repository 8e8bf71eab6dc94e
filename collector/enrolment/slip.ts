/** An enrolment code as a QR code: for the terminal of whoever issued it, and as a picture for paper or a message. */
import { enrolmentSlip } from "@forecourt/protocol/enrolment/qr.ts";
import type { StationId } from "@forecourt/protocol/ids.ts";
import encodeQR from "qr";

/** A slip is read off a crumpled paper or a dim telephone. */
const QR = { ecc: "medium", border: 2 } as const;

export interface Slip {
  /** what the QR code says */
  text: string;
  svg: string;
  /** for a terminal */
  blocks: string;
}

/** @param collector its address as the box will reach it, `https://…` */
export function slipOf(collector: string, station: StationId, code: string): Slip {
  const text = enrolmentSlip({ collector, station, code });
  return { text, svg: encodeQR(text, "svg", QR), blocks: encodeQR(text, "ascii", QR) };
}
