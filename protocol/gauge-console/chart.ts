/**
 * The strapping table that a console uses (211 by a step, 216 at fifty heights) and who changed it when (218).
 * Source: manual 576013-635, functions 211, 216 and 218. How the audit trail is laid out between its fields was found
 * in no second place (confidence C): a trail of another form is refused, never half read.
 */
import type { Result } from "../result.ts";
import type { ConsoleError } from "./errors.ts";
import {
  type ConsoleNumber,
  type ConsoleStamp,
  decimalText,
  floatText,
  hexText,
  ReplyFields,
  stampText,
} from "./fields.ts";

export interface ChartPoint<Quantity = ConsoleNumber> {
  height: Quantity;
  volume: Quantity;
}

export interface TankChart<Quantity = ConsoleNumber> {
  tank: number;
  points: ChartPoint<Quantity>[];
}

export interface ChartReport<Quantity = ConsoleNumber> {
  at: ConsoleStamp | null;
  tanks: TankChart<Quantity>[];
}

/** Reads the data of a reply to function 211: tank, number of floats, pairs of height and volume. */
export function decodeChartByStep(data: string): Result<ChartReport, ConsoleError> {
  return decodeChart(data, (fields) => {
    const numbers = fields.count("numbers", 4);
    if (numbers % 2 !== 0) fields.refuse("count", "numbers", `${numbers} numbers do not make pairs`);
    return readPoints(fields, numbers / 2, () => {});
  });
}

/** Reads the data of a reply to function 216: tank, diameter, full volume, slope, and fifty points with their slopes. */
export function decodeFiftyPointChart(data: string): Result<ChartReport, ConsoleError> {
  return decodeChart(data, (fields) => {
    for (const field of ["diameter", "fullVolume", "slope"]) fields.float(field);
    return readPoints(fields, fields.count("points", 2), () => void fields.float("point.slope"));
  });
}

function decodeChart(data: string, read: (fields: ReplyFields) => ChartPoint[]): Result<ChartReport, ConsoleError> {
  const fields = new ReplyFields(data);
  const at = fields.stamp("at");
  const tanks: TankChart[] = [];
  while (fields.left > 0) tanks.push({ tank: fields.decimal("tank", 2), points: read(fields) });
  return fields.finish({ at, tanks });
}

function readPoints(fields: ReplyFields, count: number, readTail: () => void): ChartPoint[] {
  const points: ChartPoint[] = [];
  for (let index = 0; index < count && fields.left > 0; index += 1) {
    points.push({ height: fields.float("point.height"), volume: fields.float("point.volume") });
    readTail();
  }
  if (points.length < count) fields.refuse("count", "points", `${points.length} where ${count} are announced`);
  return points;
}

/** The data of a reply to function 211, in the console's own units. */
export function encodeChartByStep(report: ChartReport<number>): string {
  const tanks = report.tanks.map(
    ({ tank, points }) => `${decimalText(tank, 2)}${hexText(points.length * 2, 4)}${points.map(pointText).join("")}`,
  );
  return `${stampText(report.at)}${tanks.join("")}`;
}

/** The data of a reply to function 216, in the console's own units; at most 255 points. */
export function encodeFiftyPointChart(report: ChartReport<number>): string {
  const tanks = report.tanks.map(({ tank, points }) => {
    const top = points.reduce((highest, point) => (point.height > highest.height ? point : highest), {
      height: 0,
      volume: 0,
    });
    const slope = floatText(top.height === 0 ? 0 : top.volume / top.height);
    const body = points.map((point) => `${pointText(point)}${slope}`);
    return `${decimalText(tank, 2)}${pointText(top)}${slope}${hexText(points.length, 2)}${body.join("")}`;
  });
  return `${stampText(report.at)}${tanks.join("")}`;
}

function pointText({ height, volume }: ChartPoint<number>): string {
  return `${floatText(height)}${floatText(volume)}`;
}

export interface ChartAudit<Quantity = ConsoleNumber> {
  at: ConsoleStamp | null;
  tank: number;
  capacity: Quantity;
  consoleSerial: string;
  probeSerial: string;
  /** The weights and measures office that keeps watch over the chart. */
  office: string;
  /** The last changes, at most ten. */
  changes: (ConsoleStamp | null)[];
}

const LABEL_LENGTH = 20;
const PROBE_SERIAL_LENGTH = 6;
const MAX_CHANGES = 10;

/** Reads the data of a reply to function 218 for one tank. Errors: `field`, `count`, `text-left`. */
export function decodeChartAudit(data: string): Result<ChartAudit, ConsoleError> {
  const fields = new ReplyFields(data);
  const head = {
    at: fields.stamp("at"),
    tank: fields.decimal("tank", 2),
    capacity: fields.float("capacity"),
    consoleSerial: fields.text("consoleSerial", LABEL_LENGTH).trim(),
    probeSerial: fields.text("probeSerial", PROBE_SERIAL_LENGTH).trim(),
    office: fields.text("office", LABEL_LENGTH).trim(),
  };
  const count = fields.count("changes", 2);
  if (count > MAX_CHANGES) fields.refuse("count", "changes", `${count} where there are ${MAX_CHANGES} at most`);
  const changes: ChartAudit["changes"] = [];
  for (let index = 0; index < count && fields.left > 0; index += 1) changes.push(fields.stamp("change"));
  if (changes.length < count) fields.refuse("count", "changes", `${changes.length} where ${count} are announced`);
  return fields.finish({ ...head, changes });
}

/** The data of a reply to function 218 for one tank. */
export function encodeChartAudit(audit: ChartAudit<number | null>): string {
  const label = (text: string, length: number) => text.slice(0, length).padEnd(length, " ");
  const head = [
    stampText(audit.at),
    decimalText(audit.tank, 2),
    floatText(audit.capacity),
    label(audit.consoleSerial, LABEL_LENGTH),
    label(audit.probeSerial, PROBE_SERIAL_LENGTH),
    label(audit.office, LABEL_LENGTH),
  ];
  return `${head.join("")}${hexText(audit.changes.length, 2)}${audit.changes.map(stampText).join("")}`;
}
