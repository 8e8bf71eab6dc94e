/** Whose a case is: the unit of a department that looks after a county. */
import type { Access } from "../access/access.ts";
import type { Department } from "../access/departments.ts";
import { may } from "../access/reader.ts";

export interface UnitSource {
  store: Pick<Access["store"], "units" | "accounts">;
  directory: Pick<Access["directory"], "holder">;
}

/**
 * The unit of the department in the county; where there is none, the one for the whole prefecture.
 * @returns undefined when nobody of the department could take it
 */
export function unitFor(access: UnitSource, department: Department, county: string): string | undefined {
  const able = access.store
    .units()
    .filter((one) => one.department === department && one.closedMs === null && handles(access, one.id));
  const local = able.find((one) => one.county === county);
  return (local ?? able.find((one) => one.county === null))?.id;
}

/** Whether anybody of a unit can handle cases. */
function handles({ store, directory }: UnitSource, unit: string): boolean {
  return store.accounts().some(({ login, unit: own }) => {
    const holder = own === unit ? directory.holder(login) : undefined;
    return holder !== undefined && may(holder, "cases:handle");
  });
}
