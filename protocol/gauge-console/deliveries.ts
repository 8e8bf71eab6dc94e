/**
 * Delivery reports (202 all that are kept, at most ten a tank; 20C the most recent). Source: manual 576013-635,
 * functions 202 and 20C. Stamps have minutes and are the console's: whoever records them keeps its own clock beside.
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

export interface DeliverySide<Quantity = ConsoleNumber> {
  at: ConsoleStamp | null;
  volume: Quantity;
  correctedVolume: Quantity;
  waterHeight: Quantity;
  temperature: Quantity;
  height: Quantity;
}

export interface ConsoleDelivery<Quantity = ConsoleNumber> {
  start: DeliverySide<Quantity>;
  end: DeliverySide<Quantity>;
}

export interface TankDeliveries<Quantity = ConsoleNumber> {
  tank: number;
  product: string;
  deliveries: ConsoleDelivery<Quantity>[];
}

export interface DeliveryReport<Quantity = ConsoleNumber> {
  at: ConsoleStamp | null;
  tanks: TankDeliveries<Quantity>[];
}

const NUMBERS = 10;

/** Reads the data of a reply to function 202 or 20C. Errors: `field`, `count`. */
export function decodeDeliveries(data: string): Result<DeliveryReport, ConsoleError> {
  const fields = new ReplyFields(data);
  const at = fields.stamp("at");
  const tanks: TankDeliveries[] = [];
  while (fields.left > 0) {
    const tank = fields.decimal("tank", 2);
    const product = fields.text("product", 1);
    const count = fields.decimal("deliveries", 2);
    const deliveries: ConsoleDelivery[] = [];
    for (let index = 0; index < count; index += 1) deliveries.push(decodeDelivery(fields));
    tanks.push({ tank, product, deliveries });
  }
  return fields.finish({ at, tanks });
}

function decodeDelivery(fields: ReplyFields): ConsoleDelivery {
  const startAt = fields.stamp("start.at");
  const endAt = fields.stamp("end.at");
  const numbers = fields.count("numbers", 2);
  if (numbers !== NUMBERS) fields.refuse("count", "numbers", `${numbers} where the report has ${NUMBERS}`);
  const side = (name: string) => ({
    volume: fields.float(`${name}.volume`),
    correctedVolume: fields.float(`${name}.correctedVolume`),
    waterHeight: fields.float(`${name}.waterHeight`),
    temperature: fields.float(`${name}.temperature`),
  });
  const start = side("start");
  const end = side("end");
  return {
    start: { at: startAt, ...start, height: fields.float("start.height") },
    end: { at: endAt, ...end, height: fields.float("end.height") },
  };
}

/** The data of a reply to function 202 or 20C, in the console's own units. */
export function encodeDeliveries(report: DeliveryReport<number | null>): string {
  const side = ({ volume, correctedVolume, waterHeight, temperature }: DeliverySide<number | null>) =>
    [volume, correctedVolume, waterHeight, temperature].map(floatText).join("");
  const delivery = ({ start, end }: ConsoleDelivery<number | null>) =>
    `${stampText(start.at)}${stampText(end.at)}${hexText(NUMBERS, 2)}${side(start)}${side(end)}${floatText(start.height)}${floatText(end.height)}`;
  const tanks = report.tanks.map(
    ({ tank, product, deliveries }) =>
      `${decimalText(tank, 2)}${product}${decimalText(deliveries.length, 2)}${deliveries.map(delivery).join("")}`,
  );
  return `${stampText(report.at)}${tanks.join("")}`;
}
