/** Whose a case is. */
import { expect, it } from "vitest";
import { machine } from "../access/reader.ts";
import type { Account, Unit } from "../access/store.ts";
import { unitFor } from "./assignment.ts";

const unit = (id: string, county: string | null): Unit => {
  return { id, name: id, department: "tax", level: county === null ? "prefecture" : "county", county, closedMs: null };
};
/** @param able sign-in names of those who can handle cases; each begins with its unit */
const access = (units: Unit[], people: string[], able: string[]) => ({
  store: {
    units: () => units,
    accounts: () => people.map((login) => ({ login, unit: login.split(".")[0]! }) as Account),
  },
  directory: { holder: (login: string) => machine(login, able.includes(login) ? ["cases:handle"] : ["flags:view"]) },
});

it("goes to the unit of the county, else to that of the prefecture, and to none where nobody can take it", () => {
  const units = [unit("prefecture", null), unit("jinghong", "532801"), unit("mengla", "532823")];
  const people = ["prefecture.a", "jinghong.b", "mengla.c"];
  const all = access(units, people, people);
  expect(unitFor(all, "tax", "532801")).toBe("jinghong");
  expect(unitFor(all, "tax", "532822")).toBe("prefecture");
  expect(unitFor(access(units, people, ["prefecture.a"]), "tax", "532823")).toBe("prefecture");
  expect(unitFor(access(units, people, ["jinghong.b"]), "tax", "532823")).toBeUndefined();
  expect(unitFor(all, "finance", "532801")).toBeUndefined();
});
