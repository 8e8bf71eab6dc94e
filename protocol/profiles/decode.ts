/** Registers to values: whole numbers in canonical units, names of bits and codes, text; each with its quality. */
import { withConditions } from "./conditions.ts";
import { type ItemSelection, type PlacedPoint, type PointItem, placePoints } from "./layout.ts";
import {
  type CanonicalUnit,
  canonicalUnit,
  compare,
  fromDecimal,
  fromFloat32,
  fromInteger,
  type Rational,
  times,
  toCanonical,
} from "./quantity.ts";
import type { DeviceProfile, FunctionCode, Point } from "./schema.ts";

/**
 * `missing`: the device says it has no value. `out-of-range`: it has one that cannot be believed. `not-read`: the
 * registers are not among the reads. `unknown-code`: the profile does not know the code, or the text is none.
 */
export type PointQuality = "good" | "missing" | "out-of-range" | "not-read" | "unknown-code";

export interface PointValue {
  readonly point: string;
  readonly item?: PointItem;
  /** Whole canonical units, a code's name, text, the names of the bits that are set, a truth; null without one. */
  readonly value: number | string | string[] | boolean | null;
  readonly unit: CanonicalUnit;
  readonly quality: PointQuality;
  /** The registers as read, first address first: evidence. */
  readonly raw: number[];
}

/** Registers (0 to 65535 each; 0 or 1 for coils) read from `address` on. */
export interface RegisterRead {
  readonly fn: FunctionCode;
  readonly address: number;
  readonly registers: readonly number[];
}

type Outcome = Pick<PointValue, "value" | "quality">;

const good = (value: PointValue["value"]): Outcome => ({ value, quality: "good" });
const nothing = (quality: PointQuality): Outcome => ({ value: null, quality });

/** The value of every point of the profile's single points and of `items`, in the order of the profile. */
export function decodePoints(
  profile: DeviceProfile,
  reads: readonly RegisterRead[],
  items: ItemSelection,
): PointValue[] {
  const registers = new Map<string, number>();
  for (const read of reads) {
    for (const [index, register] of read.registers.entries()) {
      if (isRegister(register)) registers.set(`${read.fn}:${read.address + index}`, register);
    }
  }
  const values = placePoints(profile, items).map((placed) => {
    const raw = registersAt(registers, placed);
    const outcome = raw ? decodePoint(placed.point, raw) : nothing("not-read");
    const { point, unit } = placed.point;
    const place = placed.item ? { item: placed.item } : {};
    return { placed, value: { point, ...place, ...outcome, unit: canonicalUnit(unit), raw: raw ?? [] } };
  });
  return withConditions(values);
}

function isRegister(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xffff;
}

function registersAt(registers: ReadonlyMap<string, number>, placed: PlacedPoint): number[] | undefined {
  if (!placed.exists) return undefined;
  const found: number[] = [];
  for (let index = 0; index < placed.count; index += 1) {
    const register = registers.get(`${placed.fn}:${placed.address + index}`);
    if (register === undefined) return undefined;
    found.push(register);
  }
  return found;
}

function decodePoint(point: Point, raw: readonly number[]): Outcome {
  const bytes = point.bytes === "low-first" ? raw.map(swapBytes) : [...raw];
  const words = point.words === "low-first" ? bytes.toReversed() : bytes;
  if (point.type === "ascii") return decodeText(words);
  const unsigned = words.reduce((value, word) => value * 0x1_0000 + word, 0);
  const codes = [point.missing ?? []].flat();
  if (point.type === "float32") return decodeFloat(point, unsigned, codes);
  const bits = 16 * words.length;
  if (codes.some((code) => unsigned === (code < 0 ? code + 2 ** bits : code))) return nothing("missing");
  switch (point.type) {
    case "bool":
      return good(unsigned !== 0);
    case "bits16":
    case "bits32":
      return good(setBits(point, unsigned, bits));
    case "enum16": {
      const name = point.values?.[unsigned];
      return name === undefined ? nothing("unknown-code") : good(name);
    }
    case "int16":
    case "int32":
      return decodeNumber(point, fromInteger(BigInt.asIntN(bits, BigInt(unsigned))));
    case "uint16":
    case "uint32":
      return decodeNumber(point, fromInteger(BigInt(unsigned)));
  }
}

function decodeFloat(point: Point, bits: number, codes: readonly number[]): Outcome {
  const exact = fromFloat32(bits);
  if (!exact) return nothing("missing");
  const value = Number(exact.numerator) / Number(exact.denominator);
  // A float cannot hold every decimal, so the code is compared as the float it becomes on the device.
  if (codes.some((code) => Math.fround(code) === Math.fround(value))) return nothing("missing");
  return decodeNumber(point, exact);
}

function decodeNumber(point: Point, raw: Rational): Outcome {
  const inUnit = times(raw, fromDecimal(point.scale ?? 1));
  const value = toCanonical(inUnit, point.unit ?? "count");
  if (value === undefined) return nothing("out-of-range");
  const [least, greatest] = point.valid ?? [];
  const below = least !== undefined && compare(inUnit, fromDecimal(least)) < 0;
  const above = greatest !== undefined && compare(inUnit, fromDecimal(greatest)) > 0;
  return { value, quality: below || above ? "out-of-range" : "good" };
}

/** Names of the bits that say something, lowest first; one without a name is not hidden but called `bit-N`. */
function setBits(point: Point, unsigned: number, width: number): string[] {
  const names: string[] = [];
  for (let bit = 0; bit < width; bit += 1) {
    if (point.ignore?.includes(bit)) continue;
    const isSet = Math.floor(unsigned / 2 ** bit) % 2 === 1;
    if (isSet !== (point.activeLow?.includes(bit) ?? false)) names.push(point.bits?.[bit] ?? `bit-${bit}`);
  }
  return names;
}

function decodeText(words: readonly number[]): Outcome {
  const codes = words.flatMap((word) => [word >> 8, word & 0xff]);
  if (codes.every((code) => code === 0xff)) return nothing("missing");
  const end = codes.indexOf(0);
  const text = String.fromCharCode(...(end < 0 ? codes : codes.slice(0, end))).trim();
  if (text === "") return nothing("missing");
  return /^[\x20-\x7e]+$/.test(text) ? good(text) : nothing("unknown-code");
}

function swapBytes(register: number): number {
  return ((register & 0xff) << 8) | (register >> 8);
}
