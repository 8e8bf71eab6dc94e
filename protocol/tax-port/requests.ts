/** The five reading requests, both ways. Source: tax-port.md 1.4. Nothing here can write to a dispenser. */
import { fail, ok, type Result } from "../result.ts";
import { calendarDigits } from "./calendar.ts";
import { defaultProfile } from "./dialects.ts";
import { byteText, type TaxPortError, taxPortError } from "./errors.ts";
import { FieldReader, FieldWriter } from "./fields.ts";
import { encodeFrame, type Frame, SINGLE_FRAME } from "./frame.ts";
import { type CommandName, commandNamed, type TaxPortProfile } from "./profile.ts";

/** Which accumulator: 0 actual sales, 1 factory verification, 2 tax verification. */
export type TotalMode = 0 | 1 | 2;

/**
 * `nozzleIndex` 0 to 255, from 0; `returnMethod` 0 to the dispenser's display, 1 plain text on the port,
 * 2 to 255 encrypted (form unknown).
 */
export type TaxPortRequest =
  | { readonly command: "information"; readonly nozzleIndex: number }
  | { readonly command: "last-fuelling"; readonly nozzleIndex: number; readonly returnMethod: number }
  | {
      readonly command: "day-total";
      readonly nozzleIndex: number;
      /** "YYYY-MM-DD" */
      readonly date: string;
      readonly returnMethod: number;
    }
  | {
      readonly command: "month-total";
      readonly nozzleIndex: number;
      /** "YYYY-MM" */
      readonly month: string;
      readonly returnMethod: number;
    }
  | {
      readonly command: "grand-total";
      readonly nozzleIndex: number;
      readonly mode: TotalMode;
      readonly returnMethod: number;
    };

const payloadBytes: Record<CommandName, number> = {
  information: 1,
  "last-fuelling": 2,
  "day-total": 10,
  "month-total": 8,
  "grand-total": 3,
};

/**
 * The frame of a request, dates zero-padded.
 * @throws RangeError when a number is not a byte or a date is not of the calendar.
 */
export function encodeRequest(request: TaxPortRequest, profile: TaxPortProfile = defaultProfile): Uint8Array {
  const fields = new FieldWriter().byte("nozzleIndex", request.nozzleIndex);
  if (request.command === "day-total") fields.text("date", calendarDigits(request.date, "date"), 8);
  if (request.command === "month-total") fields.text("month", calendarDigits(request.month, "month"), 6);
  if (request.command === "grand-total") fields.byte("mode", request.mode);
  if (request.command !== "information") fields.byte("returnMethod", request.returnMethod);
  return encodeFrame({ command: profile.commands[request.command], payload: fields.done() }, profile.frame);
}

/**
 * Reads a request frame; a month or day padded with a space is accepted.
 * Errors: `unknown-command`, `frame-sequence`, `length`, `not-digits`, `range`.
 */
export function decodeRequest(
  frame: Frame,
  profile: TaxPortProfile = defaultProfile,
): Result<TaxPortRequest, TaxPortError> {
  const command = commandNamed(profile, frame.command);
  if (!command) {
    const message = `command ${byteText(frame.command)} is not a reading command of the ${profile.name} dialect`;
    return fail(taxPortError("unknown-command", message, { offset: 3 }));
  }
  if (frame.frameNo !== SINGLE_FRAME) {
    const message = `frame number is ${byteText(frame.frameNo)}: a request is one frame, number 0xFF`;
    return fail(taxPortError("frame-sequence", message, { offset: 2 }));
  }
  const expected = payloadBytes[command];
  if (frame.payload.length !== expected) {
    const message = `${command} request is ${expected + 5} bytes long, this one is ${frame.raw.length}`;
    return fail(taxPortError("length", message, { offset: 1, cure: "send the request in the layout of its command" }));
  }
  return readRequest(command, new FieldReader(frame));
}

function readRequest(command: CommandName, fields: FieldReader): Result<TaxPortRequest, TaxPortError> {
  const nozzleIndex = fields.byte();
  switch (command) {
    case "information":
      return ok({ command, nozzleIndex });
    case "last-fuelling":
      return ok({ command, nozzleIndex, returnMethod: fields.byte() });
    case "day-total":
      return fields.finish({ command, nozzleIndex, date: fields.date(), returnMethod: fields.byte() });
    case "month-total":
      return fields.finish({ command, nozzleIndex, month: fields.month(), returnMethod: fields.byte() });
    case "grand-total": {
      const mode = fields.byte();
      const returnMethod = fields.byte();
      if (mode === 0 || mode === 1 || mode === 2) return ok({ command, nozzleIndex, mode, returnMethod });
      fields.refuse("mode", 1, String(mode), "0, 1 or 2");
      return fields.finish({ command, nozzleIndex, mode: 0, returnMethod });
    }
  }
}
