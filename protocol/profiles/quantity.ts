/** Exact arithmetic from raw numbers to whole canonical units: fractions of big integers, rounded once at the end. */
import type { SourceUnit } from "./schema.ts";

export type CanonicalUnit = "um" | "mdegC" | "cL" | "percent" | "count" | "none";

/** A fraction; the denominator is positive. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

interface Conversion {
  readonly unit: CanonicalUnit;
  readonly factor: Rational;
  readonly offset?: Rational;
}

const whole = (value: bigint): Rational => ({ numerator: value, denominator: 1n });
const part = (numerator: bigint, denominator: bigint): Rational => ({ numerator, denominator });

const conversions: Record<SourceUnit, Conversion> = {
  mm: { unit: "um", factor: whole(1_000n) },
  cm: { unit: "um", factor: whole(10_000n) },
  m: { unit: "um", factor: whole(1_000_000n) },
  in: { unit: "um", factor: whole(25_400n) },
  degC: { unit: "mdegC", factor: whole(1_000n) },
  degF: { unit: "mdegC", factor: part(5_000n, 9n), offset: part(-160_000n, 9n) },
  L: { unit: "cL", factor: whole(100n) },
  m3: { unit: "cL", factor: whole(100_000n) },
  // The US gallon is 3.785411784 L exactly.
  gal: { unit: "cL", factor: part(3_785_411_784n, 10_000_000n) },
  percent: { unit: "percent", factor: whole(1n) },
  count: { unit: "count", factor: whole(1n) },
};

/** The unit that values given in `unit` come out in. */
export function canonicalUnit(unit: SourceUnit | undefined): CanonicalUnit {
  return unit ? conversions[unit].unit : "none";
}

/** A whole number as a fraction. */
export function fromInteger(value: bigint): Rational {
  return whole(value);
}

/** The decimal number a person wrote: 0.1 is one tenth, not its nearest binary fraction. `value` must be finite. */
export function fromDecimal(value: number): Rational {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (!match) throw new RangeError(`${value} is not a finite number`);
  const [, sign, head, tail = "", exponent = "0"] = match;
  const digits = BigInt(`${head}${tail}`) * (sign === "-" ? -1n : 1n);
  const power = Number(exponent) - tail.length;
  return power >= 0 ? whole(digits * 10n ** BigInt(power)) : part(digits, 10n ** BigInt(-power));
}

/** The exact value of an IEEE 754 single with these 32 bits; undefined for NaN and infinities. */
export function fromFloat32(bits: number): Rational | undefined {
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  if (exponent === 0xff) return undefined;
  const magnitude = BigInt(exponent === 0 ? fraction : fraction | 0x800000);
  const mantissa = bits >>> 31 ? -magnitude : magnitude;
  const power = Math.max(exponent, 1) - 150;
  return power >= 0 ? whole(mantissa << BigInt(power)) : part(mantissa, 1n << BigInt(-power));
}

/** The product of two fractions. */
export function times(a: Rational, b: Rational): Rational {
  return part(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** Negative, zero or positive, as `a` is below, equal to or above `b`. */
export function compare(a: Rational, b: Rational): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/**
 * `value` in `unit` as a whole number of canonical units, halves rounded away from zero; undefined beyond the
 * safe integers.
 */
export function toCanonical(value: Rational, unit: SourceUnit): number | undefined {
  const { factor, offset } = conversions[unit];
  const scaled = times(value, factor);
  const shifted = offset ? plus(scaled, offset) : scaled;
  const rounded = Number(roundHalfAway(shifted));
  return Number.isSafeInteger(rounded) ? rounded : undefined;
}

function plus(a: Rational, b: Rational): Rational {
  return part(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

function roundHalfAway({ numerator, denominator }: Rational): bigint {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const rounded = (2n * magnitude + denominator) / (2n * denominator);
  return numerator < 0n ? -rounded : rounded;
}
