/**
 * What a console's numbers mean: it states them in the units it is set to (manual 576013-635, function 517), and
 * nothing in a report says which. Here they become whole numbers of 0.001 mm, 0.01 L and 0.001 °C.
 */
import { fromInteger, toCanonical } from "../profiles/quantity.ts";
import type { SourceUnit } from "../profiles/schema.ts";
import type { ConsoleNumber } from "./fields.ts";

/** Units of length, volume and temperature that a console may be set to. */
export type ConsoleUnits = "us" | "metric" | "imperial";
export type ConsoleQuantity = "length" | "volume" | "temperature";

/** What imperial consoles measure lengths and temperatures in is in none of the sources: they are not converted. */
const sourceUnits: Record<Exclude<ConsoleUnits, "imperial">, Record<ConsoleQuantity, SourceUnit>> = {
  us: { length: "in", volume: "gal", temperature: "degF" },
  metric: { length: "mm", volume: "L", temperature: "degC" },
};

/**
 * @returns whole µm, cL or m°C; null when the console has no value, or one that fits no whole number
 */
export function canonical(
  value: ConsoleNumber,
  quantity: ConsoleQuantity,
  units: Exclude<ConsoleUnits, "imperial">,
): number | null {
  return value === null ? null : (toCanonical(value, sourceUnits[units][quantity]) ?? null);
}

/** A console's number in the units it is set to, from whole canonical units; for simulators. */
export function fromCanonical(
  value: number,
  quantity: ConsoleQuantity,
  units: Exclude<ConsoleUnits, "imperial">,
): number {
  const unit = sourceUnits[units][quantity];
  const zero = toCanonical(fromInteger(0n), unit) ?? 0;
  const million = toCanonical(fromInteger(1_000_000n), unit) ?? 1;
  return ((value - zero) * 1_000_000) / (million - zero);
}
