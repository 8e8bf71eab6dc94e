/**
 * Who asks: an account with its unit, its counties, and the functions it holds, each for some departments. Every
 * question to the store carries one. A county is the six digits of its administrative code, with which the ids of its
 * stations begin. Pure.
 */
import type { Department } from "./departments.ts";
import { FUNCTION_NAMES, type FunctionName } from "./functions.ts";

/** Everything, or only what is named. */
export type Scope<Name extends string> = "all" | ReadonlySet<Name>;

export interface Reader {
  /** sign-in name of a person; a machine's begins with `machine:` */
  account: string;
  /** the person's real name, or what the machine is called */
  name: string;
  kind: "person" | "machine";
  /** id of the unit; null for a machine of the configuration */
  unit: string | null;
  department: Department | null;
  counties: Scope<string>;
  /** functions held, each with the departments whose matters it reaches */
  grants: ReadonlyMap<FunctionName, Scope<Department>>;
  /** id of the session that a person acts in; null for a machine */
  session: string | null;
}

/** The six digits with which the ids of a county's stations begin. */
export function countyOf(station: string): string {
  return station.slice(0, 6);
}

/** Whether the reader holds a function, for whatever department. */
export function may(reader: Reader, name: FunctionName): boolean {
  return reader.grants.has(name);
}

/** Whether a station lies in one of the reader's counties. */
export function seesStation({ counties }: Reader, station: string): boolean {
  return counties === "all" || counties.has(countyOf(station));
}

/** Departments whose matters the reader reaches with a function; an empty set when it is not held. */
export function departmentsOf(reader: Reader, name: FunctionName): Scope<Department> {
  return reader.grants.get(name) ?? new Set();
}

/** Whether the reader reaches a department's matters with a function. */
export function reaches(reader: Reader, name: FunctionName, department: string): boolean {
  const departments = departmentsOf(reader, name);
  return departments === "all" || departments.has(department as Department);
}

/** A machine: every function it is given, for all departments. */
export function machine(name: string, functions: readonly FunctionName[], counties: Scope<string> = "all"): Reader {
  const grants = new Map(functions.map((one) => [one, "all"] as const));
  return {
    account: `machine:${name}`,
    name,
    kind: "machine",
    unit: null,
    department: null,
    counties,
    grants,
    session: null,
  };
}

/** The collector itself, when it reads for its own work. Never the reader of a request. */
export const collectorItself: Reader = machine("collector", FUNCTION_NAMES);
