/** A reader's scope as conditions in SQL: what is not theirs is not read, rather than left out afterwards. */
import { type RawBuilder, sql } from "kysely";
import { departmentsOf, type Reader } from "../../access/reader.ts";
import { catalogue } from "../../rules/catalogue.ts";

/**
 * Whether a station lies in the reader's counties.
 * @param column that holds the station's id
 * @returns undefined where nothing has to be narrowed
 */
export function inCounties({ counties }: Reader, column: string): RawBuilder<boolean> | undefined {
  if (counties === "all") return undefined;
  if (counties.size === 0) return sql<boolean>`0`;
  return sql<boolean>`substr(${sql.ref(column)}, 1, 6) IN (${sql.join([...counties])})`;
}

/** Whether a rule's flags are of departments that the reader reaches. A rule that is no more is reached by "all" alone. */
export function ofDepartments(reader: Reader, column: string): RawBuilder<boolean> | undefined {
  const departments = departmentsOf(reader, "flags:view");
  if (departments === "all") return undefined;
  const rules = catalogue.filter((rule) => departments.has(rule.department)).map((rule) => rule.id);
  return rules.length === 0 ? sql<boolean>`0` : sql<boolean>`${sql.ref(column)} IN (${sql.join(rules)})`;
}
