/** The table of roles: read, separated, and what the signed document says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DEPARTMENTS } from "./departments.ts";
import { FUNCTION_NAMES, FUNCTIONS } from "./functions.ts";
import { permissionTable } from "./permission-table.ts";
import { grantsOf, loadRoles, mostOf, unsuitable } from "./roles.ts";

const roles = loadRoles();
const administrators = roles.filter((role) => role.alone);

describe("the three administrators", () => {
  it("are three, and none can do another's work, nor any business", () => {
    expect(administrators.map(({ id }) => id)).toEqual([
      "system-administrator",
      "security-administrator",
      "audit-administrator",
    ]);
    const fields = administrators.map(({ grants }) => [
      ...new Set(
        Object.keys(grants)
          .map((name) => FUNCTIONS[name as keyof typeof FUNCTIONS].field)
          .filter((field) => field !== "administration"),
      ),
    ]);
    expect(fields).toEqual([["system"], ["security"], ["audit"]]);
  });

  it("keep their work to themselves", () => {
    for (const role of roles.filter(({ alone }) => !alone)) {
      const work = Object.keys(role.grants).map((name) => FUNCTIONS[name as keyof typeof FUNCTIONS].field);
      expect([role.id, work.filter((field) => ["system", "security", "audit"].includes(field))]).toEqual([role.id, []]);
    }
  });

  it("are held with no other role", () => {
    const standing = { department: "commerce", level: "prefecture" } as const;
    expect(unsuitable(["system-administrator", "audit-administrator"], roles, standing)).toContain("no other");
    expect(unsuitable(["system-administrator", "platform-lead"], roles, standing)).toContain("no other");
    expect(unsuitable(["platform-lead", "commerce-officer"], roles, standing)).toBeUndefined();
  });
});

it("every function belongs to some role", () => {
  const granted = new Set(roles.flatMap(({ grants }) => Object.keys(grants)));
  expect(FUNCTION_NAMES.filter((name) => !granted.has(name) && name !== "own:account")).toEqual([]);
});

it.each(DEPARTMENTS)("a unit of %s has a role of its own, at each level that it has", (department) => {
  const own = roles.filter(({ departments }) => departments !== "all" && departments.includes(department));
  const levels = new Set(own.flatMap((role) => role.levels));
  const expected = department === "service-provider" ? ["provider"] : ["county", "prefecture"];
  expect([...levels].sort()).toEqual(expect.arrayContaining(expected));
});

it("roles that are held together reach what either reaches", () => {
  const grants = grantsOf(["finance-officer", "tax-officer"], roles, "tax");
  expect(grants.get("flags:view")).toEqual(new Set(["finance", "tax", "market-regulation"]));
  expect(grants.get("flags:handle")).toEqual(new Set(["tax"]));
});

it("a role is not for every unit", () => {
  expect(unsuitable(["tax-officer"], roles, { department: "finance", level: "county" })).toContain("not for");
  expect(unsuitable(["platform-lead"], roles, { department: "commerce", level: "county" })).toContain("not for");
  expect(unsuitable(["no-such-role"], roles, { department: "finance", level: "county" })).toContain("no role");
});

it("a program of a unit may at most what its people may", () => {
  const most = mostOf({ department: "transport", level: "county" }, roles);
  expect([most.has("filings:file"), most.has("sales:view"), most.has("access:decide")]).toEqual([true, false, false]);
});

it("the document that is signed says what the table says", () => {
  const file = join(import.meta.dirname, "..", "..", "docs", "permissions.md");
  expect(readFileSync(file, "utf8")).toBe(permissionTable(roles));
});
