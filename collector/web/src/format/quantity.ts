/**
 * Writes quantities with their unit: volumes, money, levels, temperatures. A missing value is a dash, never a zero.
 */
import { formatScaled } from "./number.ts";

/** What stands where a value is not known. */
export const MISSING = "–";

type Quantity = number | null | undefined;

function withUnit(value: Quantity, write: (known: number) => string): string {
  return value === null || value === undefined ? MISSING : write(value);
}

/** A volume in 0.01 L as litres: `1,234.56 L`. */
export function formatVolume(volumeCl: Quantity): string {
  return withUnit(volumeCl, (value) => `${formatScaled(value, 2)} L`);
}

/** A volume in 0.01 L as whole litres, where the eye needs no more: `1,235 L`. */
export function formatWholeLitres(volumeCl: Quantity): string {
  return withUnit(volumeCl, (value) => `${formatScaled(value, 2, 0)} L`);
}

/** An amount in 0.01 yuan: `¥1,234.56`. */
export function formatAmount(amountFen: Quantity): string {
  return withUnit(amountFen, (value) => {
    const text = formatScaled(Math.abs(value), 2);
    return value < 0 ? `\u2212¥${text}` : `¥${text}`;
  });
}

/** A price in 0.01 yuan a litre: `¥7.70/L`. */
export function formatUnitPrice(unitPriceFen: Quantity): string {
  return withUnit(unitPriceFen, (value) => `${formatAmount(value)}/L`);
}

/** A level in 0.001 mm, shown to the 0.1 mm that gauges resolve: `1,234.5 mm`. */
export function formatLevel(levelUm: Quantity): string {
  return withUnit(levelUm, (value) => `${formatScaled(value, 3, 1)} mm`);
}

/** A temperature in 0.001 °C, shown to 0.1 °C: `18.4 °C`. */
export function formatTemperature(temperatureMc: Quantity): string {
  return withUnit(temperatureMc, (value) => `${formatScaled(value, 3, 1)} °C`);
}

/** A share in percent: `85 %`. */
export function formatPercent(percent: Quantity): string {
  return withUnit(percent, (value) => `${formatScaled(value, 0)} %`);
}

/** A share of a whole to 0.1 percent, rounded down so that only all of it is 100 %; a dash where there is no whole. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return MISSING;
  const permille = Math.floor((part * 1000) / whole);
  return `${formatScaled(permille, 1, permille % 10 === 0 ? 0 : 1)} %`;
}
