import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "./program.ts";
import { readPlan, registryEntry } from "./site.ts";

it("a scenario that is made from a template has the template's devices", () => {
  const plan = readPlan(join(ROOT, "simulators/scenarios/mixed-weeks.yaml"));
  expect(plan.station.id).toBe("532801-0153");
  expect(plan.dispensers.length).toBeGreaterThan(1);
  expect(plan.gauge?.device).toBeDefined();
  const entry = registryEntry(plan, "key") as { tanks: { tank: string; capacityL: number }[] };
  expect(entry.tanks.map(({ tank }) => tank)).toEqual(plan.tanks.map(({ tank }) => tank));
  expect(entry.tanks.every(({ capacityL }) => capacityL > 1_000)).toBe(true);
});
