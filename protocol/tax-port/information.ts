/** Device information: one frame while the device is not tax-initialised, two frames after. tax-port.md 1.5. */

import { fromHex } from "../hex.ts";
import { fail, type Result } from "../result.ts";
import { calendarDigits } from "./calendar.ts";
import { type TaxPortError, taxPortError } from "./errors.ts";
import { FieldReader, FieldWriter } from "./fields.ts";
import { encodeFrame, type Frame } from "./frame.ts";
import type { TaxPortProfile } from "./profile.ts";

export type InformationAnswer =
  | { readonly command: "information"; readonly initialised: false; readonly factorySerial: string }
  | {
      readonly command: "information";
      readonly initialised: true;
      readonly factorySerial: string;
      /** Two characters; "0x" and four hexadecimal digits when a device sends raw numbers there [B]. */
      readonly gunCode: string;
      /** 20 characters, padding as the device sent it. */
      readonly taxpayerId: string;
      /** Four digits. */
      readonly oilCode: string;
      /** "YYYY-MM-DDThh:mm", station time; initialisation time or running clock, not settled [?]. */
      readonly deviceTime: string;
      /** Bytes of unknown meaning; 0 or 2 are known. */
      readonly spare: Uint8Array;
    };

/** Lead byte, length, frame number, command, check byte. */
const AROUND = 5;

/**
 * One frame (not initialised) or two.
 * @throws RangeError when a text has not the width of the profile or the time is no time.
 */
export function encodeInformation(answer: InformationAnswer, profile: TaxPortProfile): Uint8Array[] {
  const w = profile.widths.information;
  const command = profile.commands.information;
  const first = new FieldWriter().byte("status", answer.initialised ? 1 : 0);
  first.text("factorySerial", answer.factorySerial, w.factorySerial);
  if (!answer.initialised) return [encodeFrame({ command, payload: first.done() }, profile.frame)];
  if (/^0x(?:[0-9A-F]{2})+$/.test(answer.gunCode) && answer.gunCode.length === 2 + 2 * w.gunCode) {
    first.bytes(fromHex(answer.gunCode.slice(2)));
  } else {
    first.text("gunCode", answer.gunCode, w.gunCode);
  }
  const id = answer.taxpayerId;
  first.text("taxpayerId", id.slice(0, w.taxpayerIdFirstFrame), w.taxpayerIdFirstFrame);
  const second = new FieldWriter()
    .text("taxpayerId", id.slice(w.taxpayerIdFirstFrame), w.taxpayerIdSecondFrame)
    .digitText("oilCode", answer.oilCode, w.oilCode)
    .text("deviceTime", calendarDigits(answer.deviceTime, "minute"), 12)
    .bytes(answer.spare);
  return [
    encodeFrame({ command, payload: first.done(), frameNo: 0x82 }, profile.frame),
    encodeFrame({ command, payload: second.done(), frameNo: 0x01 }, profile.frame),
  ];
}

/**
 * Reads one or two frames whose sequence has been checked. The second is read by its own length, because makers
 * end it differently. Errors: `length`, `range`, `not-digits`, `not-text`, `frame-sequence`.
 */
export function decodeInformation(
  frames: readonly Frame[],
  profile: TaxPortProfile,
): Result<InformationAnswer, TaxPortError> {
  const [first, second, ...more] = frames;
  const w = profile.widths.information;
  if (!first || more.length > 0) {
    return fail(taxPortError("frame-sequence", `information answer is one or two frames, there are ${frames.length}`));
  }
  const firstBytes = AROUND + 1 + w.factorySerial + (second ? w.gunCode + w.taxpayerIdFirstFrame : 0);
  if (first.raw.length !== firstBytes) return fail(lengthError("first", `${firstBytes}`, first.raw.length));
  const fields = new FieldReader(first);
  const status = fields.byte();
  if (status !== (second ? 1 : 0)) {
    fields.refuse("status", 0, String(status), second ? "1 in an answer of two frames" : "0 in an answer of one frame");
  }
  const factorySerial = fields.text("factorySerial", w.factorySerial);
  if (!second) return fields.finish({ command: "information", initialised: false, factorySerial });
  const gunCode = fields.textOrHex(w.gunCode);
  const idStart = fields.text("taxpayerId", w.taxpayerIdFirstFrame);
  const head = fields.finish({ factorySerial, gunCode, idStart });
  return head.ok ? readSecond(second, head.value, profile) : head;
}

function readSecond(
  frame: Frame,
  head: { factorySerial: string; gunCode: string; idStart: string },
  profile: TaxPortProfile,
): Result<InformationAnswer, TaxPortError> {
  const w = profile.widths.information;
  const least = AROUND + w.taxpayerIdSecondFrame + w.oilCode + 12;
  if (frame.raw.length < least) return fail(lengthError("second", `at least ${least}`, frame.raw.length));
  const fields = new FieldReader(frame);
  const idEnd = fields.text("taxpayerId", w.taxpayerIdSecondFrame);
  const oilCode = fields.digitText("oilCode", w.oilCode);
  const date = fields.date();
  const hour = fields.figureText("hour", 2, 0, 23);
  const minute = fields.figureText("minute", 2, 0, 59);
  return fields.finish({
    command: "information",
    initialised: true,
    factorySerial: head.factorySerial,
    gunCode: head.gunCode,
    taxpayerId: head.idStart + idEnd,
    oilCode,
    deviceTime: `${date}T${hour}:${minute}`,
    spare: fields.bytes(frame.raw.length - least),
  });
}

function lengthError(which: string, expected: string, actual: number): TaxPortError {
  const message = `${which} frame of the information answer is ${expected} bytes long, this one is ${actual}`;
  return taxPortError("length", message, { offset: 1 });
}
