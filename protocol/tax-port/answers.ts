/** The answers to the five reading commands, both ways. Source: tax-port.md 1.5. */
import { fail, type Result } from "../result.ts";
import { calendarDigits } from "./calendar.ts";
import { type DialectName, profiles } from "./dialects.ts";
import { byteText, type TaxPortError, taxPortError } from "./errors.ts";
import { FieldReader, FieldWriter } from "./fields.ts";
import { encodeFrame, type Frame, SINGLE_FRAME } from "./frame.ts";
import { decodeInformation, encodeInformation, type InformationAnswer } from "./information.ts";
import { type CommandName, commandNamed, type TaxPortProfile } from "./profile.ts";

/** `status` is the raw byte (0 to 255; 1 is good). An answer does not say which nozzle it is about. */
export interface LastFuellingAnswer {
  readonly command: "last-fuelling";
  readonly status: number;
  /** 1 to 31; 0 only together with status 0. The device sends neither month nor year. */
  readonly dayOfMonth: number;
  readonly hour: number;
  readonly minute: number;
  readonly volumeCl: number;
  readonly amountFen: number;
  readonly unitPriceFen: number;
  /** Bytes of unknown meaning; their number belongs to the dialect. */
  readonly trailing: Uint8Array;
}

export interface DayTotalAnswer {
  readonly command: "day-total";
  /** 0: nothing sold that day. */
  readonly status: number;
  /** "YYYY-MM-DD" */
  readonly date: string;
  readonly volumeCl: number;
  readonly amountFen: number;
  readonly unitPriceFen: number;
}

export interface MonthTotalAnswer {
  readonly command: "month-total";
  readonly status: number;
  /** "YYYY-MM" */
  readonly month: string;
  readonly volumeCl: number;
  readonly amountFen: number;
}

export interface GrandTotalAnswer {
  readonly command: "grand-total";
  readonly status: number;
  readonly volumeCl: number;
  readonly amountFen: number;
}

export type TaxPortAnswer =
  | InformationAnswer
  | LastFuellingAnswer
  | DayTotalAnswer
  | MonthTotalAnswer
  | GrandTotalAnswer;

type FigureAnswer = Exclude<TaxPortAnswer, InformationAnswer>;
type FigureCommand = FigureAnswer["command"];

/** How many frames (1 to 127) the answer has that begins with `firstFrame`. Source: tax-port.md 1.3 [B]. */
export function framesExpected(firstFrame: Frame): number {
  return firstFrame.frameNo === SINGLE_FRAME ? 1 : Math.max(1, firstFrame.frameNo & 0x7f);
}

/**
 * The frames of an answer in the order they are sent: two for an initialised device's information, else one.
 * @throws RangeError when a value does not fit its field, e.g. a volume with too many digits for the dialect.
 */
export function encodeAnswer(answer: TaxPortAnswer, profile: TaxPortProfile): Uint8Array[] {
  if (answer.command === "information") return encodeInformation(answer, profile);
  const payload = writeFigures(answer, profile).done();
  return [encodeFrame({ command: profile.commands[answer.command], payload }, profile.frame)];
}

function writeFigures(answer: FigureAnswer, profile: TaxPortProfile): FieldWriter {
  const { widths, decimals, lastFuellingTrailingBytes } = profile;
  const fields = new FieldWriter().byte("status", answer.status);
  if (answer.command === "last-fuelling") {
    fields.figure("dayOfMonth", answer.dayOfMonth, answer.status === 0 ? 0 : 1, 31);
    fields.figure("hour", answer.hour, 0, 23).figure("minute", answer.minute, 0, 59);
  }
  if (answer.command === "day-total") fields.text("date", calendarDigits(answer.date, "date"), 8);
  if (answer.command === "month-total") fields.text("month", calendarDigits(answer.month, "month"), 6);
  const width = widths[answer.command];
  fields.hundredths("volume", answer.volumeCl, width.volume, decimals.volume);
  fields.hundredths("amount", answer.amountFen, width.amount, decimals.amount);
  if (answer.command === "last-fuelling" || answer.command === "day-total") {
    fields.hundredths("unitPrice", answer.unitPriceFen, widths[answer.command].unitPrice, decimals.unitPrice);
  }
  if (answer.command === "last-fuelling") {
    if (answer.trailing.length !== lastFuellingTrailingBytes) {
      throw new RangeError(`${answer.trailing.length} trailing bytes, the dialect has ${lastFuellingTrailingBytes}`);
    }
    fields.bytes(answer.trailing);
  }
  return fields;
}

/**
 * Reads all frames of one answer, first frame first.
 * Errors: `unknown-command`, `frame-sequence`, `length` (names expected and actual), `not-digits`, `not-text`, `range`.
 */
export function decodeAnswer(frames: readonly Frame[], profile: TaxPortProfile): Result<TaxPortAnswer, TaxPortError> {
  const first = frames[0];
  if (!first) return fail(taxPortError("frame-sequence", "an answer has at least one frame, there is none"));
  const command = commandNamed(profile, first.command);
  if (!command) {
    const message = `command ${byteText(first.command)} is not a reading command of the ${profile.name} dialect`;
    return fail(taxPortError("unknown-command", message, { offset: 3 }));
  }
  const outOfSequence = sequenceError(frames);
  if (outOfSequence) return fail(outOfSequence);
  if (command === "information") return decodeInformation(frames, profile);
  if (frames.length > 1) {
    return fail(taxPortError("frame-sequence", `${command} answer is one frame, there are ${frames.length}`));
  }
  const expected = answerBytes(command, profile);
  if (first.raw.length !== expected) return fail(lengthError(command, profile, expected, first.raw.length));
  return readFigures(command, new FieldReader(first), profile);
}

function sequenceError(frames: readonly Frame[]): TaxPortError | undefined {
  const first = frames[0]!;
  const expected = framesExpected(first);
  if (frames.length !== expected) {
    return taxPortError("frame-sequence", `the first frame announces ${expected} in all, there are ${frames.length}`);
  }
  for (const [index, frame] of frames.entries()) {
    const left = expected - index;
    const numbers = index === 0 ? [SINGLE_FRAME, 0x80 | left] : [left];
    if (frame.command !== first.command || !numbers.includes(frame.frameNo)) {
      const message = `frame ${index + 1} of ${expected} has number ${byteText(frame.frameNo)} and command ${byteText(frame.command)}`;
      return taxPortError("frame-sequence", message, { offset: 2 });
    }
  }
  return undefined;
}

/** Whole length of a one-frame answer. */
function answerBytes(command: FigureCommand, profile: TaxPortProfile): number {
  const around = 6;
  const widths = Object.values(profile.widths[command]).reduce((sum, width) => sum + width, 0);
  const figures: Record<FigureCommand, number> = {
    "last-fuelling": 6 + profile.lastFuellingTrailingBytes,
    "day-total": 8,
    "month-total": 6,
    "grand-total": 0,
  };
  return around + figures[command] + widths;
}

function lengthError(command: FigureCommand, profile: TaxPortProfile, expected: number, actual: number): TaxPortError {
  const message = `${command} answer is ${expected} bytes long in the ${profile.name} dialect, this one is ${actual}`;
  const names = Object.keys(profiles) as DialectName[];
  const fitting = names.find((name) => answerBytes(command, profiles[name]) === actual);
  const better = fitting ? { cure: `set the dialect of this port to "${fitting}"` } : {};
  return taxPortError("length", message, { offset: 1, ...better });
}

function readFigures(
  command: Exclude<CommandName, "information">,
  fields: FieldReader,
  profile: TaxPortProfile,
): Result<FigureAnswer, TaxPortError> {
  const { decimals } = profile;
  const w = profile.widths;
  const status = fields.byte();
  const volume = (width: number) => fields.hundredths("volume", width, decimals.volume);
  const amount = (width: number) => fields.hundredths("amount", width, decimals.amount);
  const unitPrice = (width: number) => fields.hundredths("unitPrice", width, decimals.unitPrice);
  switch (command) {
    case "last-fuelling":
      return fields.finish({
        command,
        status,
        // A device that never sold anything has no day to send [C].
        dayOfMonth: fields.figure("dayOfMonth", 2, status === 0 ? 0 : 1, 31),
        hour: fields.figure("hour", 2, 0, 23),
        minute: fields.figure("minute", 2, 0, 59),
        volumeCl: volume(w[command].volume),
        amountFen: amount(w[command].amount),
        unitPriceFen: unitPrice(w[command].unitPrice),
        trailing: fields.bytes(profile.lastFuellingTrailingBytes),
      });
    case "day-total":
      return fields.finish({
        command,
        status,
        date: fields.date(),
        volumeCl: volume(w[command].volume),
        amountFen: amount(w[command].amount),
        unitPriceFen: unitPrice(w[command].unitPrice),
      });
    case "month-total":
      return fields.finish({
        command,
        status,
        month: fields.month(),
        volumeCl: volume(w[command].volume),
        amountFen: amount(w[command].amount),
      });
    case "grand-total":
      return fields.finish({
        command,
        status,
        volumeCl: volume(w[command].volume),
        amountFen: amount(w[command].amount),
      });
  }
}
