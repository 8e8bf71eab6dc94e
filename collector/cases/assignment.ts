/** Whose a case is: the unit of a department that looks after a county. Pure. */
import type { Department } from "../access/departments.ts";
import type { Unit } from "../access/store.ts";

/**
 * The unit of the department in the county; where there is none, the one for the whole prefecture.
 * @param units all there are
 * @param handles whether somebody of a unit can handle cases
 * @returns undefined when nobody of the department could take it
 */
export function unitFor(
  units: readonly Unit[],
  handles: (unit: string) => boolean,
  department: Department,
  county: string,
): string | undefined {
  const able = units.filter((one) => one.department === department && one.closedMs === null && handles(one.id));
  const local = able.find((one) => one.county === county);
  return (local ?? able.find((one) => one.county === null))?.id;
}
