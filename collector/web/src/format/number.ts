/**
 * Writes integers in their smallest unit as decimal numbers with thousands separators, digit by digit: a sum of money
 * or litres never passes through a floating-point division. The form 1,234.50 is the same in both languages.
 */

const MINUS = "\u2212";

/**
 * Writes a scaled integer.
 * @param value a safe integer, in units of 10^-scale
 * @param scale how many of its decimal digits stand after the point, 0 to 9
 * @param shown how many of those are shown; the rest is rounded half away from zero. Default: all
 */
export function formatScaled(value: number, scale: number, shown: number = scale): string {
  const drop = scale - shown;
  let digits = BigInt(Math.trunc(Math.abs(value)));
  if (drop > 0) {
    const unit = 10n ** BigInt(drop);
    digits = (digits + unit / 2n) / unit;
  }
  const text = digits.toString().padStart(shown + 1, "0");
  const whole = text.slice(0, text.length - shown).replace(/\B(?=(\d{3})+$)/g, ",");
  const sign = value < 0 && digits > 0n ? MINUS : "";
  return shown === 0 ? sign + whole : `${sign}${whole}.${text.slice(text.length - shown)}`;
}

/**
 * Writes a count, for example 12,345.
 * @param value a safe integer
 */
export function formatCount(value: number): string {
  return formatScaled(value, 0);
}
