/**
 * Who a console says it is: software (902), probes (A01), clock (501), units (517) and the temperature that its
 * corrected volumes refer to (50E). Source: manual 576013-635, functions 501, 50E, 517, 902 and A01.
 */
import { ok, type Result } from "../result.ts";
import type { ConsoleError } from "./errors.ts";
import { type ConsoleNumber, type ConsoleStamp, decimalText, floatText, ReplyFields, stampText } from "./fields.ts";
import type { ConsoleUnits } from "./units.ts";

export interface ConsoleSoftware {
  at: ConsoleStamp | null;
  /** `SOFTWARE# 346016-100-B CREATED - 03.02.07.12.53`, blanks trimmed. */
  text: string;
}

export interface ConsoleProbe<Quantity = ConsoleNumber> {
  tank: number;
  product: string;
  /** `00` none or unknown, `03` magnetostrictive. */
  type: string;
  circuitCode: string;
  length: Quantity;
  serial: string;
  dateCode: string;
}

export interface ProbeReport<Quantity = ConsoleNumber> {
  at: ConsoleStamp | null;
  probes: ConsoleProbe<Quantity>[];
}

const MAX_SOFTWARE_TEXT = 200;

/** Reads the data of a reply to function 902. Errors: `field`. */
export function decodeSoftware(data: string): Result<ConsoleSoftware, ConsoleError> {
  const fields = new ReplyFields(data);
  const at = fields.stamp("at");
  const length = Math.min(fields.left, MAX_SOFTWARE_TEXT);
  const text = fields.text("text", length).trim();
  return fields.finish({ at, text });
}

/** The data of a reply to function 902. */
export function encodeSoftware({ at, text }: ConsoleSoftware): string {
  return `${stampText(at)}${text}`;
}

/** Reads the data of a reply to function A01. Errors: `field`. */
export function decodeProbes(data: string): Result<ProbeReport, ConsoleError> {
  const fields = new ReplyFields(data);
  const at = fields.stamp("at");
  const probes: ConsoleProbe[] = [];
  while (fields.left > 0) {
    probes.push({
      tank: fields.decimal("tank", 2),
      product: fields.text("product", 1),
      type: fields.text("type", 2),
      circuitCode: fields.text("circuitCode", 4),
      length: fields.float("length"),
      serial: fields.text("serial", 6),
      dateCode: fields.text("dateCode", 4),
    });
  }
  return fields.finish({ at, probes });
}

/** The data of a reply to function A01, in the console's own units. */
export function encodeProbes(report: ProbeReport<number | null>): string {
  const probes = report.probes.map(
    ({ tank, product, type, circuitCode, length, serial, dateCode }) =>
      `${decimalText(tank, 2)}${product}${type}${circuitCode}${floatText(length)}${serial}${dateCode}`,
  );
  return `${stampText(report.at)}${probes.join("")}`;
}

/** Reads the clock from the data of a reply to function 501: the stamp that every reply begins with. */
export function decodeClock(data: string): Result<ConsoleStamp | null, ConsoleError> {
  // Consoles have been seen to repeat the time after the stamp; the stamp is enough.
  const fields = new ReplyFields(data.slice(0, 10));
  return fields.finish(fields.stamp("at"));
}

/** The data of a reply to function 501. */
export function encodeClock(at: ConsoleStamp): string {
  return stampText(at);
}

const unitsByDigit: Record<string, ConsoleUnits> = { 1: "us", 2: "metric", 3: "imperial" };

/** Reads the units from the data of a reply to function 517; what follows them, the language, is not needed. */
export function decodeUnits(data: string): Result<ConsoleUnits, ConsoleError> {
  const fields = new ReplyFields(data.slice(0, 11));
  fields.stamp("at");
  const digit = fields.text("units", 1);
  const units = unitsByDigit[digit];
  if (units === undefined) fields.refuse("field", "units", `"${digit}" is not 1 (US), 2 (metric) or 3 (imperial)`);
  const read = fields.finish(units);
  return read.ok ? ok(read.value ?? "metric") : read;
}

/** The data of a reply to function 517. */
export function encodeUnits(at: ConsoleStamp, units: ConsoleUnits): string {
  const digit = Object.keys(unitsByDigit).find((key) => unitsByDigit[key] === units);
  return `${stampText(at)}${digit}01`;
}

/** Reads the temperature that corrected volumes refer to from the data of a reply to function 50E. Errors: `field`. */
export function decodeReferenceTemperature(data: string): Result<ConsoleNumber, ConsoleError> {
  const fields = new ReplyFields(data);
  fields.stamp("at");
  return fields.finish(fields.float("temperature"));
}

/** The data of a reply to function 50E, in the console's own units. */
export function encodeReferenceTemperature(at: ConsoleStamp, temperature: number): string {
  return `${stampText(at)}${floatText(temperature)}`;
}
