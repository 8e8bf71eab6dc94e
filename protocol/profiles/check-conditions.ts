/** What the schema cannot say about conditions and marked bits: whether what they name exists. */
import type { ProfileFault, ProfilePath } from "./errors.ts";
import { registersOf } from "./layout.ts";
import type { Point } from "./schema.ts";

interface Located {
  readonly point: Point;
  readonly path: ProfilePath;
}

/** @param siblings the points of one block, or all single points: a condition cannot look elsewhere */
export function checkConditions(siblings: readonly Located[]): ProfileFault[] {
  const byName = new Map(siblings.map(({ point }) => [point.point, point]));
  return siblings.flatMap(({ point, path }) => [
    ...(["missingWhen", "onlyWhen"] as const).flatMap((field) =>
      Object.entries(point[field] ?? {}).flatMap(([name, states]) =>
        checkCondition([...path, field, name], point, byName.get(name), states),
      ),
    ),
    ...(["activeLow", "ignore"] as const).flatMap((field) => checkBits([...path, field], point, field)),
  ]);
}

function checkCondition(
  path: ProfilePath,
  point: Point,
  other: Point | undefined,
  states: readonly string[],
): ProfileFault[] {
  if (other === undefined || other === point) {
    return [fault(path, "it is no other point beside this one", "a point of the same list", "correct the name")];
  }
  const known = Object.values(other.bits ?? other.values ?? {});
  if (known.length === 0) {
    return [fault(path, `a ${other.type} has no named states`, "a point with bits or values", "name another point")];
  }
  return states.flatMap((state) =>
    known.includes(state)
      ? []
      : [fault(path, `${other.point} has no "${state}"`, `one of ${known.join(", ")}`, "correct the name")],
  );
}

function checkBits(path: ProfilePath, point: Point, field: "activeLow" | "ignore"): ProfileFault[] {
  const bits = point[field];
  if (bits === undefined) return [];
  if (point.bits === undefined) {
    return [fault(path, `a ${point.type} has no ${field}`, "a point with bits", `remove "${field}"`)];
  }
  const width = 16 * registersOf(point);
  return bits
    .filter((bit) => bit >= width || (field === "activeLow" && point.bits?.[bit] === undefined))
    .map((bit) => fault(path, `bit ${bit} has no name or does not exist`, "bits that are named", "correct the list"));
}

function fault(path: ProfilePath, found: string, expected: string, cure: string): ProfileFault {
  return { code: "meaning", path, found, expected, cure };
}
