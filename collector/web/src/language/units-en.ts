/**
 * Phrases about units and the registry's pages in English, under the names of units-zh.ts.
 */
import type { unitsZh } from "./units-zh.ts";

export const unitsEn: Record<keyof typeof unitsZh, string> = {
  "access.units": "Units",
  "unit.new": "New unit",
  "unit.name": "Name of the unit",
  "unit.id": "Id",
  "unit.idRule": "Small letters, digits and -; it stays as it is",
  "unit.department": "Department",
  "unit.level": "Level",
  "unit.level.prefecture": "prefecture",
  "unit.level.county": "county",
  "unit.level.provider": "service provider",
  "unit.county": "Code of the county (six digits)",
  "unit.make": "Make",
  "unit.rename": "Rename",
  "unit.close": "Close the unit",
  "unit.closeSure": "This cannot be undone: its {count} accounts are closed and its tokens revoked. Are you sure?",
  "unit.accounts": "{count} accounts",
  "unit.closedAt": "closed {time}",
  "registry.more": "Show more",
  "request.dueSoon": "due soon: to be decided by {time}",
};
