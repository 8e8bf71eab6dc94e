/** By what the queue of flags is narrowed: the same for the list, its file and the views that people keep. */
import { type Static, Type } from "typebox";
import { DEPARTMENTS } from "../access/departments.ts";
import type { Registry } from "../registry/registry.ts";
import { catalogue } from "../rules/catalogue.ts";
import type { FlagFilter } from "../store/queries.ts";
import { StationQuery } from "./query.ts";
import { FlagStateSchema, SeveritySchema } from "./schemas.ts";

export const flagFilterQuery = {
  station: StationQuery,
  county: Type.Optional(Type.String({ maxLength: 100, description: "name of a county" })),
  rule: Type.Optional(Type.String({ maxLength: 80 })),
  department: Type.Optional(Type.Union(DEPARTMENTS.map((name) => Type.Literal(name)))),
  subject: Type.Optional(Type.String({ maxLength: 80 })),
  severity: Type.Optional(SeveritySchema),
  state: Type.Optional(FlagStateSchema),
};

const Asked = Type.Object(flagFilterQuery);

/** A department's flags are those of its rules, a county's those of its stations. */
export function flagFilter(
  { county, department, ...filter }: Static<typeof Asked>,
  registry: Pick<Registry, "stations">,
): FlagFilter {
  const stations = registry.stations.filter((one) => one.county === county).map(({ id }) => id);
  const rules = catalogue.filter((rule) => rule.department === department).map(({ id }) => id);
  return {
    ...filter,
    ...(county === undefined ? {} : { stations }),
    ...(department === undefined ? {} : { rules }),
  };
}
