/** What people file is checked before it can excuse anything. */
import { expect, test } from "vitest";
import { parseFiling } from "./parse.ts";
import type { WorkOrder } from "./schema.ts";

const workOrder: WorkOrder = {
  filing: "work-order",
  id: "WO-1",
  station: "532801-0007" as WorkOrder["station"],
  at: "2026-03-01T08:00:00.000+08:00",
  change: "board-replaced",
  subject: "tax-1",
  from: "2026-03-01T09:00:00.000+08:00",
  until: "2026-03-01T12:00:00.000+08:00",
};

test("a work order is read as it was written", () => {
  expect(parseFiling(workOrder)).toEqual({ ok: true, value: workOrder });
});

test.each([
  ["nothing at all", null, "/filing"],
  ["an unknown kind", { ...workOrder, filing: "excuse" }, "/filing"],
  ["an unknown change", { ...workOrder, change: "anything" }, "/change"],
  ["a span that ends before it begins", { ...workOrder, until: workOrder.at }, "/until"],
  ["a work order without end", { ...workOrder, until: "2027-03-01T12:00:00.000+08:00" }, "/until"],
  ["a day that does not exist", { ...workOrder, from: "2026-02-30T09:00:00.000+08:00" }, "/from"],
])("%s is refused with the field", (_what, value, field) => {
  const parsed = parseFiling(value);
  expect(parsed.ok ? undefined : parsed.error.field).toBe(field);
});
