/** Values that another point of the same item takes back: a status that says the reading is none. */
import type { PointValue } from "./decode.ts";
import type { PlacedPoint } from "./layout.ts";

/** A decoded value with the place it was decoded from. */
export interface PlacedValue {
  readonly placed: PlacedPoint;
  readonly value: PointValue;
}

/**
 * The values, those that a condition takes back as missing. A condition whose own point could not be read takes the
 * value back too: what is not known to be right is not stated.
 */
export function withConditions(all: readonly PlacedValue[]): PointValue[] {
  const states = new Map(all.map(({ value }) => [keyOf(value.point, value), namesOf(value)]));
  return all.map(({ placed, value }) => {
    const { missingWhen, onlyWhen } = placed.point;
    const stateOf = (point: string) => states.get(keyOf(point, value));
    const isTaken = Object.entries(missingWhen ?? {}).some(([point, names]) => holdsAny(stateOf(point), names, true));
    const isLeft = Object.entries(onlyWhen ?? {}).every(([point, names]) => holdsAny(stateOf(point), names, false));
    return isTaken || !isLeft ? takenBack(value) : value;
  });
}

function takenBack(value: PointValue): PointValue {
  return value.quality === "not-read" ? value : { ...value, value: null, quality: "missing" };
}

function holdsAny(state: readonly string[] | undefined, names: readonly string[], whenUnknown: boolean): boolean {
  return state === undefined ? whenUnknown : names.some((name) => state.includes(name));
}

/** The names that a point of bits or codes holds; undefined when it holds none that is known. */
function namesOf({ value, quality }: PointValue): readonly string[] | undefined {
  if (quality !== "good") return undefined;
  if (Array.isArray(value)) return value;
  return typeof value === "string" ? [value] : undefined;
}

function keyOf(point: string, { item }: Pick<PointValue, "item">): string {
  return item ? `${point} of ${item.kind} ${item.number}` : point;
}
