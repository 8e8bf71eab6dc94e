/** The table of roles: read and checked, and turned into what a person of a unit may do. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readYaml } from "@forecourt/protocol/yaml-file.ts";
import { type Static, Type } from "typebox";
import { DEPARTMENTS, type Department } from "./departments.ts";
import { FUNCTION_NAMES, type FunctionName } from "./functions.ts";
import type { Scope } from "./reader.ts";

export const LEVELS = ["prefecture", "county", "provider"] as const;
export type Level = (typeof LEVELS)[number];

const oneOf = <const Names extends readonly string[]>(names: Names) =>
  Type.Unsafe<Names[number]>(Type.Enum([...names]));
const Departments = Type.Array(oneOf(DEPARTMENTS), { minItems: 1 });
const Reach = Type.Union([Type.Literal("all"), Type.Literal("own"), Departments]);

const RoleSchema = Type.Object(
  {
    id: Type.String({ pattern: "^[a-z][a-z-]{2,39}$" }),
    nameZh: Type.String({ minLength: 1 }),
    nameEn: Type.String({ minLength: 1 }),
    duty: Type.String({ minLength: 1, description: "what in the regulation it rests on" }),
    departments: Type.Union([Type.Literal("all"), Departments]),
    levels: Type.Array(oneOf(LEVELS), { minItems: 1 }),
    alone: Type.Optional(Type.Boolean({ description: "one of the separated administrators: held with no other role" })),
    grants: Type.Partial(
      Type.Object(
        Object.fromEntries(FUNCTION_NAMES.map((name) => [name, Reach])) as Record<FunctionName, typeof Reach>,
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
const TableSchema = Type.Object({ roles: Type.Array(RoleSchema) }, { additionalProperties: false });

export type Role = Static<typeof RoleSchema>;

/** Where a person stands: what a unit's department and level allow. */
export interface Standing {
  department: Department;
  level: Level;
}

/** The table that comes with the collector. @throws Error when it is not one: a mistake of ours */
export function loadRoles(file = join(import.meta.dirname, "roles.yaml")): Role[] {
  const read = readYaml(TableSchema, readFileSync(file, "utf8"), file);
  if (!read.ok) {
    const [first] = read.error;
    throw new Error(`${file}:${first?.line}: ${first?.field}: ${first?.message}`);
  }
  return read.value.value.roles;
}

/** Whether people of a unit may hold the role. */
function suits({ departments, levels }: Role, { department, level }: Standing): boolean {
  return (departments === "all" || departments.includes(department)) && levels.includes(level);
}

/** Why these roles cannot be held together by somebody of this unit; undefined when they can. */
export function unsuitable(ids: readonly string[], roles: readonly Role[], standing: Standing): string | undefined {
  const held = ids.map((id) => roles.find((one) => one.id === id));
  const unknown = held.indexOf(undefined);
  if (unknown !== -1) return `there is no role ${ids[unknown]}`;
  const wrong = held.find((role) => role !== undefined && !suits(role, standing));
  if (wrong !== undefined) return `role ${wrong.id} is not for this unit's department and level`;
  if (held.length > 1 && held.some((role) => role?.alone)) return "an administrator's role is held with no other";
  return undefined;
}

/** What somebody with these roles may do; `own:account` belongs to everybody. */
export function grantsOf(
  ids: readonly string[],
  roles: readonly Role[],
  department: Department,
): Map<FunctionName, Scope<Department>> {
  const grants = new Map<FunctionName, Scope<Department>>([["own:account", "all"]]);
  for (const role of roles) {
    if (!ids.includes(role.id)) continue;
    for (const [name, reach] of Object.entries(role.grants) as [FunctionName, Static<typeof Reach>][]) {
      grants.set(name, union(grants.get(name), reach === "own" ? [department] : reach));
    }
  }
  return grants;
}

/** Everything that people of a unit can be granted, whatever they hold: the most that its programs may. */
export function mostOf(standing: Standing, roles: readonly Role[]): Map<FunctionName, Scope<Department>> {
  const suiting = roles.filter((role) => suits(role, standing)).map(({ id }) => id);
  return grantsOf(suiting, roles, standing.department);
}

function union(before: Scope<Department> | undefined, more: "all" | readonly Department[]): Scope<Department> {
  return before === "all" || more === "all" ? "all" : new Set([...(before ?? []), ...more]);
}
