/**
 * Active alarms: of everything (101) and of tanks (205). Source: manual 576013-635, functions 101 and 205; a frame of
 * a real console is among the vectors.
 */
import type { Result } from "../result.ts";
import type { ConsoleError } from "./errors.ts";
import { type ConsoleStamp, decimalText, hexText, ReplyFields, stampText } from "./fields.ts";

export interface ConsoleAlarm {
  /** 1 system, 2 tank, 20 reconciliation, 99 communication, and others for sensors and lines. */
  category: number;
  type: number;
  /** Tank or sensor; 0 for the console itself. */
  device: number;
}

export interface ActiveAlarms {
  at: ConsoleStamp | null;
  alarms: ConsoleAlarm[];
}

export interface TankAlarms {
  at: ConsoleStamp | null;
  tanks: { tank: number; types: number[] }[];
}

const SYSTEM = 1;
const TANK = 2;

/** Names of the alarms that the sources explain, by category and type. */
const names: Record<number, Record<number, string>> = {
  [SYSTEM]: {
    4: "console-battery-off",
    12: "console-cover-open",
    17: "console-clock-incorrect",
    18: "console-poll-timeout",
  },
  [TANK]: {
    1: "setup-incomplete",
    2: "leak",
    3: "water-high",
    4: "overfill",
    5: "level-low",
    6: "sudden-loss",
    7: "level-high",
    8: "invalid-height",
    9: "probe-missing",
  },
};

/** Whether an alarm is about one tank. */
export function isTankAlarm({ category }: ConsoleAlarm): boolean {
  return category === TANK;
}

/** Whether an alarm is about the console as a whole, so that it bears on every tank. */
export function isSystemAlarm({ category }: ConsoleAlarm): boolean {
  return category === SYSTEM;
}

/** A name for an alarm; one that the sources do not explain is not hidden but called by its numbers. */
export function alarmName({ category, type }: Pick<ConsoleAlarm, "category" | "type">): string {
  return names[category]?.[type] ?? `alarm-${decimalText(category, 2)}-${decimalText(type, 2)}`;
}

/** Reads the data of a reply to function 101. Errors: `field`. */
export function decodeActiveAlarms(data: string): Result<ActiveAlarms, ConsoleError> {
  const fields = new ReplyFields(data);
  const at = fields.stamp("at");
  const alarms: ConsoleAlarm[] = [];
  while (fields.left > 0) {
    alarms.push({
      category: fields.decimal("category", 2),
      type: fields.decimal("type", 2),
      device: fields.decimal("device", 2),
    });
  }
  // A console without alarms says so with one of zeros.
  return fields.finish({ at, alarms: alarms.filter(({ category }) => category !== 0) });
}

/** The data of a reply to function 101. */
export function encodeActiveAlarms({ at, alarms }: ActiveAlarms): string {
  const triplets = alarms.map(({ category, type, device }) =>
    [category, type, device].map((part) => decimalText(part, 2)).join(""),
  );
  return `${stampText(at)}${triplets.join("")}`;
}

/** Reads the data of a reply to function 205. Errors: `field`. */
export function decodeTankAlarms(data: string): Result<TankAlarms, ConsoleError> {
  const fields = new ReplyFields(data);
  const at = fields.stamp("at");
  const tanks: TankAlarms["tanks"] = [];
  while (fields.left > 0) {
    const tank = fields.decimal("tank", 2);
    const count = fields.count("alarms", 2);
    const types: number[] = [];
    for (let index = 0; index < count; index += 1) types.push(fields.decimal("type", 2));
    tanks.push({ tank, types });
  }
  return fields.finish({ at, tanks });
}

/** The data of a reply to function 205. */
export function encodeTankAlarms({ at, tanks }: TankAlarms): string {
  const lists = tanks.map(
    ({ tank, types }) =>
      `${decimalText(tank, 2)}${hexText(types.length, 2)}${types.map((type) => decimalText(type, 2)).join("")}`,
  );
  return `${stampText(at)}${lists.join("")}`;
}
