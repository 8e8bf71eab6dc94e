/** What looks wrong in values read by a profile, said so that its writer knows where to look. Pure. */
import type { PointValue } from "@forecourt/protocol/profiles/decode.ts";
import { decodePoints } from "@forecourt/protocol/profiles/decode.ts";
import type { DeviceProfile, Point } from "@forecourt/protocol/profiles/schema.ts";

/** What a fuel tank can hold and be, in canonical units. */
const BELIEVABLE: Record<string, readonly [number, number]> = {
  um: [0, 20_000_000],
  mdegC: [-50_000, 90_000],
  cL: [0, 100_000_000],
  percent: [0, 100],
};
/** Below this a value that is not zero comes from a wrong word order rather than from a tank. */
const DUST = 10;
/** A float with swapped words is often a small number: below this it is doubted if the other order makes a large one. */
const SMALL_FLOAT = 100;
const FAR_LARGER = 1_000;

/** @returns one sentence a doubt, each with what to try */
export function doubtsOf(profile: DeviceProfile, values: readonly PointValue[]): string[] {
  return [
    ...values.flatMap((value) => doubtOf(profile, value)),
    ...neverThere(values),
    ...values.flatMap((value) => comparisons(value, values)),
  ];
}

function doubtOf(profile: DeviceProfile, value: PointValue): string[] {
  const point = pointOf(profile, value.point);
  const name = nameOf(value);
  if (point === undefined || value.quality === "not-read") return [];
  if (value.quality === "unknown-code")
    return [`${name}: ${value.raw.join(" ")} is no code of the profile; add it to \`values\``];
  const unnamed = Array.isArray(value.value) ? value.value.filter((bit) => /^bit-\d+$/.test(bit)) : [];
  if (unnamed.length > 0)
    return [`${name}: ${unnamed.join(", ")} set, but not named; look it up, or add it to \`ignore\``];
  if (typeof value.value !== "number") return [];
  const other = swapped(profile, point, value);
  if (isBelievable(value) && !(other !== undefined && isSmallFloat(point, value))) return [];
  const advice = other === undefined ? "check `at`, `type`, `scale` and `unit`" : other;
  return [`${name}: ${value.value} ${value.unit} cannot be right; ${advice}`];
}

function isBelievable({ value, unit, quality, raw }: PointValue): boolean {
  if (quality === "out-of-range") return false;
  const [least, greatest] = BELIEVABLE[unit] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const isDust = raw.length === 2 && unit !== "count" && value !== 0 && Math.abs(Number(value)) < DUST;
  return Number(value) >= least && Number(value) <= greatest && !isDust;
}

function isSmallFloat({ type }: Point, { value }: PointValue): boolean {
  return type === "float32" && value !== 0 && Math.abs(Number(value)) < SMALL_FLOAT;
}

/** Whether the other order of words makes a value that can be believed. */
function swapped(profile: DeviceProfile, point: Point, value: PointValue): string | undefined {
  if (value.raw.length !== 2 || point.type === "ascii") return undefined;
  const words = point.words === "low-first" ? "high-first" : "low-first";
  const { missingWhen: _, onlyWhen: __, ...alone } = point;
  const { blocks: ___, ...head } = profile;
  const turned = { ...head, read: [{ ...alone, words, at: 0 } as Point] };
  const [other] = decodePoints(turned, [{ fn: point.fn, address: 0, registers: value.raw }], {});
  const isLarger = typeof other?.value === "number" && other.value > FAR_LARGER * Math.abs(Number(value.value));
  return other !== undefined && isBelievable(other) && (isLarger || !isBelievable(value))
    ? `with \`words: ${words}\` it would be ${other.value} ${other.unit}`
    : undefined;
}

/** A point that has no value for any item is more likely misplaced than absent everywhere. */
function neverThere(values: readonly PointValue[]): string[] {
  return [...Map.groupBy(values, ({ point }) => point)].flatMap(([point, own]) => {
    if (own.every(({ quality }) => quality === "not-read"))
      return [`${point}: not read at all; see the refused requests`];
    return own.every(({ quality }) => quality === "missing")
      ? [`${point}: no value for any item; check \`at\` and \`missing\`, or whether the device has it`]
      : [];
  });
}

function comparisons(value: PointValue, values: readonly PointValue[]): string[] {
  const of = (point: string) => {
    const found = values.find((one) => one.point === point && one.item?.number === value.item?.number);
    return typeof found?.value === "number" ? found.value : undefined;
  };
  if (value.point !== "level" || typeof value.value !== "number") return [];
  const [water, volume, standard] = [of("waterLevel"), of("volume"), of("standardVolume")];
  const name = nameOf(value);
  return [
    ...(water !== undefined && water > value.value
      ? [`${name}: the water stands above the fuel; are the two swapped?`]
      : []),
    ...(volume !== undefined && volume === 0 && value.value > DUST ? [`${name}: a level, but no volume`] : []),
    ...(volume && standard && Math.abs(standard - volume) > volume / 10
      ? [`${name}: the standard volume differs from the volume by more than a tenth`]
      : []),
  ];
}

function pointOf(profile: DeviceProfile, name: string): Point | undefined {
  return [...(profile.read ?? []), ...(profile.blocks ?? []).flatMap(({ points }) => points)].find(
    ({ point }) => point === name,
  );
}

function nameOf({ point, item }: PointValue): string {
  return item === undefined ? point : `${point} of ${item.kind} ${item.number}`;
}
