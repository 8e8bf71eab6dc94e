/** People for tests: one for each role that there is, in units of their departments, with one password. */
import type { FirstStart } from "../access/first-start.ts";
import { loadRoles, type Role } from "../access/roles.ts";

export const PASSWORD = "Correct-Horse-9";
/** The county of the people of county level; stations of others are foreign to them. */
export const COUNTY = "532801";

/** The sign-in name of the person who holds a role. */
export function loginOf(role: string): string {
  return `p.${role}`;
}

/** The unit of a role's person: of county level where the role can be held there. */
function unitOf({ departments, levels }: Role): FirstStart["units"][number] {
  const department = departments === "all" ? "finance" : departments[0]!;
  const level = levels.includes("county") ? "county" : levels[0]!;
  const isProvider = level === "provider" || department === "service-provider";
  const county = level === "county" ? COUNTY : null;
  return {
    id: `${department}-${level}`,
    name: `${department} ${level}`,
    department,
    level: isProvider ? "provider" : level,
    county,
  };
}

/** The first start with all of them. */
export function everybody(): FirstStart {
  const roles = loadRoles();
  const units = new Map(roles.map((role) => [unitOf(role).id, unitOf(role)]));
  return {
    basis: "a test",
    units: [...units.values()],
    people: roles.map((role) => ({
      login: loginOf(role.id),
      name: role.nameZh,
      unit: unitOf(role).id,
      roles: [role.id],
      password: PASSWORD,
    })),
  };
}
