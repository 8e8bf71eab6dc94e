import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseTime } from "@forecourt/protocol/time.ts";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { budgetState, DataBudget } from "./budget.ts";

const folder = mkdtempSync(join(tmpdir(), "budget-"));
const file = join(folder, "traffic.json");
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => rmSync(file, { force: true }));

const at = (text: string) => parseTime(`${text}:00.000+08:00`)!;
const KB = 1_024;

function budget(epochMs: () => number, budgetKb: number | null = 1_000) {
  const logged: string[] = [];
  return { budget: new DataBudget({ file, budgetKb, epochMs, log: (message) => logged.push(message) }), logged };
}

describe("how a budget stands", () => {
  test.each([
    ["2026-11-01T00:00", 100, "ample"],
    ["2026-11-01T00:00", 101, "short"],
    ["2026-11-16T00:00", 520, "ample"],
    ["2026-11-16T00:00", 530, "short"],
    ["2026-11-30T23:59", 949, "ample"],
    ["2026-11-30T23:59", 951, "short"],
    ["2026-11-01T00:00", 1_000, "spent"],
    ["2026-12-31T23:59", 949, "ample"],
  ])("on %s with %i of 1000 sent it is %s", (time, sent, state) => {
    expect(budgetState(sent, 1_000, at(time))).toBe(state);
  });

  test("without a budget there is always enough", () => {
    expect(budgetState(Number.MAX_SAFE_INTEGER, null, at("2026-11-01T00:00"))).toBe("ample");
  });
});

test("bytes are counted by the calendar month of the station, not of UTC", () => {
  let now = at("2026-11-30T23:59");
  const { budget: one } = budget(() => now);
  one.add(10 * KB);
  expect(one.sentKb).toBe(10);
  now = at("2026-12-01T00:00");
  expect(one.sentKb).toBe(0);
  one.add(3 * KB);
  expect(one.sentKb).toBe(3);
});

test("a stop keeps the exact count, a crash counts at most 64 KiB too much and never too little", () => {
  const now = () => at("2026-11-10T12:00");
  const { budget: first } = budget(now);
  first.add(500 * KB);
  first.close();
  const { budget: second } = budget(now);
  expect(second.sentKb).toBe(500);
  for (let message = 0; message < 1_000; message += 1) second.add(100);
  const { budget: third } = budget(now);
  const exact = 500 + Math.ceil((1_000 * 100) / KB);
  expect(third.sentKb).toBeGreaterThanOrEqual(exact);
  expect(third.sentKb).toBeLessThanOrEqual(exact + 64);
});

test("a clock that was wrong for a while does not forget the month", () => {
  let now = at("2026-11-10T12:00");
  const { budget: one } = budget(() => now);
  one.add(100 * KB);
  now = at("1970-01-01T08:00");
  one.add(5 * KB);
  now = at("2026-11-10T12:01");
  expect(one.sentKb).toBe(100);
  one.close();
  expect(budget(() => now).budget.sentKb).toBe(100);
});

test("a damaged file is said and counting begins anew", () => {
  writeFileSync(file, '{"2026-11": "many"}');
  const { budget: one, logged } = budget(() => at("2026-11-10T12:00"));
  expect(logged).toEqual(["the data count is damaged and begins anew"]);
  one.add(KB);
  one.close();
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ "2026-11": KB });
});

test("a disk that refuses does not stop the counting", () => {
  const { budget: one, logged } = budget(() => at("2026-11-10T12:00"));
  rmSync(folder, { recursive: true });
  one.add(KB);
  expect(one.sentKb).toBe(1);
  expect(logged.length).toBe(1);
});
