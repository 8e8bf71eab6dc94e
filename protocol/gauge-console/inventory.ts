/**
 * Inventory (201) and the status that comes with it. Source: manual 576013-635, function 201; checked against a
 * program that is not ours (vectors.json). Volume may or may not include the water: consoles differ.
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

export interface ConsoleTank<Quantity = ConsoleNumber> {
  /** 1 to 32 */
  tank: number;
  /** One character that the site chose for the product. */
  product: string;
  /** Bit 0 delivery in progress, bit 1 leak test in progress, bit 2 invalid fuel height; null when it is off. */
  status: number | null;
  volume: Quantity;
  /** Corrected to the console's own reference temperature, which need not be 20 °C (function 50E). */
  correctedVolume: Quantity;
  ullage: Quantity;
  height: Quantity;
  waterHeight: Quantity;
  temperature: Quantity;
  waterVolume: Quantity;
}

export interface Inventory<Quantity = ConsoleNumber> {
  at: ConsoleStamp | null;
  tanks: ConsoleTank<Quantity>[];
}

/** The height cannot be believed, and with it the volumes. */
const INVALID_HEIGHT = 0x0004;
const STATUS_NAMES: Record<number, string> = { 0: "delivery", 1: "leak-test", 2: "invalid-height" };
const STATUS_BITS = 16;

const NUMBERS = 7;

/** Names of the set status bits, lowest first; a bit that the manual does not explain is called `bit-N`. */
export function statusNames(status: number): string[] {
  const bits = Array.from({ length: STATUS_BITS }, (_, bit) => bit).filter((bit) => (status >> bit) & 1);
  return bits.map((bit) => STATUS_NAMES[bit] ?? `bit-${bit}`);
}

/** Whether a status says that the height and the volumes are not to be believed. */
export function isHeightInvalid(status: number | null): boolean {
  return status !== null && (status & INVALID_HEIGHT) !== 0;
}

/** Reads the data of a reply to function 201. Errors: `field`, `count`. */
export function decodeInventory(data: string): Result<Inventory, ConsoleError> {
  const fields = new ReplyFields(data);
  const at = fields.stamp("at");
  const tanks: ConsoleTank[] = [];
  while (fields.left > 0) {
    const tank = fields.decimal("tank", 2);
    const product = fields.text("product", 1);
    const status = fields.hex("status", 4);
    const numbers = fields.count("numbers", 2);
    if (numbers !== NUMBERS) fields.refuse("count", "numbers", `${numbers} where the report has ${NUMBERS}`);
    if (tanks.some((known) => known.tank === tank)) fields.refuse("count", "tank", `tank ${tank} comes twice`);
    tanks.push({
      tank,
      product,
      status,
      volume: fields.float("volume"),
      correctedVolume: fields.float("correctedVolume"),
      ullage: fields.float("ullage"),
      height: fields.float("height"),
      waterHeight: fields.float("waterHeight"),
      temperature: fields.float("temperature"),
      waterVolume: fields.float("waterVolume"),
    });
  }
  return fields.finish({ at, tanks });
}

/** The data of a reply to function 201, in the console's own units. */
export function encodeInventory(inventory: Inventory<number | null>): string {
  const tanks = inventory.tanks.map((tank) => {
    const { volume, correctedVolume, ullage, height, waterHeight, temperature, waterVolume } = tank;
    const numbers = [volume, correctedVolume, ullage, height, waterHeight, temperature, waterVolume];
    const status = tank.status === null ? "????" : hexText(tank.status, 4);
    return `${decimalText(tank.tank, 2)}${tank.product}${status}${hexText(NUMBERS, 2)}${numbers.map(floatText).join("")}`;
  });
  return `${stampText(inventory.at)}${tanks.join("")}`;
}
